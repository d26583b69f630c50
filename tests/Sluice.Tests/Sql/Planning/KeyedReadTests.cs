namespace Sluice.Tests.Sql.Planning;

/// <summary>A SELECT of a dimension table whose WHERE names the keys asks for those. The fake can do nothing else.</summary>
public sealed class KeyedReadTests
{
    private const string Tables = """
        CREATE TABLE d (age INT, name STRING, city STRING, older AS age + 1, PRIMARY KEY (name) NOT ENFORCED)
          WITH ('connector' = 'dim', 'rows' = '7|a|Rome;NULL|b|Oslo;9|c|Rome;10|d|Rome;11|e|Rome');
        CREATE TABLE n (id BIGINT, v STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '1|x;2|y');
        CREATE TABLE p (k STRING, m INT, v STRING, PRIMARY KEY (k, m) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = 'a|1|x;a|2|y;b|2|z');
        CREATE TABLE m (k DECIMAL(10, 2), v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '1.50|x;2.25|y;3.00|z');
        CREATE TABLE w (k TIMESTAMP(3), v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '2026-01-01 00:00:00.123|x;2026-01-01 00:00:01.000|y');
        CREATE TABLE t (a STRING) WITH ('connector' = 'fake');

        """;

    private readonly SqlLab _lab = new();

    [Theory]
    [InlineData("SELECT * FROM d WHERE name = 'a'", "a", "7|a|Rome|8")]
    [InlineData("SELECT city FROM d WHERE 'b' = name", "b", "Oslo")]
    [InlineData("SELECT city FROM d WHERE name = UPPER('x')", "X", "")]
    [InlineData("SELECT name FROM d WHERE age > 1 AND name IN ('a', 'b', 'c', 'a') AND city = 'Rome'", "a,b,c", "a,c")]
    [InlineData("SELECT name FROM d WHERE name IN ('a', 'b', 'c', 'd', 'e', 'b') AND older > 10", "a,b,c,d,e", "d,e")]
    [InlineData("SELECT name FROM d WHERE (name = 'a' AND age = 7) OR (name = 'c' AND age = 7)", "a,c", "a")]
    [InlineData("SELECT name FROM d WHERE name = 'a' AND name = 'b'", "a", "")]
    [InlineData("SELECT x.c FROM (SELECT name AS k, city AS c FROM d) AS x WHERE x.k = 'b'", "b", "Oslo")]
    [InlineData("SELECT v FROM n WHERE id = 2", "2", "y")]
    [InlineData("SELECT v, id FROM n WHERE id IN (1, 2, 3)", "1,2,3", "x|1,y|2")]
    [InlineData("SELECT v FROM p WHERE k = 'a' AND m = 2", "a+2", "y")]
    [InlineData("SELECT v FROM p WHERE m IN (1, 2) AND k IN ('a', 'b')", "a+1,a+2,b+1,b+2", "x,y,z")]
    [InlineData("SELECT name FROM d WHERE name IN ('a', 'b') LIMIT 1", "a,b", "a")]
    [InlineData("SELECT v FROM m WHERE k = 1.5", "1.50", "x")]
    [InlineData("SELECT v FROM m WHERE k = 3", "3.00", "z")]
    [InlineData("SELECT k FROM m WHERE k IN (1.5, 1.500, 2.25, 3, 3.001)", "1.50,2.25,3.00", "1.50,2.25,3.00")]
    [InlineData("SELECT v FROM m WHERE k = 1.5 OR k = 2.251", "1.50", "x")]
    [InlineData("SELECT v FROM w WHERE k = TIMESTAMP '2026-01-01 00:00:01'", "2026-01-01 00:00:01.000", "y")]
    [InlineData("SELECT v FROM w WHERE k = TIMESTAMP '2026-01-01 00:00:00.123000'", "2026-01-01 00:00:00.123", "x")]
    [InlineData("SELECT v FROM w WHERE k IN (TIMESTAMP '2026-01-01 00:00:00.123456', TIMESTAMP '2026-01-01 00:00:01')", "2026-01-01 00:00:01.000", "y")]
    public async Task Only_the_keys_that_WHERE_names_are_asked_for(string query, string keys, string rows)
    {
        Assert.Equal(rows, string.Join(',', await _lab.RowsAsync(Tables + query)));
        Assert.Equal(keys, string.Join(',', _lab.Dimensions.Asked));
    }

    [Theory]
    [InlineData("SELECT * FROM d")]
    [InlineData("SELECT * FROM d WHERE city = 'Rome'")]
    [InlineData("SELECT * FROM d WHERE name > 'a'")]
    [InlineData("SELECT * FROM d WHERE name <> 'a'")]
    [InlineData("SELECT * FROM d WHERE name = 'a' OR age = 7")]
    [InlineData("SELECT * FROM d WHERE NOT (name = 'a')")]
    [InlineData("SELECT * FROM d WHERE name = city")]
    [InlineData("SELECT * FROM p WHERE k = 'a'")]
    [InlineData("SELECT * FROM n WHERE CAST(id AS STRING) = '1'")]
    [InlineData("SELECT * FROM m WHERE k = 1.505")]
    [InlineData("SELECT * FROM m WHERE k = 12345678901.5")]
    [InlineData("SELECT * FROM w WHERE k = TIMESTAMP '2026-01-01 00:00:00.123456'")]
    public void Without_a_value_for_each_column_of_the_key_the_table_is_read(string query) =>
        Assert.StartsWith("table '", _lab.Error(Tables + query), StringComparison.Ordinal);

    [Fact]
    public void The_plan_shows_the_keys_as_values_and_the_lookup()
    {
        var plan = _lab.Explain(Tables + "SELECT city FROM d WHERE name = 'a' AND age > 3");
        Assert.StartsWith("source: values\n", plan, StringComparison.Ordinal);
        Assert.Contains("lookup d", plan, StringComparison.Ordinal);
        Assert.Contains("where name = 'a' AND age > 3", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_said_with_the_key_that_WHERE_names()
    {
        const string Broken = "CREATE TABLE x (id INT, v STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '1|a;2|BROKEN');\n";
        var summary = await _lab.RunAsync(Broken + "SELECT v FROM x WHERE id IN (1, 2)");
        Assert.Equal("WHERE, key 2: table 'fake': the row of '2' is broken", summary.Error);
    }

    [Fact]
    public async Task An_INSERT_asks_for_keys_as_well()
    {
        Assert.Equal(["Rome"], await _lab.RowsAsync(Tables + "INSERT INTO t SELECT city FROM d WHERE name = 'a'", "t"));
        Assert.Equal(["d(city)"], _lab.Dimensions.Made);
    }
}
