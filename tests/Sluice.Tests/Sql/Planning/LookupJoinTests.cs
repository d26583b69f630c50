namespace Sluice.Tests.Sql.Planning;

/// <summary>JOIN ... FOR SYSTEM_TIME AS OF: what comes out, and what is asked for (S-28).</summary>
public sealed class LookupJoinTests
{
    private const string Tables = """
        CREATE TABLE s (id INT, name STRING, n INT, p AS PROCTIME()) WITH ('connector' = 'fake', 'rows' = '1|a|10;2|b|20;3|NULL|30;4|a|40;5|x|50');
        CREATE TABLE d (name STRING, age INT, city STRING, PRIMARY KEY (name) NOT ENFORCED)
          WITH ('connector' = 'dim', 'rows' = 'a|7|Rome;b|NULL|Oslo;NULL|1|Nowhere');
        CREATE TABLE c (city STRING, country STRING, PRIMARY KEY (city) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = 'Rome|IT;Oslo|NO');
        CREATE TABLE t (a STRING, b STRING) WITH ('connector' = 'fake');

        """;

    private readonly SqlLab _lab = new();

    private Task<string[]> RowsAsync(string query) => _lab.RowsAsync(Tables + query);

    [Fact]
    public async Task A_join_gives_a_row_for_each_key_that_is_found() => Assert.Equal(
        ["1|a|7", "2|b|NULL", "4|a|7"],
        await RowsAsync("SELECT s.id, d.name, d.age FROM s JOIN d FOR SYSTEM_TIME AS OF s.p ON s.name = d.name"));

    [Fact]
    public async Task A_left_join_keeps_rows_without_a_match_with_nulls() => Assert.Equal(
        ["1|a|7", "2|b|NULL", "3|NULL|NULL", "4|a|7", "5|NULL|NULL"],
        await RowsAsync("SELECT id, e.name, age FROM s LEFT JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS e ON e.name = s.name"));
}
