namespace Sluice.Tests.Sql.Planning;

/// <summary>A SELECT of a dimension table whose WHERE names the keys asks for those. The fake can do nothing else.</summary>
public sealed class KeyedReadTests
{
    private const string Tables = """
        CREATE TABLE d (age INT, name STRING, city STRING, older AS age + 1, PRIMARY KEY (name) NOT ENFORCED)
          WITH ('connector' = 'dim', 'rows' = '7|a|Rome;NULL|b|Oslo;9|c|Rome;10|d|Rome;11|e|Rome');
        CREATE TABLE n (id BIGINT, v STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '1|x;2|y');
        CREATE TABLE p (k STRING, m INT, v STRING, PRIMARY KEY (k, m) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = 'a|1|x;a|2|y;b|2|z');
        CREATE TABLE m (price DECIMAL(5, 2), v STRING, PRIMARY KEY (price) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '1.50|x;-2.00|y');
        CREATE TABLE w (at_time TIMESTAMP(2), v STRING, PRIMARY KEY (at_time) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '2024-02-03 04:05:06.00|x');
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
    [InlineData("SELECT v FROM m WHERE price = 1.5", "1.50", "x")]
    [InlineData("SELECT v FROM m WHERE price IN (1.5, 1.500, -2.0)", "1.50,-2.00", "x,y")]
    [InlineData("SELECT v FROM w WHERE at_time = TIMESTAMP '2024-02-03 04:05:06'", "2024-02-03 04:05:06.00", "x")]
    [InlineData("SELECT v FROM w WHERE at_time IN (TIMESTAMP '2024-02-03 04:05:06.0', TIMESTAMP '2024-02-03 04:05:06.000')", "2024-02-03 04:05:06.00", "x")]
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
    [InlineData("SELECT * FROM m WHERE price = 1.555")]
    [InlineData("SELECT * FROM m WHERE price IN (1.5, 1000000)")]
    [InlineData("SELECT * FROM w WHERE at_time = TIMESTAMP '2024-02-03 04:05:06.007'")]
    [InlineData("SELECT * FROM w WHERE at_time IN (TIMESTAMP '2024-02-03 04:05:06', TIMESTAMP '2024-02-03 04:05:06.007')")]
    public void Without_all_columns_of_the_key_the_table_is_read(string query) =>
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
    public async Task An_INSERT_asks_for_keys_as_well()
    {
        Assert.Equal(["Rome"], await _lab.RowsAsync(Tables + "INSERT INTO t SELECT city FROM d WHERE name = 'a'", "t"));
        Assert.Equal(["d(city)"], _lab.Dimensions.Made);
    }
}
