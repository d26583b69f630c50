using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Engine.Errors;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.MySql;

/// <summary>S-8: what the server refuses before the first row is the user's (exit 2), what cannot be reached the operator's (exit 1).</summary>
public sealed class RefusalTests(MariaDbServer server) : MySqlTest(server)
{
    [Theory]
    [InlineData("""{"table":"no_such_table","column":["id"]}""", "job.json (table): ", "no_such_table' doesn't exist", "1146")]
    [InlineData("""{"table":["t","no_such_table"],"column":["id"]}""", "job.json (table[1]): ", "no_such_table' doesn't exist", "1146")]
    [InlineData("""{"table":"t","column":["nope"]}""", "job.json (table): ", "Unknown column 'nope'", "1054")]
    [InlineData("""{"table":"t","column":["id +"]}""", "job.json (table): ", "error in your SQL syntax", "1064")]
    [InlineData("""{"table":"t","column":["id"],"where":"id = = 1"}""", "job.json (table): ", "error in your SQL syntax", "1064")]
    [InlineData("""{"querySql":["SELECT 1","SELEC 1"]}""", "job.json (querySql[1]): ", "error in your SQL syntax", "1064")]
    [InlineData("""{"querySql":"SELECT nope FROM t"}""", "job.json (querySql): ", "Unknown column 'nope'", "1054")]
    [InlineData("""{"querySql":"SELECT 1; DROP TABLE t"}""", "job.json (querySql): ", "error in your SQL syntax", "1064")]
    [InlineData("""{"querySql":"SELECT 1","session":["SET no_such_variable = 1"]}""", "job.json: ", "Unknown system variable", "1193")]
    [InlineData("""{"querySql":"SELECT 1","timeZone":"Mars/Olympus"}""", "job.json: ", "Unknown or incorrect time zone", "1298")]
    [InlineData("""{"querySql":"SELECT 1","database":"no_such_database"}""", "job.json: ", "Unknown database 'no_such_database'", "1049")]
    [InlineData("""{"querySql":"SELECT 1","username":"nobody"}""", "job.json: ", "Access denied for user 'nobody'", "1045")]
    [InlineData("""{"querySql":"SELECT 1","password":"wr0ng-secret"}""", "job.json: ", "Access denied for user 'app'", "1045")]
    public async Task A_refusal_keeps_the_servers_message_and_number_and_names_the_place(string more, string place, string message, string number)
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (id INT)");
        var e = await Assert.ThrowsAsync<ConfigException>(() => Source(db, more).PrepareAsync(1, TestContext.Current.CancellationToken));
        Assert.StartsWith(place, e.Message);
        Assert.Contains(message, e.Message);
        Assert.Contains($"(MySQL error {number})", e.Message);
        Assert.Contains($"{Server.Host}:{Server.Port}", e.Message);
        Assert.DoesNotContain("wr0ng-secret", e.ToString());
        Assert.DoesNotContain(MariaDbServer.Password, e.ToString());
    }

    [Fact]
    public async Task A_query_without_rows_is_refused_and_not_run()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (id INT); INSERT INTO t VALUES (1)");
        var e = await Assert.ThrowsAsync<ConfigException>(() => Source(db, """{"querySql":"DELETE FROM t"}""").PrepareAsync(1, TestContext.Current.CancellationToken));
        Assert.Contains("it must be a SELECT", e.Message);
        Assert.Equal("1\n", await Server.QueryAsync("SELECT COUNT(*) FROM t", db));
    }

    [Fact]
    public async Task Tables_with_different_numbers_of_columns_are_refused()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t_0 (a INT); CREATE TABLE t_1 (a INT, b INT)");
        var e = await Assert.ThrowsAsync<ConfigException>(() => Source(db, """{"table":["t_[0-1]"],"column":["*"]}""").PrepareAsync(1, TestContext.Current.CancellationToken));
        Assert.Contains("table 't_1' has 2 columns", e.Message);
        e = await Assert.ThrowsAsync<ConfigException>(() => Source(db, """{"querySql":["SELECT a FROM t_0","SELECT a, b FROM t_1"]}""").PrepareAsync(1, TestContext.Current.CancellationToken));
        Assert.Contains("querySql 2 gives 2 columns, querySql 1 gives 1", e.Message);
    }

    [Fact]
    public async Task A_closed_port_is_not_reachable_and_named_with_the_time()
    {
        var port = ServerProcess.FreePort();
        var e = await Assert.ThrowsAsync<EndpointException>(() => Source("shop", $$"""{"port":{{port}},"querySql":"SELECT 1"}""").PrepareAsync(1, TestContext.Current.CancellationToken));
        Assert.StartsWith($"mysql 127.0.0.1:{port}: not reachable after 0.", e.Message);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_not_reachable()
    {
        var e = await Assert.ThrowsAsync<EndpointException>(() => Source("shop", """{"host":"nowhere.invalid","querySql":"SELECT 1"}""").PrepareAsync(1, TestContext.Current.CancellationToken));
        Assert.StartsWith($"mysql nowhere.invalid:{Server.Port}: not reachable after ", e.Message);
    }

    [Fact]
    public async Task A_server_that_accepts_and_says_nothing_is_given_up_after_the_connect_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var clock = Stopwatch.StartNew();
        var e = await Assert.ThrowsAsync<EndpointException>(() =>
            Source("shop", $$"""{"port":{{port}},"connectTimeout":2000,"querySql":"SELECT 1"}""").PrepareAsync(1, TestContext.Current.CancellationToken));
        Assert.StartsWith($"mysql 127.0.0.1:{port}: not reachable after 2.", e.Message);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.9, 6);
    }

    [Fact]
    public async Task Cancelling_while_connecting_returns_at_once()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Source("shop", $$"""{"port":{{((IPEndPoint)silent.LocalEndpoint).Port}},"connectTimeout":5000,"querySql":"SELECT 1"}""").PrepareAsync(1, stop.Token));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.1, 2);
    }
}
