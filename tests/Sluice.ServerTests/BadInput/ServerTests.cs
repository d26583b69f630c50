using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.BadInput;

/// <summary>What a server refuses before the first row is the user's (2), one that is not there the operator's (1).</summary>
public sealed class ServerTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private const string Table = "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20)); INSERT INTO t VALUES (1, 'a')";
    private const string Reader = """ "table": "t", "column": ["id", "name"] """;
    private const string Writer = """ "keyIndexes": 0 """;

    [Fact]
    public async Task An_unreachable_mysql_is_named_with_the_time_it_took()
    {
        var folder = await FolderAsync(Table);
        var port = ServerProcess.FreePort();
        folder.MySql["port"] = port;
        folder.Job(Reader, Writer);
        await RefusesAsync(folder, 1, $"127.0.0.1:{port}", "not reachable after ", " s: ");
    }

    [Fact]
    public async Task An_unreachable_redis_is_named_with_the_time_it_took()
    {
        var folder = await FolderAsync(Table);
        var port = ServerProcess.FreePort();
        folder.Redis["port"] = port;
        folder.Redis["connect.timeout"] = "1 s";
        folder.Job(Reader, Writer);
        await RefusesAsync(folder, 1, $"redis 127.0.0.1:{port}", "not reachable after ", " s: ", "Connection refused", "is the server running there");
    }

    [Theory]
    [InlineData(""" "table": "no_such_table", "column": ["id", "name"] """, "steps[0].parameter.table)", "no_such_table' doesn't exist", "1146")]
    [InlineData(""" "table": "t", "column": ["id", "nope"] """, "steps[0].parameter", "Unknown column 'nope'", "1054")]
    [InlineData(""" "table": "t", "column": ["id", "name"], "where": "id = = 1" """, "steps[0].parameter", "error in your SQL syntax", "1064")]
    [InlineData(""" "querySql": "SELEC id, name FROM t" """, "steps[0].parameter.querySql)", "error in your SQL syntax", "1064")]
    [InlineData(""" "querySql": "SELECT id, nope FROM t" """, "steps[0].parameter.querySql)", "Unknown column 'nope'", "1054")]
    [InlineData(""" "table": "t", "column": ["id", "name"], "database": "no_such_database" """, "steps[0].parameter", "Unknown database 'no_such_database'", "1049")]
    [InlineData(""" "table": "t", "column": ["id", "name"], "splitPk": "nope" """, "steps[0].parameter.splitPk)", "Unknown column 'nope'", "1054")]
    [InlineData(""" "table": "t; DROP TABLE t; --", "column": ["id", "name"] """, "steps[0].parameter.table)", "t; DROP TABLE t; --", "1146")]
    [InlineData(""" "table": "`t`` WHERE 1; DROP TABLE t; --`", "column": ["id", "name"] """, "steps[0].parameter.table)", "doesn't exist", "1146")]
    [InlineData(""" "table": "t", "column": ["id", "name FROM t; DROP TABLE t; -- "] """, "steps[0].parameter", "error in your SQL syntax", "1064")]
    public async Task What_mysql_refuses_keeps_its_message(string reader, string place, string message, string number)
    {
        var folder = await FolderAsync(Table);
        folder.Job(reader, Writer, """{"speed": {"concurrent": 2}}""");
        await RefusesAsync(folder, 2, "job.json:", place, message, $"(MySQL error {number})");
        Assert.Equal("1\n", await MySql.QueryAsync("SELECT COUNT(*) FROM t", (string)folder.MySql["database"]!));
    }

    [Theory]
    [InlineData("t` WHERE 1; DROP TABLE t; --", "a ` has no partner")]
    [InlineData("shop.", "a part of it is empty")]
    public async Task What_is_no_name_of_a_table_is_refused_with_how_it_is_written(string table, string reason)
    {
        var folder = await FolderAsync(Table);
        folder.Job($""" "table": "{table}", "column": ["id", "name"] """, Writer);
        await RefusesAsync(folder, 2, "steps[0].parameter.table)", $"\"{table}\" is no name", reason, "`a``b.c`");
    }

    [Fact]
    public async Task Tables_with_spaces_dots_and_backticks_in_their_names_are_read()
    {
        var folder = await FolderAsync("CREATE TABLE `a b` (id INT, name VARCHAR(9)); CREATE TABLE `x``y` LIKE `a b`; CREATE TABLE `d.t` LIKE `a b`; INSERT INTO `a b` VALUES (1, 'a'); INSERT INTO `x``y` VALUES (2, 'b'); INSERT INTO `d.t` VALUES (3, 'c')");
        folder.Job(""" "table": ["a b", "`x``y`", "`d.t`"], "column": ["id", "name"] """, Writer);
        await MovesAsync(folder, 3);
    }

    [Fact]
    public async Task Without_a_database_the_message_says_where_to_name_it()
    {
        var folder = await FolderAsync(Table);
        folder.MySql.Remove("database");
        folder.Job(Reader, Writer);
        await RefusesAsync(folder, 2, "No database selected", "name one in 'database'");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_mysql_password_is_refused_and_printed_nowhere(bool fromEnvironment)
    {
        const string Wrong = "wr0ng-s3cret";
        var folder = await FolderAsync(Table);
        folder.MySql["password"] = fromEnvironment ? "${env:PW}" : Wrong;
        folder.Environment["PW"] = Wrong;
        folder.Job(Reader, Writer);

        var run = await folder.RunAsync("run", "job.json", "--json");

        JobFolder.Check(run, 2, "refused", "Access denied for user 'app'", "(MySQL error 1045)");
        Assert.DoesNotContain(Wrong, run.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, Keys);
    }

    [Fact]
    public async Task A_wrong_redis_password_is_refused_and_printed_nowhere()
    {
        const string Right = "r1ght-s3cret";
        const string Wrong = "wr0ng-s3cret";
        await using var guarded = new RedisServer("--requirepass", Right) { Password = Right };
        await guarded.StartAsync();
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20)); INSERT INTO t VALUES (1, 'a')");
        folder.Redis["port"] = guarded.Port;
        folder.Redis["password"] = Wrong;
        folder.Job(Reader, Writer);

        var run = await folder.RunAsync("run", "job.json", "--json");
        JobFolder.Check(run, 2, "refused", $"redis 127.0.0.1:{guarded.Port}", "does not take this user and password", "WRONGPASS");
        Assert.DoesNotContain(Wrong, run.ToString(), StringComparison.Ordinal);

        folder.Redis.Remove("password");
        JobFolder.Check(await folder.RunAsync("run", "job.json", "--json"), 2, "refused", "give 'password'", "NOAUTH");
        Assert.Equal(0L, guarded.Command("DBSIZE"));

        // A right one is not printed either, not even beside a dirty record.
        folder.Redis["password"] = Right;
        guarded.Command("SET", "1", "a text");
        folder.Job(Reader, """ "keyIndexes": 0, "writeMode": {"type": "list"} """);
        run = await folder.RunAsync("run", "job.json", "--json");
        JobFolder.Check(run, 3, "dirty-limit", "WRONGTYPE");
        Assert.DoesNotContain(Right, run + File.ReadAllText(folder.DirtyFile), StringComparison.Ordinal);
        Assert.DoesNotContain(MariaDbServer.Password, run + File.ReadAllText(folder.DirtyFile), StringComparison.Ordinal);
    }
}
