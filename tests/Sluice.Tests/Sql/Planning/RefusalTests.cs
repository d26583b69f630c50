namespace Sluice.Tests.Sql.Planning;

/// <summary>What the engine cannot run is refused with a sentence, under the word that asks for it.</summary>
public sealed class RefusalTests
{
    private const string Tables = """
        CREATE TABLE s (a INT, b STRING, l ARRAY<STRING>) WITH ('connector' = 'fake');
        CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'fake');

        """;

    private readonly SqlLab _lab = new();

    [Theory]
    [InlineData("SELECT DISTINCT a FROM s", "DISTINCT", "SELECT DISTINCT is not supported: it would keep all rows seen so far, and rows are worked on one by one here")]
    [InlineData("SELECT a FROM s GROUP BY a", "GROUP BY", "GROUP BY is not supported: rows are worked on one by one here, without aggregation")]
    [InlineData("SELECT a FROM s ORDER BY a", "ORDER BY", "ORDER BY is not supported: rows are worked on one by one here, in the order of their source")]
    [InlineData("SELECT a FROM s OFFSET 3", "OFFSET", "OFFSET is not supported: without an order there is no telling which rows would be left out")]
    [InlineData("SELECT a FROM s UNION SELECT a FROM t", "UNION", "UNION is not supported: it would compare all rows seen so far; write UNION ALL, which keeps them all")]
    [InlineData("SELECT a FROM s INTERSECT SELECT a FROM t", "INTERSECT", "INTERSECT is not supported: it would compare all rows seen so far, and rows are worked on one by one here")]
    [InlineData("SELECT a FROM s EXCEPT SELECT a FROM t", "EXCEPT", "EXCEPT is not supported: it would compare all rows seen so far, and rows are worked on one by one here")]
    [InlineData("SELECT s.a FROM s JOIN t ON s.a = t.a", "JOIN", "JOIN is not supported: rows are worked on one by one here; what can be joined is UNNEST of an array or a map, and tables with FOR SYSTEM_TIME AS OF")]
    [InlineData("SELECT s.a FROM s LEFT JOIN t ON s.a = t.a", "LEFT JOIN", "LEFT JOIN is not supported: rows are worked on one by one here; what can be joined is UNNEST of an array or a map, and tables with FOR SYSTEM_TIME AS OF")]
    [InlineData("SELECT s.a FROM s, t", ",", "a join of tables is not supported: rows are worked on one by one here; what can be joined is UNNEST of an array or a map, and tables with FOR SYSTEM_TIME AS OF")]
    [InlineData("SELECT a FROM s FOR SYSTEM_TIME AS OF a", "FOR SYSTEM_TIME AS OF", "FOR SYSTEM_TIME AS OF goes with a table on the right side of a join: FROM s JOIN s FOR SYSTEM_TIME AS OF PROCTIME() AS d ON s.key = d.key")]
    [InlineData("SELECT a FROM (SELECT a FROM s LIMIT 3)", "LIMIT", "LIMIT is supported only at the end of a SELECT that is not part of another statement")]
    [InlineData("INSERT INTO t SELECT a, b FROM s LIMIT 3", "LIMIT", "LIMIT is supported only at the end of a SELECT that is not part of another statement")]
    [InlineData("INSERT OVERWRITE t SELECT a, b FROM s", "INSERT OVERWRITE", "INSERT OVERWRITE is not supported: no sink here can replace what it holds; use INSERT INTO")]
    [InlineData("SELECT a FROM s MATCH_RECOGNIZE (PATTERN (A))", "MATCH_RECOGNIZE", "MATCH_RECOGNIZE is not supported: rows are worked on one by one here")]
    [InlineData("SELECT * FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(a), INTERVAL '1' MINUTE))", "TABLE", "the table function TUMBLE is not supported; windows and table functions cannot run here, UNNEST can")]
    [InlineData("SELECT a FROM s WINDOW w AS (ORDER BY a)", "WINDOW", "WINDOW is not supported: rows are worked on one by one here, without windows")]
    [InlineData("SELECT x FROM s CROSS JOIN UNNEST(b) AS u (x)", "b)", "UNNEST takes an ARRAY, MAP or MULTISET, and this is STRING")]
    [InlineData("SELECT x FROM s CROSS JOIN UNNEST(l) AS u (x, y)", "AS u (x, y)", "'u' names 2 columns, and an element has 1")]
    [InlineData("SELECT u.* FROM s", "u.*", "there is no table 'u' in FROM; did you mean 's'?")]
    [InlineData("SELECT *", "*", "'*' needs a FROM")]
    [InlineData("SELECT a FROM s AS x (c, d)", "AS x (c, d)", "'x' names 2 columns, and the table has 3")]
    [InlineData("SELECT c FROM s", "c FROM", "there is no column 'c'; did you mean 'a'?")]
    [InlineData("SELECT a FROM ss", "ss", "there is no table or view 'ss'; did you mean 's'?")]
    [InlineData("INSERT INTO t SELECT a FROM s", "t SELECT", "the query has 1 column (a INT), and table 't' takes 2 columns (a INT, b STRING)")]
    [InlineData("INSERT INTO t (b) SELECT a, b FROM s", "t (b)", "the query has 2 columns (a INT, b STRING), and the INSERT names 1 column (b STRING)")]
    [InlineData("INSERT INTO t (a, c) SELECT a, b FROM s", "c)", "table 't' has no column 'c'; did you mean 'a'?")]
    [InlineData("INSERT INTO t (a, a) SELECT a, b FROM s", "a) SELECT", "column 'a' is given a value twice")]
    [InlineData("INSERT INTO t PARTITION (a = 1) SELECT a, b FROM s", "a = 1", "table 't' is not partitioned by 'a'")]
    [InlineData("SELECT a FROM s UNION ALL SELECT a, b FROM t", "UNION ALL", "the sides of UNION ALL have 1 and 2 columns; they need the same number")]
    [InlineData("SHOW JARS", "JARS", "SHOW JARS is not supported; SHOW goes with TABLES, VIEWS, DATABASES, CATALOGS, FUNCTIONS, COLUMNS FROM, CREATE TABLE and CREATE VIEW")]
    public void A_construct_that_cannot_run_is_refused_where_it_stands(string statement, string word, string message)
    {
        var error = Assert.Single(_lab.Errors(Tables + statement));
        Assert.Equal($"job.sql:3:{statement.IndexOf(word, StringComparison.Ordinal) + 1}: {message}", error);
    }

    [Fact]
    public void The_line_and_a_caret_stand_under_the_message() => Assert.Equal(
        """
        job.sql:3:17: GROUP BY is not supported: rows are worked on one by one here, without aggregation
        SELECT a FROM s GROUP BY a
                        ^^^^^^^^
        """,
        _lab.Refusal(Tables + "SELECT a FROM s GROUP BY a"));

    [Fact]
    public void All_errors_of_a_script_are_reported_and_each_only_once()
    {
        var errors = _lab.Errors("""
            CREATE TABLE s (a INT, a STRING) WITH ('connector' = 'fake');
            CREATE TABLE t (a INT) WITH ('connector' = 'fakee');
            INSERT INTO t SELECT a FROM s;
            INSERT INTO missing SELECT a FROM s;
            SELECT DISTINCT x FROM t ORDER BY a;
            SELECT * FRM t;
            SELECT * FROM t;
            """);
        Assert.Equal(
            [
                "job.sql:1:24: column 'a' is declared twice",
                "job.sql:2:44: there is no connector 'fakee'; did you mean 'fake'? Connectors: dim, fake, sink-only, source-only, upserts",
                "job.sql:4:13: there is no table or view 'missing'; defined before this statement: s, t",
                "job.sql:5:8: SELECT DISTINCT is not supported: it would keep all rows seen so far, and rows are worked on one by one here",
                "job.sql:5:26: ORDER BY is not supported: rows are worked on one by one here, in the order of their source",
                "job.sql:6:10: expected ';' after the query, found 'FRM'; did you mean 'FROM'?",
            ],
            errors);
    }

    [Fact]
    public void Users_of_a_table_whose_definition_could_not_be_parsed_are_not_complained_about() =>
        Assert.Single(_lab.Errors("CREATE TABLE s (a INT b INT) WITH ('connector' = 'fake');\nSELECT a FROM s; INSERT INTO s SELECT c FROM s; DESCRIBE s; CREATE VIEW v AS SELECT q FROM s; SELECT * FROM v"));

    [Theory]
    [InlineData("'connector' = 'jdbc'", "the connector 'jdbc' is not there here; connectors: dim, fake, sink-only, source-only, upserts")]
    [InlineData("'number' = '1'", "table 'x' has no option 'connector', so there is nothing to read or write; connectors: dim, fake, sink-only, source-only, upserts")]
    [InlineData("'connector' = 'sink-only'", "table 'x' cannot be read: connector 'sink-only' only writes")]
    [InlineData("'connector' = 'fake', 'number' = '10'", "'number' is \"10\"; allowed: integer from 1 to 9")]
    [InlineData("'connector' = 'fake', 'numbr' = '1'", "fake has no option 'numbr'; did you mean 'number'? Supported: changes, endless, number, password, rows")]
    public void A_connector_is_refused_where_its_option_stands(string options, string message) =>
        Assert.Equal(message, _lab.Error($"CREATE TABLE x (a INT) WITH ({options}); SELECT * FROM x"));

    [Fact]
    public void What_a_connector_refuses_points_at_the_value_and_shows_no_secret() => Assert.Equal(
        """
        job.sql:1:66: 'number' is "x"; allowed: integer from 1 to 9
        CREATE TABLE t (a INT) WITH ('connector' = 'fake', 'number'    = 'x', 'password' = '****');
                                                                         ^^^
        """,
        _lab.Refusal("CREATE TABLE t (a INT) WITH ('connector' = 'fake', 'number'    = 'x', 'password' = 'hush');\nSELECT * FROM t"));

    [Fact]
    public void What_a_sink_says_of_its_columns_is_said_when_the_script_is_compiled() =>
        Assert.Equal("the sink refuses these columns", _lab.Error(Tables + "CREATE TABLE r (refused INT) WITH ('connector' = 'fake'); INSERT INTO r SELECT a FROM s"));

    [Fact]
    public void Other_hints_than_options_are_ignored_with_a_warning()
    {
        _lab.Compile(Tables + "SELECT /*+ BROADCAST(s) */ a FROM s /*+ STATE_TTL('s' = '1d') */");
        Assert.Equal(["job.sql:3:12: the hint BROADCAST has no effect here", "job.sql:3:41: the hint STATE_TTL has no effect here"], _lab.Warnings);
    }

    [Fact]
    public void A_filter_over_an_upsert_table_goes_over_its_key()
    {
        const string Upsert = "CREATE TABLE u (k INT, v INT, f BOOLEAN, PRIMARY KEY (k, f) NOT ENFORCED) WITH ('connector' = 'upserts', 'changes' = 'true');\n";
        _lab.Compile(Upsert + "SELECT v FROM u WHERE f");
        Assert.StartsWith("WHERE on other columns than the primary key does not go with the upsert table 'u'", _lab.Error(Upsert.Replace("(k, f)", "(k)", StringComparison.Ordinal) + "SELECT v FROM (SELECT v, f AS g FROM u) WHERE g"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_that_doubles_itself_over_and_over_is_refused_in_time()
    {
        var sides = string.Concat(Enumerable.Range(1, 40).Select(i => $"CREATE VIEW v{i} AS SELECT a FROM v{i - 1} UNION ALL SELECT a FROM v{i - 1};\n"));
        Assert.Equal(
            "this query has more than 1024 sides of UNION ALL, those of its views included",
            _lab.Error("CREATE TABLE v0 (a INT) WITH ('connector' = 'fake');\n" + sides + "SELECT * FROM v40"));
        var columns = string.Concat(Enumerable.Range(1, 40).Select(i => $"CREATE VIEW v{i} AS SELECT *, * FROM v{i - 1};\n"));
        Assert.Equal("with all of these columns the query has more than 4096", _lab.Error("CREATE TABLE v0 (a INT) WITH ('connector' = 'fake');\n" + columns));
    }
}
