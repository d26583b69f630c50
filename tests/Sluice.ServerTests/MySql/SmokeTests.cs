using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.MySql;

public sealed class SmokeTests(MariaDbServer server) : MySqlTest(server)
{
    [Fact]
    public async Task Rows_come_through()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20)); INSERT INTO t VALUES (1,'a'),(2,NULL),(3,'')");
        var rows = await ReadAsync(db, """{"table":"t","column":["id","name"]}""");
        Assert.Equal([["1", "a"], ["2", null], ["3", ""]], rows);
    }
}
