namespace Sluice.Tests.Sql.Planning;

/// <summary>Lookup joins that cannot be: each is said where it stands, without connecting to anything.</summary>
public sealed class LookupRefusalTests
{
    private const string Tables = """
        CREATE TABLE s (k INT, name STRING, at_time TIMESTAMP_LTZ(3), tags ARRAY<STRING>, p AS PROCTIME(), WATERMARK FOR at_time AS at_time) WITH ('connector' = 'fake');
        CREATE TABLE d (name STRING, age INT, PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'dim');
        CREATE TABLE e (id INT, part STRING, v STRING, PRIMARY KEY (part, id) NOT ENFORCED) WITH ('connector' = 'dim');
        CREATE TABLE many (a INT, b INT, c INT, PRIMARY KEY (a, b, c) NOT ENFORCED) WITH ('connector' = 'dim');
        CREATE TABLE bare (name STRING, age INT) WITH ('connector' = 'dim');
        CREATE TABLE meta (name STRING, part INT METADATA, PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'dim');
        CREATE TABLE flow (name STRING, PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'fake');
        CREATE TABLE odd (name STRING, PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'dim', 'cash' = 'LRU');
        CREATE VIEW v AS SELECT name, age FROM s, UNNEST(tags) AS u (age);

        """;

    private const int Line = 10;

    private readonly SqlLab _lab = new();

    [Theory]
    [InlineData("JOIN bare FOR SYSTEM_TIME AS OF s.p AS d ON s.name = d.name", "bare", "table 'bare' has no PRIMARY KEY, by which its rows would be looked up; add PRIMARY KEY (...) NOT ENFORCED to its CREATE TABLE")]
    [InlineData("JOIN many FOR SYSTEM_TIME AS OF s.p AS d ON s.k = d.a", "many", "the PRIMARY KEY of table 'many' has 3 columns; rows are looked up by 2 at most")]
    [InlineData("JOIN meta FOR SYSTEM_TIME AS OF s.p AS d ON s.name = d.name", "meta", "table 'meta' has the metadata column 'part', and rows that are looked up have none; leave it out of a table for lookups")]
    [InlineData("JOIN flow FOR SYSTEM_TIME AS OF s.p AS d ON s.name = d.name", "flow", "table 'flow' cannot be looked up: connector 'fake' does not find rows by their key; connectors that do: dim")]
    [InlineData("JOIN v FOR SYSTEM_TIME AS OF s.p AS d ON s.name = d.name", "v", "'v' is a view; FOR SYSTEM_TIME AS OF goes with a table whose connector finds rows by their key")]
    [InlineData("JOIN dd FOR SYSTEM_TIME AS OF s.p AS d ON s.name = d.name", "dd", "there is no table or view 'dd'; did you mean 'd'?")]
    public void A_table_that_cannot_be_looked_up_is_refused(string join, string word, string message) => Refused("SELECT s.k FROM s " + join, word, message);

    [Theory]
    [InlineData("ON s.k = d.age", "s.k = d.age", "ON has no value for the key d.name, by which rows of 'd' are found; add ... = d.name")]
    [InlineData("ON TRUE", "TRUE", "ON has no value for the key d.name, by which rows of 'd' are found; add ... = d.name")]
    [InlineData("ON s.name < d.name", "s.name < d.name")]
    [InlineData("ON s.k = 1 AND s.name <> d.name", "s.name <> d.name")]
    [InlineData("ON s.name = d.name OR s.k = 1", "s.name = d.name OR s.k = 1")]
    [InlineData("ON s.name = UPPER(d.name)", "s.name = UPPER(d.name)")]
    [InlineData("ON d.name = CAST(d.age AS STRING)", "d.name = CAST(d.age AS STRING)")]
    [InlineData("ON d.name IN ('a', 'b')", "d.name IN ('a', 'b')")]
    [InlineData("ON s.name = d.name AND d.name = 'x'", "d.name = 'x'", "the key d.name is compared a second time; put other conditions into WHERE")]
    [InlineData("ON s.k = d.name", "s.k = d.name", "the key d.name is STRING and is compared with INT; write CAST(s.k AS STRING)")]
    [InlineData("ON d.name = s.tags", "d.name = s.tags", "the key d.name is STRING and is compared with ARRAY<STRING>; write CAST(s.tags AS STRING)")]
    [InlineData("ON s.nam = d.name", "nam ", "there is no column 'nam' in table 's'; did you mean 'name'?")]
    [InlineData("ON s.name = d.name AND s.k", "s.k", "a condition must be BOOLEAN, and this is INT")]
    public void A_condition_that_says_no_key_is_refused(string on, string word, string? message = null) => Refused(
        "SELECT age FROM s JOIN d FOR SYSTEM_TIME AS OF s.p " + on, word,
        message ?? "rows of 'd' are found by the value of their key: write d.name = and an expression of the left side, joined to other conditions by AND");

    [Theory]
    [InlineData("ON s.name = e.part", "s.name = e.part", "ON has no value for the key e.id, by which rows of 'e' are found; add ... = e.id, or leave id out of PRIMARY KEY (part, id)")]
    [InlineData("ON s.name = e.part AND e.id = CAST(s.k AS BIGINT)", "e.id = CAST", "the key e.id is INT and is compared with BIGINT; write CAST(CAST(s.k AS BIGINT) AS INT)")]
    [InlineData("ON s.name = e.part AND e.id = 3000000000", "e.id = 3", "the key e.id is INT and is compared with BIGINT; write CAST(3000000000 AS INT)")]
    public void Each_column_of_a_key_needs_a_value_of_its_type(string on, string word, string message) =>
        Refused("SELECT v FROM s LEFT JOIN e FOR SYSTEM_TIME AS OF s.p " + on, word, message);

    [Theory]
    [InlineData("s.at_time")]
    [InlineData("CURRENT_TIMESTAMP")]
    [InlineData("CAST(s.p AS TIMESTAMP(3))")]
    [InlineData("TIMESTAMP '2026-01-01 00:00:00'")]
    public void Another_time_than_the_processing_time_is_refused(string time) => Refused(
        $"SELECT age FROM s JOIN d FOR SYSTEM_TIME AS OF {time} AS d ON s.name = d.name", time,
        "FOR SYSTEM_TIME AS OF takes the processing time only, for a row is looked up as it is now: write PROCTIME(), or a column that CREATE TABLE declares as proctime AS PROCTIME()");

    [Fact]
    public void A_time_that_is_the_processing_time_on_one_side_of_a_union_only_is_refused() => Refused(
        "SELECT age FROM (SELECT name, p FROM s UNION ALL SELECT name, at_time FROM s) AS w JOIN d FOR SYSTEM_TIME AS OF w.p ON w.name = d.name", "w.p",
        "FOR SYSTEM_TIME AS OF takes the processing time only, for a row is looked up as it is now: write PROCTIME(), or a column that CREATE TABLE declares as proctime AS PROCTIME()");

    [Theory]
    [InlineData("s RIGHT JOIN d FOR SYSTEM_TIME AS OF s.p ON s.name = d.name", "RIGHT JOIN", "RIGHT JOIN does not go with FOR SYSTEM_TIME AS OF: rows of 'd' are looked up for those of the left side; JOIN and LEFT JOIN do")]
    [InlineData("s FULL OUTER JOIN d FOR SYSTEM_TIME AS OF s.p ON s.name = d.name", "FULL OUTER JOIN", "FULL JOIN does not go with FOR SYSTEM_TIME AS OF: rows of 'd' are looked up for those of the left side; JOIN and LEFT JOIN do")]
    [InlineData("s NATURAL JOIN d FOR SYSTEM_TIME AS OF s.p", "NATURAL JOIN", "NATURAL JOIN does not go with FOR SYSTEM_TIME AS OF; write JOIN d FOR SYSTEM_TIME AS OF ... AS d ON ... = d.key")]
    [InlineData("s JOIN d FOR SYSTEM_TIME AS OF s.p USING (name)", "name)", "USING does not go with FOR SYSTEM_TIME AS OF; write JOIN d FOR SYSTEM_TIME AS OF ... AS d ON ... = d.key")]
    [InlineData("s CROSS JOIN d FOR SYSTEM_TIME AS OF s.p", "CROSS JOIN", "this join does not say which row of 'd' it wants; write JOIN ... ON ... = d.name")]
    [InlineData("s, d FOR SYSTEM_TIME AS OF s.p WHERE age = 1", ",", "this join does not say which row of 'd' it wants; write JOIN ... ON ... = d.name")]
    [InlineData("s LEFT JOIN d FOR SYSTEM_TIME AS OF s.p WHERE s.name = d.name", "LEFT JOIN", "this join does not say which row of 'd' it wants; write LEFT JOIN ... ON ... = d.name")]
    [InlineData("d FOR SYSTEM_TIME AS OF PROCTIME()", "FOR", "FOR SYSTEM_TIME AS OF goes with a table on the right side of a join: FROM s JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS d ON s.key = d.key")]
    [InlineData("d FOR SYSTEM_TIME AS OF PROCTIME() JOIN s ON s.name = d.name", "FOR", "FOR SYSTEM_TIME AS OF goes with a table on the right side of a join: FROM s JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS d ON s.key = d.key")]
    [InlineData("s JOIN d ON s.name = d.name", "JOIN", "a table is joined by looking up its rows as they are now: write JOIN d FOR SYSTEM_TIME AS OF PROCTIME() ON ... = d.name")]
    [InlineData("s LEFT JOIN d AS x ON s.name = x.name", "LEFT JOIN", "a table is joined by looking up its rows as they are now: write LEFT JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS x ON ... = x.name")]
    [InlineData("s JOIN (e) ON s.name = e.part", "JOIN", "a table is joined by looking up its rows as they are now: write JOIN e FOR SYSTEM_TIME AS OF PROCTIME() ON ... = e.part AND ... = e.id")]
    [InlineData("s JOIN flow ON s.name = flow.name", "JOIN", "JOIN is not supported: rows are worked on one by one here; what can be joined is UNNEST of an array or a map, and tables with FOR SYSTEM_TIME AS OF")]
    public void Other_joins_are_refused(string from, string word, string message) => Refused("SELECT 1 FROM " + from, word, message);

    [Fact]
    public void A_table_of_with_is_no_dimension_table() => Refused(
        "WITH w AS (SELECT * FROM d) SELECT 1 FROM s JOIN w FOR SYSTEM_TIME AS OF s.p ON s.name = w.name", "w FOR",
        "'w' is a table of WITH; FOR SYSTEM_TIME AS OF goes with a table whose connector finds rows by their key");

    [Theory]
    [InlineData("(SELECT * FROM d)")]
    [InlineData("(d)")]
    public void A_query_is_no_dimension_table(string table) => Refused(
        $"SELECT 1 FROM s JOIN {table} FOR SYSTEM_TIME AS OF s.p AS d ON s.name = d.name", "FOR", "FOR SYSTEM_TIME AS OF stands behind the name of a table; what is in parentheses is no table that can be looked up");

    [Fact]
    public void A_dimension_table_alone_cannot_be_read() =>
        Refused("SELECT name FROM d", "d", "table 'd' cannot be read as a whole: connector 'dim' finds rows by their key; JOIN it with FOR SYSTEM_TIME AS OF", last: true);

    [Fact]
    public void Options_that_its_connector_does_not_know_are_refused_where_they_stand()
    {
        const string Message = "dim has no option 'cash'. Supported: async, rows";
        Assert.Equal([$"job.sql:8:92: {Message}"], _lab.Errors(Tables + "SELECT 1 FROM s JOIN odd FOR SYSTEM_TIME AS OF s.p AS d ON s.name = d.name"));
        Refused("SELECT 1 FROM s JOIN d /*+ OPTIONS('cash' = 'LRU') */ FOR SYSTEM_TIME AS OF s.p AS d ON s.name = d.name", "'cash'", Message);
    }

    [Fact]
    public void What_is_wrong_with_the_table_and_with_the_time_is_said_together() => Assert.Equal(2, _lab.Errors(
        Tables + "SELECT 1 FROM s JOIN bare FOR SYSTEM_TIME AS OF s.at_time AS d ON s.name = d.name").Length);

    private void Refused(string statement, string word, string message, bool last = false)
    {
        var at = last ? statement.LastIndexOf(word, StringComparison.Ordinal) : statement.IndexOf(word, StringComparison.Ordinal);
        Assert.Equal([$"job.sql:{Line}:{at + 1}: {message}"], _lab.Errors(Tables + statement));
    }
}
