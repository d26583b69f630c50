namespace Sluice.Tests.Sql.Planning;

public sealed class InsertTests
{
    private const string Tables = """
        CREATE TABLE s (a INT, b STRING) WITH ('connector' = 'fake', 'rows' = '1|x;2|y;3|NULL');
        CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'fake');

        """;

    private readonly SqlLab _lab = new();

    [Fact]
    public async Task Rows_of_a_table_are_inserted_into_another()
    {
        Assert.Equal(["1|x", "2|y", "3|NULL"], await _lab.RowsAsync(Tables + "INSERT INTO t SELECT * FROM s", "t"));
        Assert.Equal(["s(a, b)"], _lab.Tables.Reads);
    }
}
