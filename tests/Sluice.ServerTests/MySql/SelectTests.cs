using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.MySql;

/// <summary>S-10: columns, tables, conditions and queries.</summary>
public sealed class SelectTests(MariaDbServer server) : MySqlTest(server)
{
    [Fact]
    public async Task Columns_are_names_stars_and_expressions_in_the_given_order()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (a INT, `order` INT, `two words` INT, `b``t` INT); INSERT INTO t VALUES (1, 2, 3, 4)");
        Assert.Equal([["2", "3", "4", "1", "x", null, "3", "1", "2", "3", "4", "1"]],
            await ReadAsync(db, """{"table":"t","column":["order","two words","b`t","1","'x'","null","a+`order`","*", "true"]}"""));
    }

    [Fact]
    public async Task Words_such_as_null_and_true_are_names_where_the_table_has_such_columns()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (`null` INT, `TRUE` INT, `current_timestamp` INT); INSERT INTO t VALUES (7, 8, 9)");
        Assert.Equal([["7", "8", "9", "0"]], await ReadAsync(db, """{"table":"t","column":["null","true","current_timestamp","false"]}"""));
    }

    [Fact]
    public async Task Numbers_and_booleans_in_the_list_are_expressions()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (a INT); INSERT INTO t VALUES (5)");
        Assert.Equal([["1", "2.5", "1"]], await ReadAsync(db, """{"table":"t","column":[1, 2.5, true]}"""));
    }

    [Fact]
    public async Task The_condition_is_put_in_parentheses_beside_the_slices()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t SELECT seq FROM seq_1_to_100");
        var rows = await ReadAsync(db, """{"table":"t","column":["id"],"where":"id = 3 OR id = 97;","splitPk":"id"}""", parallelism: 2);
        Assert.Equal(["3", "97"], rows.Select(r => r[0]));
    }

    [Fact]
    public async Task Ranges_of_tables_keep_their_width()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t_08 (v INT); CREATE TABLE t_09 (v INT); CREATE TABLE t_10 (v INT); INSERT INTO t_08 VALUES (8); INSERT INTO t_09 VALUES (9); INSERT INTO t_10 VALUES (10)");
        var (_, rows) = await SourceRun.ReadSplitsAsync(Source(db, """{"table":["t_[08-10]"],"column":["v"]}"""));
        Assert.Equal([$"{db}.t_08", $"{db}.t_09", $"{db}.t_10"], rows.Keys);
        Assert.Equal(["8", "9", "10"], rows.Values.SelectMany(r => r).Select(r => r[0]));
    }

    [Fact]
    public async Task A_qualified_table_is_quoted_by_its_parts_and_names_with_dots_may_be_quoted()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE `or der` (v INT); CREATE TABLE `a.b` (v INT); INSERT INTO `or der` VALUES (1); INSERT INTO `a.b` VALUES (2)");
        var rows = await ReadAsync("shop", $$"""{"table":["{{db}}.or der","{{db}}.`a.b`"],"column":["v"]}""");
        Assert.Equal(["1", "2"], rows.Select(r => r[0]));
    }

    [Fact]
    public async Task A_star_means_the_columns_of_the_first_table_by_name()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t_0 (a INT, b INT); CREATE TABLE t_1 (b INT, a INT); INSERT INTO t_0 VALUES (1, 2); INSERT INTO t_1 VALUES (4, 3)");
        Assert.Equal([["1", "2"], ["3", "4"]], await ReadAsync(db, """{"table":["t_[0-1]"],"column":["*"]}"""));
    }

    [Fact]
    public async Task Each_query_is_one_split_and_replaces_table_column_where_and_splitPk()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (id INT); INSERT INTO t VALUES (1),(2),(3)");
        var (plan, rows) = await SourceRun.ReadSplitsAsync(Source(db, """
            {"table":"no_such_table","column":["no_such_column"],"where":"x","splitPk":"y","querySql":["SELECT id, id FROM t WHERE id < 2 ; ","WITH w AS (SELECT 9) SELECT w.*, 8 FROM w"]}
            """), parallelism: 4);
        Assert.Equal([$"{db}.query#1", $"{db}.query#2"], plan.Splits.Select(s => s.Id));
        Assert.Equal([["1", "1"], ["9", "8"]], rows.Values.SelectMany(r => r));
    }

    [Fact]
    public async Task Several_connections_are_read_each_with_its_own_tables_and_data_source()
    {
        var first = await Server.NewDatabaseAsync("CREATE TABLE t (v INT); INSERT INTO t VALUES (1)");
        var second = await Server.NewDatabaseAsync("CREATE TABLE u (v INT); INSERT INTO u VALUES (2)");
        string DataSource(string db) => $$"""{"mysql": {"host":"{{Server.Host}}","port":"{{Server.Port}}","user":"{{MariaDbServer.User}}","password":{{System.Text.Json.JsonSerializer.Serialize(MariaDbServer.Password)}},"database":"{{db}}" } }""";
        var source = SourceRun.Create("mysqlreader", """
            {"datasource":"a","column":["v"],"connection":[{"table":["t"]},{"datasource":"b","table":["u"]}]}
            """, $$"""{"a":{{DataSource(first)}},"b":{{DataSource(second)}}}""");
        var (plan, rows) = await SourceRun.ReadSplitsAsync(source);
        Assert.Equal([$"{first}.t", $"{second}.u"], plan.Splits.Select(s => s.Id));
        Assert.Equal([["1"], ["2"]], rows.Values.SelectMany(r => r));
    }

    [Fact]
    public async Task The_same_table_of_two_connections_gives_two_splits_of_different_names()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (v INT); INSERT INTO t VALUES (1)");
        var plan = await Source(db, """{"column":["v"],"connection":[{"table":["t"]},{"table":["t"]}]}""").PrepareAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal([$"{db}.t", $"{db}.t@2"], plan.Splits.Select(s => s.Id));
    }

    [Fact]
    public async Task Of_several_jdbc_urls_the_first_server_that_answers_is_read()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (v INT); INSERT INTO t VALUES (1)");
        var dead = ServerProcess.FreePort();
        var source = SourceRun.Create("mysqlreader", $$"""
            {"username":"{{MariaDbServer.User}}","password":{{System.Text.Json.JsonSerializer.Serialize(MariaDbServer.Password)}},"column":["v"],
             "connection":[{"table":["t"],"jdbcUrl":["jdbc:mysql://127.0.0.1:{{dead}}/{{db}}?useUnicode=true","jdbc:mysql://{{Server.Host}}:{{Server.Port}}/{{db}}?characterEncoding=gbk"]}]}
            """);
        Assert.Equal([["1"]], await SourceRun.ReadAsync(source));
    }

    [Fact]
    public async Task The_unix_socket_works_too()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (v INT); INSERT INTO t VALUES (1)");
        var source = SourceRun.Create("mysql", $$"""{"unixSocket":"{{Server.Socket}}","username":"root","database":"{{db}}","table":"t","column":["v"]}""");
        Assert.Equal([["1"]], await SourceRun.ReadAsync(source));
    }

    [Fact]
    public async Task Localhost_is_reached_over_tcp()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (v INT); INSERT INTO t VALUES (1)");
        Assert.Equal([["1"]], await ReadAsync(db, """{"host":"localhost","table":"t","column":["v"]}"""));
    }

    [Fact]
    public async Task The_number_of_rows_is_estimated_where_whole_tables_are_read()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (id INT PRIMARY KEY) ENGINE=MyISAM; INSERT INTO t SELECT seq FROM seq_1_to_123; CREATE TABLE u (id INT) ENGINE=MyISAM; INSERT INTO u VALUES (1)");
        var stop = TestContext.Current.CancellationToken;
        Assert.Equal(124, (await Source(db, """{"table":["t","u"],"column":["id"]}""").PrepareAsync(1, stop)).EstimatedRows);
        Assert.Null((await Source(db, """{"table":["t"],"column":["id"],"where":"id > 5"}""").PrepareAsync(1, stop)).EstimatedRows);
        Assert.Null((await Source(db, """{"querySql":"SELECT * FROM t"}""").PrepareAsync(1, stop)).EstimatedRows);
    }

    [Fact]
    public void Explain_shows_the_queries_without_connecting()
    {
        var source = SourceRun.Create("mysql", """
            {"host":"nowhere.invalid","username":"u","password":"hidden","database":"shop","table":["db.t_[0-1]"],"column":["id","count(*)","null"],"where":"a=1 or b=2","splitPk":"id"}
            """);
        Assert.Equal(
        [
            "nowhere.invalid:3306: SELECT `id`, count(*), null FROM `db`.`t_0` WHERE (a=1 or b=2)",
            "nowhere.invalid:3306: SELECT `id`, count(*), null FROM `db`.`t_1` WHERE (a=1 or b=2)",
            "cut into slices by id where more than one task runs: 5 for each task, over all tables",
            "positions: by id where the table can be read in its order at no cost (its primary key), else a slice that was read in part is read again",
        ], source.Explain());
        Assert.Equal("mysql nowhere.invalid:3306/shop", source.Name);
    }
}
