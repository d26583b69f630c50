using Sluice.Engine.Execution;
using Sluice.Sql;

namespace Sluice.Tests.Sql.Planning;

/// <summary>Queries that run, by the rows that come out.</summary>
public sealed class QueryTests
{
    private const string Tables = """
        CREATE TABLE s (a INT, b STRING) WITH ('connector' = 'fake', 'rows' = '1|x;2|y;3|NULL');
        CREATE TABLE l (id INT, tags ARRAY<STRING>) WITH ('connector' = 'fake', 'rows' = '1|p q;2|NULL;3|r');
        CREATE TABLE c (k INT, v INT) WITH ('connector' = 'fake', 'changes' = 'true', 'rows' = '1|5;-U:1|5;+U:1|2;-D:1|2');
        CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'fake');

        """;

    private readonly SqlLab _lab = new();

    [Theory]
    [InlineData("SELECT b, a FROM s", "x|1;y|2;NULL|3")]
    [InlineData("SELECT a + 1, b AS c FROM s WHERE a > 1", "3|y;4|NULL")]
    [InlineData("SELECT s.*, a FROM s WHERE b IS NULL", "3|NULL|3")]
    [InlineData("SELECT q.n FROM (SELECT a AS n, b FROM s WHERE b IS NOT NULL) AS q WHERE q.n < 2", "1")]
    [InlineData("SELECT x, y FROM s AS q (x, y) WHERE q.x = 2", "2|y")]
    [InlineData("WITH w AS (SELECT a FROM s), v (z) AS (SELECT a * 10 FROM w) SELECT z FROM v WHERE z <> 20", "10;30")]
    [InlineData("WITH s AS (SELECT a FROM s WHERE a = 1) SELECT * FROM s", "1")]
    [InlineData("TABLE s", "1|x;2|y;3|NULL")]
    [InlineData("VALUES (1, 'a'), (2, 'bcd')", "1|a;2|bcd")]
    [InlineData("VALUES (1), (NULL), (2.5)", "1.0;NULL;2.5")]
    [InlineData("SELECT n, t || '!' FROM (VALUES (1, 'a'), (2, 'b')) AS v (n, t) WHERE n > 1", "2|b!")]
    [InlineData("SELECT 1 + 1, 'x'", "2|x")]
    [InlineData("SELECT id, tag FROM l CROSS JOIN UNNEST(tags) AS u (tag)", "1|p;1|q;3|r")]
    [InlineData("SELECT id, tag FROM l, UNNEST(l.tags) AS u (tag) WHERE tag <> 'p'", "1|q;3|r")]
    [InlineData("SELECT id, tag FROM l LEFT JOIN UNNEST(tags) AS u (tag) ON TRUE", "1|p;1|q;2|NULL;3|r")]
    [InlineData("SELECT id, u FROM l CROSS JOIN UNNEST(tags) AS u", "1|p;1|q;3|r")]
    [InlineData("SELECT v + 1 FROM (VALUES 1, 2) AS v", "2;3")]
    [InlineData("SELECT x.tag, y.tag FROM l CROSS JOIN UNNEST(tags) AS x (tag) CROSS JOIN UNNEST(tags) AS y (tag) WHERE id = 1", "p|p;p|q;q|p;q|q")]
    [InlineData("SELECT a FROM (SELECT a, 10 / (a - 1) AS f FROM s)", "1;2;3")]
    [InlineData("SELECT d + d FROM (SELECT a * 2 AS d FROM s)", "4;8;12")]
    [InlineData("SELECT k, v FROM c", "1|5;-U:1|5;+U:1|2;-D:1|2")]
    [InlineData("SELECT v * 2 FROM c WHERE v > 3", "10;-U:10")]
    [InlineData("SELECT a FROM s LIMIT 2", "1;2")]
    [InlineData("SELECT a FROM s LIMIT 0", "")]
    [InlineData("SELECT a FROM s FETCH NEXT 1 ROW ONLY", "1")]
    [InlineData("SELECT a FROM s LIMIT 100", "1;2;3")]
    [InlineData("SELECT `EXPR$2` FROM (SELECT *, a + 1 FROM s WHERE a = 1)", "2")]
    [InlineData("SELECT CASE WHEN a > 1 THEN n ELSE a END FROM (SELECT a, NULL AS n FROM s)", "1;NULL;NULL")]
    [InlineData("SELECT n FROM (SELECT NULL AS n FROM s WHERE a = 1) UNION ALL SELECT a FROM s WHERE a = 9", "NULL")]
    public async Task A_query_gives_its_rows(string query, string rows) =>
        Assert.Equal(rows.Split(';', StringSplitOptions.RemoveEmptyEntries), await _lab.RowsAsync(Tables + query));

    [Fact]
    public void Values_without_a_common_type_are_refused_at_the_first_that_does_not_fit() => Assert.Equal(
        "this is CHAR(1) and the values above it INT; the values of a column need a common type: CAST one of them", _lab.Error("VALUES (NULL), (1), ('x')"));

    [Theory]
    [InlineData("SELECT 1 FROM s AS q (x, x)")]
    [InlineData("SELECT 1 FROM l CROSS JOIN UNNEST(tags) WITH ORDINALITY AS u (x, x)")]
    public void An_alias_names_each_column_once(string query) => Assert.Equal("column 'x' is named twice", _lab.Error(Tables + query));

    [Fact]
    public async Task Union_all_gives_the_rows_of_all_sides_in_the_types_that_they_share()
    {
        var rows = await _lab.RowsAsync(Tables + "SELECT a, b FROM s UNION ALL SELECT CAST(a AS BIGINT) * 10, 'z' FROM s UNION ALL VALUES (7, CAST(NULL AS STRING))");
        Assert.Equal(["10|z", "1|x", "20|z", "2|y", "30|z", "3|NULL", "7|NULL"], rows.Order(StringComparer.Ordinal));
        var plan = Assert.IsType<SelectStep>(_lab.Compile(Tables + "SELECT a FROM s UNION ALL SELECT a FROM s").Steps[0]).Plan;
        Assert.Equal(2, Assert.Single(plan.Pipelines).Branches.Count);
    }

    [Fact]
    public async Task A_limit_ends_a_source_that_has_no_end()
    {
        var rows = await _lab.RowsAsync(Tables + "SELECT a FROM s /*+ OPTIONS('endless' = 'true') */ LIMIT 2");
        Assert.Equal(["1", "2"], rows);
        Assert.Equal("LIMIT does not go with table 'c', whose rows may be taken back later", _lab.Error(Tables + "SELECT k FROM c LIMIT 1"));
    }

    [Fact]
    public void The_columns_of_a_query_are_called_as_in_flink()
    {
        string Columns(string query) => Assert.IsType<SelectStep>(_lab.Compile(Tables + query).Steps[0]).Schema.ToString();

        Assert.Equal("a, EXPR$1, n, a0", Columns("SELECT a, a + 1, b AS n, a FROM s"));
        Assert.Equal("EXPR$0, EXPR$1", Columns("VALUES (1, 2)"));
        Assert.Equal("a, b", Columns("SELECT a, b FROM s UNION ALL SELECT a AS x, b AS y FROM s"));
    }

    [Fact]
    public async Task Computed_columns_are_computed_from_what_is_read()
    {
        const string Table = "CREATE TABLE k (twice AS a * 2, a INT, b STRING, loud AS UPPER(b)) WITH ('connector' = 'fake', 'rows' = '1|x;2|y');\n";
        Assert.Equal(["2|1|x|X", "4|2|y|Y"], await _lab.RowsAsync(Table + "SELECT * FROM k"));
        Assert.Equal("k(a, b)", _lab.Tables.Reads[^1]);
        _lab.Compile(Table + "SELECT loud FROM k");
        Assert.Equal("k(b)", _lab.Tables.Reads[^1]);
    }

    [Theory]
    [InlineData("INSERT INTO t SELECT a, b FROM s WHERE a = 1", "1|x")]
    [InlineData("INSERT INTO t (b, a) SELECT b, a FROM s WHERE a = 1", "1|x")]
    [InlineData("INSERT INTO t (a) SELECT a FROM s WHERE a = 1", "1|NULL")]
    [InlineData("INSERT INTO t VALUES (1, 'a'), (2, NULL)", "1|a;2|NULL")]
    [InlineData("INSERT INTO t SELECT CAST(a AS TINYINT), 'k' FROM s WHERE a = 1", "1|k")]
    public async Task An_insert_gives_each_column_its_value(string insert, string rows) =>
        Assert.Equal(rows.Split(';'), await _lab.RowsAsync(Tables + insert, "t"));

    [Fact]
    public void A_value_that_does_not_fit_its_column_points_at_the_value() =>
        Assert.StartsWith("job.sql:5:30: column 'a' of table 't' is INT and the value is STRING", _lab.Errors(Tables + "INSERT INTO t (a, b) SELECT  b, b FROM s")[0], StringComparison.Ordinal);

    [Fact]
    public async Task A_null_in_a_column_that_takes_none_fails_the_job_or_leaves_the_row_out()
    {
        const string Strict = Tables + "CREATE TABLE n (a INT, b STRING NOT NULL) WITH ('connector' = 'fake');\n";
        var summary = await _lab.RunAsync(Strict + "INSERT INTO n SELECT * FROM s");
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Equal("s, row 3: column 'b' of table 'n' is NOT NULL, and this row has NULL there; to leave such rows out, SET 'table.exec.sink.not-null-enforcer' = 'DROP'", summary.Error);

        _lab.Tables.Written.Clear();
        summary = await _lab.RunAsync(Strict + "SET 'table.exec.sink.not-null-enforcer' = 'DROP'; INSERT INTO n SELECT * FROM s");
        Assert.Equal((JobStatus.Succeeded, 3L, 2L, 1L), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsSkipped));
        Assert.Equal(["1|x", "2|y"], _lab.Tables.Written["n"]);
        Assert.Equal("column 'b' is NOT NULL, and the INSERT gives no value for it", _lab.Error(Strict + "INSERT INTO n (a) SELECT a FROM s"));
    }

    [Theory]
    [InlineData("INT", "1;NULL")]
    [InlineData("BIGINT", "1;NULL")]
    [InlineData("DOUBLE", "1;NULL")]
    [InlineData("STRING", "1;NULL")]
    [InlineData("TIMESTAMP(3)", "2024-01-01 00:00:00;NULL")]
    [InlineData("ARRAY<STRING>", "a b;NULL")]
    public async Task A_null_of_any_kind_of_column_is_seen(string type, string rows)
    {
        var summary = await _lab.RunAsync($"CREATE TABLE f (v {type}) WITH ('connector' = 'fake', 'rows' = '{rows}'); CREATE TABLE n (v {type} NOT NULL) WITH ('connector' = 'fake');"
            + "SET 'table.exec.sink.not-null-enforcer' = 'DROP'; INSERT INTO n SELECT v FROM f");
        Assert.Equal((JobStatus.Succeeded, 1L, 1L), (summary.Status, summary.RowsWritten, summary.RowsSkipped));
    }

    [Fact]
    public async Task A_deletion_may_have_nulls_where_none_are_taken() => Assert.Equal(
        ["1|x", "-D:1|NULL"],
        await _lab.RowsAsync("""
            CREATE TABLE f (a INT, b STRING) WITH ('connector' = 'fake', 'changes' = 'true', 'rows' = '1|x;-D:1|NULL');
            CREATE TABLE n (a INT, b STRING NOT NULL) WITH ('connector' = 'fake');
            INSERT INTO n SELECT * FROM f
            """, "n"));

    [Fact]
    public async Task A_null_key_is_the_sinks_to_judge()
    {
        const string Keyed = Tables + "CREATE TABLE n (a INT, b STRING, PRIMARY KEY (b) NOT ENFORCED) WITH ('connector' = 'fake');\n";
        Assert.Equal(["1|x", "2|y", "3|NULL"], await _lab.RowsAsync(Keyed + "INSERT INTO n SELECT * FROM s", "n"));
    }

    [Fact]
    public async Task Hints_change_the_options_of_one_use()
    {
        Assert.Equal(["9", "1", "2", "3"], await _lab.RowsAsync(Tables + "SELECT a FROM s /*+ OPTIONS('rows' = '9|z') */; SELECT a FROM s"));
        Assert.Equal(["8|q"], await _lab.RowsAsync(Tables + "CREATE TABLE u (a INT, b STRING); INSERT INTO u /*+ OPTIONS('connector' = 'fake') */ VALUES (8, 'q')", "u"));
    }

    [Fact]
    public async Task Placeholders_are_replaced_and_secrets_not_shown()
    {
        _lab.Parameters["rows"] = "5|p";
        _lab.Environment["PW"] = "it's hush";
        const string Script = "CREATE TABLE p (a INT, b STRING) WITH ('connector' = 'fake', 'rows' = '${rows}', 'password' = '${env:PW}');\n";
        Assert.Equal(["5|p"], await _lab.RowsAsync(Script + "SELECT * FROM p"));
        Assert.DoesNotContain("hush", _lab.Printed(Script + "SHOW CREATE TABLE p"), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", _lab.Refusal(Script.Replace("password", "number", StringComparison.Ordinal) + "SELECT * FROM p"), StringComparison.Ordinal);
        Assert.Contains("'number' is \"${env:PW}\"", _lab.Refusal(Script.Replace("password", "number", StringComparison.Ordinal) + "SELECT * FROM p"), StringComparison.Ordinal);
    }
}
