using Sluice.Engine.Lookup;
using Sluice.Sql;

namespace Sluice.Tests.Sql.Planning;

/// <summary>JOIN ... FOR SYSTEM_TIME AS OF: what comes out, and what is asked for (S-28).</summary>
public sealed class LookupJoinTests
{
    private const string Tables = """
        CREATE TABLE s (id INT, name STRING, n INT, p AS PROCTIME()) WITH ('connector' = 'fake', 'rows' = '1|a|10;2|b|20;3|NULL|30;4|a|40;5|x|50');
        CREATE TABLE d (name STRING, age INT, city STRING, PRIMARY KEY (name) NOT ENFORCED)
          WITH ('connector' = 'dim', 'rows' = 'a|7|Rome;b|NULL|Oslo;NULL|1|Nowhere');
        CREATE TABLE c (city STRING, country STRING, PRIMARY KEY (city) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = 'Rome|IT;Oslo|NO');
        CREATE TABLE e (id INT, part STRING, v STRING, PRIMARY KEY (part, id) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '1|a|one;2|b|two;4|x|four');
        CREATE TABLE b (id BIGINT, v STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '1|one;3|three;11|eleven');
        CREATE TABLE t (a STRING, b STRING) WITH ('connector' = 'fake');

        """;

    private const string Joined = "FROM s JOIN d FOR SYSTEM_TIME AS OF s.p ON s.name = d.name";
    private const string LeftJoined = "FROM s LEFT JOIN d FOR SYSTEM_TIME AS OF s.p ON s.name = d.name";

    private readonly SqlLab _lab = new();

    private Task<string[]> RowsAsync(string query) => _lab.RowsAsync(Tables + query);

    private string[] Asked => [.. _lab.Dimensions.Asked.Distinct().Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_join_gives_a_row_for_each_key_that_is_found_and_asks_nothing_for_null()
    {
        Assert.Equal(["1|a|7", "2|b|NULL", "4|a|7"], await RowsAsync($"SELECT s.id, d.name, d.age {Joined}"));
        Assert.Equal(["a", "b", "x"], Asked);
    }

    [Fact]
    public async Task A_left_join_keeps_rows_without_a_match_with_nulls() => Assert.Equal(
        ["1|a|7", "2|b|NULL", "3|NULL|NULL", "4|a|7", "5|NULL|NULL"],
        await RowsAsync("SELECT id, e.name, age FROM s LEFT JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS e ON e.name = s.name"));

    [Fact]
    public async Task A_star_has_the_left_side_and_then_all_columns_of_the_table_in_their_order() => Assert.Equal(
        ["1|a|10|a|7|Rome", "2|b|20|b|NULL|Oslo", "4|a|40|a|7|Rome"],
        await RowsAsync("SELECT * FROM (SELECT id, name, n FROM s) AS s JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS d ON s.name = d.name"));

    [Fact]
    public async Task An_alias_may_name_the_columns() => Assert.Equal(
        ["1|a|Rome", "2|b|Oslo", "4|a|Rome"],
        await RowsAsync("SELECT id, k, z FROM s JOIN d FOR SYSTEM_TIME AS OF s.p AS q (k, y, z) ON s.name = q.k"));

    [Fact]
    public async Task Joins_may_follow_one_another_each_by_what_the_one_before_has_found() => Assert.Equal(
        ["1|Rome|IT", "2|Oslo|NO", "3|NULL|NULL", "4|Rome|IT", "5|NULL|NULL"],
        await RowsAsync($"SELECT id, d.city, country {LeftJoined} LEFT JOIN c FOR SYSTEM_TIME AS OF s.p ON d.city = c.city"));

    [Fact]
    public async Task One_table_may_be_joined_twice_and_is_made_once_with_the_columns_of_both()
    {
        Assert.Equal(
            ["1|7|NULL", "2|NULL|NULL", "4|7|NULL"],
            await RowsAsync($"SELECT id, d.age, f.city {Joined} LEFT JOIN d FOR SYSTEM_TIME AS OF s.p AS f ON f.name = d.city"));
        Assert.Equal(["d(age, city)"], _lab.Dimensions.Made);
    }

    [Theory]
    [InlineData("s.n > 10", "2|b|Oslo;4|a|Rome", "1|NULL|NULL;2|b|Oslo;3|NULL|NULL;4|a|Rome;5|NULL|NULL")]
    [InlineData("d.age > 5", "1|a|Rome;4|a|Rome", "1|a|Rome;2|NULL|NULL;3|NULL|NULL;4|a|Rome;5|NULL|NULL")]
    [InlineData("(d.city <> 'Rome' AND s.n < 40)", "2|b|Oslo", "1|NULL|NULL;2|b|Oslo;3|NULL|NULL;4|NULL|NULL;5|NULL|NULL")]
    [InlineData("TRUE", "1|a|Rome;2|b|Oslo;4|a|Rome", "1|a|Rome;2|b|Oslo;3|NULL|NULL;4|a|Rome;5|NULL|NULL")]
    [InlineData("d.name <> 'a'", "2|b|Oslo", "1|NULL|NULL;2|b|Oslo;3|NULL|NULL;4|NULL|NULL;5|NULL|NULL")]
    [InlineData("d.age IS NULL", "2|b|Oslo", "1|NULL|NULL;2|b|Oslo;3|NULL|NULL;4|NULL|NULL;5|NULL|NULL")]
    public async Task Other_conditions_of_on_decide_whether_there_is_a_match(string condition, string inner, string left)
    {
        Assert.Equal(inner.Split(';'), await RowsAsync($"SELECT id, d.name, city {Joined} AND {condition}"));
        _lab.Shown.Clear();
        Assert.Equal(left.Split(';'), await RowsAsync($"SELECT id, d.name, city {LeftJoined} AND {condition}"));
    }

    [Fact]
    public async Task Where_filters_after_a_left_join() =>
        Assert.Equal(["2|Oslo", "3|NULL", "5|NULL"], await RowsAsync($"SELECT id, city {LeftJoined} WHERE d.age IS NULL"));

    [Fact]
    public async Task Rows_that_where_leaves_out_by_the_left_side_alone_are_not_looked_up()
    {
        Assert.Equal(["2|Oslo|NO"], await RowsAsync(
            $"SELECT id, d.city, country {Joined} LEFT JOIN c FOR SYSTEM_TIME AS OF s.p ON UPPER(d.city) <> 'X' AND d.city = c.city WHERE s.n = 20 AND country IS NOT NULL"));
        Assert.Equal(["Oslo", "b"], Asked);
    }

    [Fact]
    public async Task A_condition_on_the_left_side_alone_saves_the_lookup()
    {
        Assert.Equal(["1|NULL", "2|Oslo", "3|NULL", "4|NULL", "5|NULL"], await RowsAsync($"SELECT id, city {LeftJoined} AND s.n = 20"));
        Assert.Equal(["b"], Asked);
    }

    [Theory]
    [InlineData("d.name = 'b'", "b")]
    [InlineData("LOWER('A') = d.name", "a")]
    [InlineData("SUBSTRING(s.name, 1, 1) = d.name", "a", "b", "x")]
    [InlineData("d.name = CAST(s.id AS STRING)", "1", "2", "3", "4", "5")]
    [InlineData("d.name = CAST(NULL AS STRING)")]
    [InlineData("d.name = NULL")]
    public async Task A_key_may_be_any_expression_of_the_left_side(string on, params string[] asked)
    {
        await RowsAsync($"SELECT id, city FROM s JOIN d FOR SYSTEM_TIME AS OF s.p ON {on}");
        Assert.Equal(asked, Asked);
    }

    [Fact]
    public async Task A_constant_is_the_key_of_each_row() => Assert.Equal(
        ["1|b|Oslo", "2|b|Oslo", "3|b|Oslo", "4|b|Oslo", "5|b|Oslo"], await RowsAsync("SELECT id, d.name, city FROM s JOIN d FOR SYSTEM_TIME AS OF s.p ON d.name = 'b'"));

    [Theory]
    [InlineData("s.id = b.id", "1|1|one", "3|3|three")]
    [InlineData("s.id + 7 = b.id", "4|11|eleven")]
    [InlineData("b.id = 3", "1|3|three", "2|3|three", "3|3|three", "4|3|three", "5|3|three")]
    public async Task A_key_that_is_no_text_is_looked_up_as_its_text_and_comes_out_as_its_value(string on, params string[] rows) =>
        Assert.Equal(rows, await RowsAsync($"SELECT s.id, b.id, v FROM s JOIN b FOR SYSTEM_TIME AS OF s.p ON {on}"));

    [Fact]
    public async Task A_key_of_two_columns_is_asked_for_in_the_order_of_the_primary_key()
    {
        Assert.Equal(
            ["1|1|a|one", "2|2|b|two", "3|NULL|NULL|NULL", "4|NULL|NULL|NULL", "5|NULL|NULL|NULL"],
            await RowsAsync("SELECT s.id, e.id, e.part, v FROM s LEFT JOIN e FOR SYSTEM_TIME AS OF s.p ON e.id = s.id AND s.name = e.part"));
        Assert.Equal(["a+1", "a+4", "b+2", "x+5"], Asked);
    }

    [Fact]
    public async Task Computed_columns_are_computed_of_the_row_that_was_found_and_null_where_there_is_none()
    {
        const string Computed = """
            CREATE TABLE g (up AS UPPER(v), name STRING, missing AS v IS NULL, v STRING, PRIMARY KEY (name) NOT ENFORCED)
              WITH ('connector' = 'dim', 'rows' = 'a|one;b|NULL');

            """;
        const string From = "SELECT id, g.* FROM (SELECT id, name FROM s) AS s {0} JOIN g FOR SYSTEM_TIME AS OF PROCTIME() ON s.name = g.name";
        Assert.Equal(["1|ONE|a|FALSE|one", "2|NULL|b|TRUE|NULL", "4|ONE|a|FALSE|one"], await RowsAsync(Computed + string.Format(null, From, "INNER")));
        _lab.Shown.Clear();
        Assert.Equal(
            ["1|ONE|a|FALSE|one", "2|NULL|b|TRUE|NULL", "3|NULL|NULL|NULL|NULL", "4|ONE|a|FALSE|one", "5|NULL|NULL|NULL|NULL"],
            await RowsAsync(Computed + string.Format(null, From, "LEFT")));
        _lab.Shown.Clear();
        Assert.Equal(
            ["1|NULL", "2|b", "3|NULL", "4|NULL", "5|NULL"],
            await RowsAsync(Computed + "SELECT id, g.name FROM s LEFT JOIN g FOR SYSTEM_TIME AS OF s.p ON s.name = g.name AND missing"));
    }

    [Theory]
    [InlineData("FROM s, d FOR SYSTEM_TIME AS OF s.p AS d WHERE s.name = d.name AND s.n < 30")]
    [InlineData("FROM s CROSS JOIN d FOR SYSTEM_TIME AS OF s.p AS d WHERE s.n < 30 AND d.name = s.name")]
    [InlineData("FROM s JOIN d FOR SYSTEM_TIME AS OF s.p ON TRUE WHERE s.name = d.name AND s.n < 30")]
    public async Task A_join_without_on_finds_its_key_in_where(string from) =>
        Assert.Equal(["1|Rome", "2|Oslo"], await RowsAsync($"SELECT id, city {from}"));

    [Theory]
    [InlineData("SELECT id, city FROM s JOIN d FOR SYSTEM_TIME AS OF PROCTIME() ON s.name = d.name")]
    [InlineData("WITH w AS (SELECT id AS i, name, p AS q FROM s) SELECT i, city FROM w JOIN d FOR SYSTEM_TIME AS OF q ON w.name = d.name")]
    [InlineData("CREATE VIEW v AS SELECT * FROM s; SELECT id, city FROM v JOIN d FOR SYSTEM_TIME AS OF v.p ON v.name = d.name")]
    [InlineData("SELECT id, city FROM (SELECT *, PROCTIME() AS now FROM s CROSS JOIN UNNEST(ARRAY[1]) AS u (x)) AS w JOIN d FOR SYSTEM_TIME AS OF w.now ON w.name = d.name")]
    [InlineData("SELECT id, city FROM (SELECT id, name, p FROM s WHERE id < 3 UNION ALL SELECT id, name, p FROM s WHERE id >= 3) AS w JOIN d FOR SYSTEM_TIME AS OF w.p ON w.name = d.name")]
    [InlineData("SELECT id, city FROM s JOIN (d FOR SYSTEM_TIME AS OF s.p) ON s.name = d.name")]
    public async Task The_processing_time_is_known_wherever_it_has_come_from(string query)
    {
        var rows = await RowsAsync(query);
        Assert.Equal(["1|Rome", "2|Oslo", "4|Rome"], rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_what_is_needed_is_asked_for()
    {
        _lab.Compile(Tables + $"SELECT id, city {Joined}");
        _lab.Compile(Tables + $"SELECT id, d.name {Joined}");
        _lab.Compile(Tables + $"SELECT id {Joined} AND d.age > 1");
        Assert.Equal(["d(city)", "d()", "d(age)"], _lab.Dimensions.Made);
        Assert.Equal(["s(id, name)", "s(id, name)", "s(id, name)"], _lab.Tables.Reads);
    }

    [Fact]
    public async Task The_inserts_of_a_set_share_a_dimension_table()
    {
        await _lab.RunAsync(Tables + $"EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT d.name, city {Joined}; INSERT INTO t SELECT s.name, CAST(age AS STRING) {LeftJoined}; END");
        Assert.Equal(["d(age, city)"], _lab.Dimensions.Made);
        Assert.Equal(["NULL|NULL", "a|7", "a|7", "a|Rome", "a|Rome", "b|NULL", "b|Oslo", "x|NULL"], _lab.Tables.Written["t"].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Uses_with_other_options_do_not_share()
    {
        _lab.Compile(Tables + $"SELECT id, city {Joined.Replace("JOIN d", "JOIN d /*+ OPTIONS('async' = 'true') */", StringComparison.Ordinal)}");
        Assert.Equal([true], _lab.Dimensions.Async);
        _lab.Compile(Tables + $"SELECT id, d.city {Joined} JOIN d /*+ OPTIONS('async' = 'true') */ FOR SYSTEM_TIME AS OF s.p AS f ON f.name = s.name");
        Assert.Equal(["d(city)", "d(city)", "d()"], _lab.Dimensions.Made);
    }

    [Fact]
    public async Task Rows_of_values_may_be_looked_up() => Assert.Equal(
        ["a|Rome"], await RowsAsync("SELECT x, city FROM (VALUES ('a'), ('z')) AS v (x) JOIN d FOR SYSTEM_TIME AS OF PROCTIME() ON d.name = v.x"));

    [Fact]
    public async Task A_left_join_goes_with_an_upsert_table_and_a_join_does_not()
    {
        const string Upsert = "CREATE TABLE u (k INT, name STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upserts', 'changes' = 'true', 'rows' = '1|a;+U:1|b;-D:1|NULL');\n";
        const string Query = "SELECT k, city FROM u LEFT JOIN d FOR SYSTEM_TIME AS OF PROCTIME() ON u.name = d.name";
        Assert.Equal(["1|Rome", "+U:1|Oslo", "-D:1|NULL"], await RowsAsync(Upsert + Query));
        Assert.Equal(
            "a JOIN that leaves out rows without a match does not go with the upsert table 'u': a row whose key is no longer found would stay; write LEFT JOIN",
            _lab.Error(Tables + Upsert + Query.Replace("LEFT ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Explain_shows_the_lookup_with_its_key_and_what_it_fetches()
    {
        var text = _lab.Explain(Tables + $"SELECT s.id, city {LeftJoined} WHERE s.n > 1");
        Assert.Equal(
            """
            source s: fake s
              reads id, name, n
              where s.n > 1
              select id, name
              lookup d: fake by name, keeping rows without a match
                fetches city
              select id, city
              sink of SELECT: fake SELECT
                takes id INT, city STRING
            """, text);
    }

    [Theory]
    [InlineData("CHAR(1)", "s.name")]
    [InlineData("VARCHAR(3)", "s.name")]
    [InlineData("STRING", "CAST(s.name AS CHAR(1))")]
    [InlineData("STRING", "CAST(s.name AS VARCHAR(9))")]
    [InlineData("BYTES", "CAST(s.name AS BYTES)")]
    [InlineData("BINARY(1)", "CAST(s.name AS VARBINARY(5))")]
    public async Task Characters_and_bytes_of_any_length_are_their_own_key(string type, string value) => Assert.Equal(
        ["1|yes", "4|yes"],
        await RowsAsync($"CREATE TABLE h (k {type}, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = 'a|yes');\n"
            + $"SELECT id, v FROM s JOIN h FOR SYSTEM_TIME AS OF s.p ON {value} = h.k"));

    [Theory]
    [InlineData("BOOLEAN", "(s.id = 1)", "TRUE")]
    [InlineData("TINYINT", "1", "1")]
    [InlineData("SMALLINT", "CAST(s.id AS TINYINT)", "1")]
    [InlineData("BIGINT", "s.id", "1")]
    [InlineData("DECIMAL(5, 2)", "CAST(s.id AS DECIMAL(5, 2))", "1.00")]
    [InlineData("DOUBLE", "CAST(s.id AS DOUBLE)", "1.0")]
    [InlineData("DATE", "DATE '2026-03-01'", "2026-03-01")]
    [InlineData("TIME(0)", "CAST('12:30:00' AS TIME(0))", "12:30:00")]
    [InlineData("TIMESTAMP(3)", "CAST('2026-03-01 12:30:00.5' AS TIMESTAMP(3))", "2026-03-01 12:30:00.500")]
    public async Task A_key_of_any_type_is_looked_up_by_its_sql_text(string type, string value, string text)
    {
        var rows = await RowsAsync($"CREATE TABLE h (k {type}, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'dim', 'rows' = '{text}|yes');\n"
            + $"SELECT h.k, v FROM (SELECT * FROM s WHERE id = 1) AS s JOIN h FOR SYSTEM_TIME AS OF s.p ON h.k = {value}");
        Assert.Equal([$"{text}|yes"], rows);
        Assert.Equal([text], Asked);
    }

    [Fact]
    public async Task A_row_of_a_key_that_is_not_the_same_twice_has_the_key_it_was_found_by()
    {
        var rows = await RowsAsync("SELECT CAST(b.id AS STRING) FROM s JOIN b FOR SYSTEM_TIME AS OF s.p ON b.id = RAND_INTEGER(2) * 2 + 1");
        Assert.Equal(_lab.Dimensions.Asked.Distinct().Order(StringComparer.Ordinal), rows.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(5, rows.Length);
    }

    [Fact]
    public async Task Elements_and_rows_that_were_found_may_be_unnested_and_looked_up_in_turn() => Assert.Equal(
        ["1|Rome|IT", "1|Oslo|NO", "4|Rome|IT", "4|Oslo|NO"],
        await RowsAsync("SELECT id, x, country FROM s JOIN d FOR SYSTEM_TIME AS OF s.p ON s.name = d.name CROSS JOIN UNNEST(ARRAY[d.city, 'Oslo']) AS u (x) "
            + "JOIN c FOR SYSTEM_TIME AS OF s.p AS c ON c.city = u.x WHERE d.age = 7"));

    [Fact]
    public async Task A_lookup_may_stand_in_a_view_and_in_a_subquery() => Assert.Equal(
        ["1|IT", "2|NO", "4|IT"],
        await RowsAsync($"CREATE VIEW v AS SELECT id, city, p {Joined}; SELECT id, country FROM (SELECT * FROM v) AS w JOIN c FOR SYSTEM_TIME AS OF w.p ON w.city = c.city"));

    [Fact]
    public async Task Changes_pass_through_with_what_they_do() => Assert.Equal(
        ["1|Rome", "-U:1|Rome", "+U:1|Oslo", "-D:1|Oslo"],
        await RowsAsync("CREATE TABLE u (k INT, name STRING) WITH ('connector' = 'fake', 'changes' = 'true', 'rows' = '1|a;-U:1|a;+U:1|b;-D:1|b');\n"
            + "SELECT k, city FROM u JOIN d FOR SYSTEM_TIME AS OF PROCTIME() ON u.name = d.name"));

    [Fact]
    public void Rows_that_are_changes_keep_their_order()
    {
        const string Changes = "CREATE TABLE u (name STRING) WITH ('connector' = 'fake', 'changes' = 'true');\n";
        bool KeepsOrder(string table) => ((SelectStep)_lab.Compile($"{Tables}{Changes}SELECT city FROM {table} AS x JOIN d FOR SYSTEM_TIME AS OF PROCTIME() ON x.name = d.name").Steps[0])
            .Plan.Pipelines[0].Branches[0].Operators.OfType<LookupJoin>().Single().KeepsOrder;
        Assert.True(KeepsOrder("u"));
        Assert.False(KeepsOrder("s"));
    }

    [Fact]
    public async Task A_column_that_only_the_condition_needs_is_fetched_and_does_not_come_out()
    {
        Assert.Equal(["1", "4"], await RowsAsync($"SELECT id {Joined} AND d.age + s.n > 0 AND d.city = 'Rome'"));
        Assert.Equal(["d(age, city)"], _lab.Dimensions.Made);
    }

    [Fact]
    public void Explain_shows_how_conditions_of_on_are_tested() => Assert.Equal(
        """
        source s: fake s
          reads id, name
          select id, IF(s.id = 3, name, NULL) AS key d.name
          lookup d: fake by key d.name, keeping rows without a match
            fetches age, city
          select id, city, d.age > 5 AS matches
          select id, IF(matches, city, NULL) AS city
          sink of SELECT: fake SELECT
            takes id INT, city STRING
        """,
        _lab.Explain(Tables + $"SELECT s.id, city {LeftJoined} AND d.age > 5 AND s.id = 3"));

    [Theory]
    [InlineData("ON e.part = s.name AND e.id = s.n", "select name, n AS key e.id")]
    [InlineData("ON e.part = s.name AND e.id = s.n AND s.id > 1", "select IF(s.id > 1, name, NULL) AS key e.part, n AS key e.id")]
    [InlineData("ON e.part = d.city AND e.id = d.age", "select city, age AS key e.id")]
    [InlineData("ON e.part = d.city AND e.id = d.age + 1", "select city, d.age + 1 AS e.id", "select city, e.id AS key e.id")]
    public void Explain_names_the_column_or_the_expression_that_a_key_is(string on, params string[] lines)
    {
        var plan = _lab.Explain(Tables + $"SELECT v FROM s JOIN d FOR SYSTEM_TIME AS OF s.p ON d.name = s.name JOIN e FOR SYSTEM_TIME AS OF s.p {on}");
        Assert.All(lines, l => Assert.Contains(l, plan.Split('\n').Select(p => p.Trim())));
    }

    [Fact]
    public void Explain_shows_a_key_that_becomes_text_as_it_is_written()
    {
        var plan = _lab.Explain(Tables + "SELECT s.id, v FROM s JOIN e FOR SYSTEM_TIME AS OF s.p ON s.name = e.part AND s.id = e.id");
        Assert.Contains("select id, name, s.id AS key e.id\n", plan, StringComparison.Ordinal);
    }

    [Fact]
    public void The_settings_of_the_session_reach_the_connector()
    {
        _lab.Compile($"SET 'table.exec.async-lookup.output-mode' = 'ALLOW_UNORDERED';\n{Tables}SELECT id, city {Joined}");
        Assert.Equal("ALLOW_UNORDERED", Assert.Single(_lab.Dimensions.Contexts).Settings["table.exec.async-lookup.output-mode"]);
        Assert.Equal(
            "'table.exec.async-lookup.output-mode' is 'UNORDERED'; allowed: ORDERED, ALLOW_UNORDERED",
            _lab.Error("SET 'table.exec.async-lookup.output-mode' = 'UNORDERED'"));
    }
}
