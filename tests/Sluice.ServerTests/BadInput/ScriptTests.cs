using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.BadInput;

/// <summary>What is wrong in a script is said with its place, what was given and what is allowed, before anything is written.</summary>
public sealed class ScriptTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private const string Table = "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20), score INT, tag VARCHAR(9)); INSERT INTO t VALUES (1, 'a', 10, 'x')";
    private const string Reader = """ "table": "t", "column": ["id", "name"] """;

    [Theory]
    [InlineData("{\n  \"type\": \"job\"\n  \"steps\": []\n}", "job.json:3:3", "expected ',' or '}' after the value")]
    [InlineData("{\n  \"steps\": [\n", "job.json:3:1", "the list that begins at line 2, column 12 is not closed")]
    [InlineData("{ 'type': 'job' }", "job.json:1:3", "double quotes")]
    [InlineData("", "job.json", "this is empty; expected one JSON object")]
    public async Task Broken_json_is_refused_with_its_line_and_column(string text, string place, string expected)
    {
        var folder = await FolderAsync(Table);
        folder.Write("job.json", text);
        await RefusesAsync(folder, 2, place, expected);
    }

    [Theory]
    [InlineData("reader", "writer", "category")]
    [InlineData("writer", "reader", "category")]
    public async Task A_script_without_a_reader_or_a_writer_is_refused(string missing, string there, string word)
    {
        var folder = await FolderAsync(Table);
        var type = there == "reader" ? "mysql" : "redis";
        folder.Write("job.json", $$"""{ "steps": [{ "stepType": "{{type}}", "name": "a", "{{word}}": "{{there}}", "parameter": {} }] }""");
        await RefusesAsync(folder, 2, "job.json:1:", "(steps)", $"'{missing}'");
    }

    [Theory]
    [InlineData("mysqll", "mysql", "sqlite")]
    [InlineData("oracle", "mysql", "sqlite")]
    public async Task An_unknown_step_type_is_answered_with_those_there_are(string type, params string[] known)
    {
        var folder = await FolderAsync(Table);
        folder.Job(Reader, """ "keyIndexes": 0 """);
        folder.Write("job.json", File.ReadAllText(Path.Combine(folder.Path, "job.json")).Replace("\"stepType\": \"mysql\"", $"\"stepType\": \"{type}\"", StringComparison.Ordinal));
        await RefusesAsync(folder, 2, ["job.json:4:", "(steps[0].stepType)", $"\"{type}\"", .. known]);
    }

    [Fact]
    public async Task An_unknown_data_source_is_answered_with_those_there_are()
    {
        var folder = await FolderAsync(Table);
        folder.Job(Reader, """ "keyIndexes": 0 """);
        folder.Write("job.json", File.ReadAllText(Path.Combine(folder.Path, "job.json")).Replace("\"datasource\": \"shop\"", "\"datasource\": \"shp\"", StringComparison.Ordinal));
        await RefusesAsync(folder, 2, "job.json:4:", "datasource)", "there is no data source \"shp\"", "did you mean 'shop'?", "it has: shop", "datasources.json");
    }

    [Theory]
    [InlineData(""" "keyIndexes": "${index}" """, "keyIndexes)", "'${index}' has no value", "-p index=VALUE")]
    [InlineData(""" "keyIndexes": [0, 2] """, "keyIndexes)", "'keyIndexes' names column 2", "the source has 2 (id, name), counted from 0")]
    [InlineData(""" "keyIndexes": [0, 0] """, "keyIndexes)", "column 0 more than once")]
    [InlineData(""" "keyIndexes": [] """, "keyIndexes)", "'keyIndexes' is empty")]
    [InlineData(""" "keyIndexes": "0,1" """, "keyIndexes)", "\"0,1\"; allowed: an integer from 0, or a list of integers such as [0, 1]")]
    [InlineData(""" "keyIndexes": [0, -1] """, "keyIndexes[1])", "-1; allowed: an integer from 0")]
    [InlineData(""" "keyIndexes": [0, 1] """, "keyIndexes)", "takes all 2 columns")]
    [InlineData(""" "keyFieldDelimiter": ":" """, "steps[1].parameter)", "'keyIndexes' is missing", "integer, or list of integers")]
    [InlineData(""" "keyIndexes": 0, "expireTime": {"seconds": 10, "unixtime": 4000000000} """, "expireTime)", "both 'seconds' and 'unixtime'")]
    [InlineData(""" "keyIndexes": 0, "expireTime": {"unixtime": 1000000000} """, "expireTime.unixtime)", "1000000000 is in the past")]
    [InlineData(""" "keyIndexes": 0, "expireTime": {"seconds": -1} """, "expireTime.seconds)", "-1", "from 0")]
    [InlineData(""" "keyIndexes": 0, "keyFieldDelimiter": 1 """, "keyFieldDelimiter)", "'keyFieldDelimiter' is 1; allowed: text")]
    [InlineData(""" "keyIndexes": 0, "writeMode": {"type": "string", "valueFieldDelimiter": [","]} """, "valueFieldDelimiter)", "'valueFieldDelimiter' is a list; allowed: text")]
    [InlineData(""" "keyIndexes": 0, "writeMode": {"type": "zset"} """, "keyIndexes)", "exactly two value columns, score then member", "the source has 1 (name)")]
    [InlineData(""" "keyIndexes": 0, "writeMode": {"type": "hash"} """, "keyIndexes)", "exactly two value columns, field then value", "name the fields with 'column'")]
    [InlineData(""" "keyIndexes": 0, "writeMode": {"type": "bloom"} """, "writeMode.type)", "\"bloom\"", "string, list, set, zset, hash")]
    [InlineData(""" "keyIndexes": 0, "writeMode": {"type": "list", "mode": "push"} """, "writeMode.mode)", "\"push\"", "lpush, rpush")]
    [InlineData(""" "keyIndexes": 0, "writeMode": {"type": "set"}, "column": [{"name": "a", "index": 0}] """, "column)", "not with set")]
    [InlineData(""" "keyIndexes": 0, "column": [{"name": "a", "index": 9}] """, "column[0])", "names column 9", "the source has 2")]
    [InlineData(""" "keyIndexes": 0, "batchSize": "many" """, "batchSize)", "\"many\"", "integer from 1")]
    [InlineData(""" "keyIndexes": 0, "selectDatabase": 99 """, "no such database", "'selectDatabase'", "DB index is out of range")]
    [InlineData(""" "keyIndexes": 0, "redisMode": "ClusterMode" """, "not a node of a Redis Cluster", "'redisMode'", "'clusterMode'")]
    [InlineData(""" "keyIndexes": 0, "redisMode": "Sentinel" """, "redisMode)", "\"Sentinel\"", "ClusterMode")]
    public async Task A_wrong_option_of_the_writer_is_refused(string writer, params string[] words)
    {
        var folder = await FolderAsync(Table);
        folder.Job(Reader, writer);
        await RefusesAsync(folder, 2, words);
    }

    [Fact]
    public async Task Unknown_keys_are_warned_of_with_the_nearest_name_and_refused_with_strict()
    {
        var folder = await FolderAsync(Table);
        folder.MySql["hots"] = "nowhere";
        folder.Job(""" "table": "t", "column": ["id", "name"], "splitpk": "id" """, """ "keyIndexes": 0, "batchsize": 5, "writeMode": {"typo": 1} """,
            """{"speed": {"concurent": 2}, "errorlimit": {}}""");

        var lax = await folder.RunAsync("run", "job.json", "--json");
        JobFolder.Check(lax, 0, "succeeded");
        foreach (var (given, meant) in (ReadOnlySpan<(string, string)>)[("hots", "host"), ("splitpk", "splitPk"), ("batchsize", "batchSize"), ("typo", "type"), ("concurent", "concurrent"), ("errorlimit", "errorLimit")])
        {
            Assert.Contains($"unknown key '{given}'; did you mean '{meant}'?", lax.Error, StringComparison.Ordinal);
        }

        Redis.Command("FLUSHALL");
        var strict = await folder.RunAsync("run", "job.json", "--json", "--strict");
        JobFolder.Check(strict, 2, "refused", "unknown key '", "; did you mean '", "job.json:");
        Assert.Equal(0, Keys);
    }

    [Fact]
    public async Task Check_and_explain_do_not_connect()
    {
        var folder = await FolderAsync(Table);
        folder.MySql["port"] = ServerProcess.FreePort();
        folder.Redis["port"] = ServerProcess.FreePort();
        folder.Job(""" "table": "t", "column": ["id", "name"], "splitPk": "id" """, """ "keyIndexes": 0, "expireTime": {"seconds": 5} """, """{"speed": {"concurrent": 4}}""");

        var check = await folder.RunAsync("check", "job.json");
        Assert.True(check.ExitCode == 0, check.ToString());
        Assert.Equal("ok\n", check.Out);
        Assert.Empty(check.Error);

        var explain = await folder.RunAsync("explain", "job.json");
        Assert.True(explain.ExitCode == 0, explain.ToString());
        Assert.Contains("tasks at a time: 4", explain.Out, StringComparison.Ordinal);
        Assert.Contains("SET ", explain.Out, StringComparison.Ordinal);
        Assert.Contains($"{folder.Redis["port"]}", explain.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(MariaDbServer.Password, explain.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_of_three_prints_the_commands_of_three_records_and_writes_nothing()
    {
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20)); INSERT INTO t SELECT seq, CONCAT('n ', seq) FROM seq_1_to_10");
        folder.Redis["port"] = ServerProcess.FreePort();
        folder.Job(Reader, """ "keyIndexes": 0, "writeMode": {"type": "list"}, "expireTime": {"seconds": 5} """);

        var run = await folder.RunAsync("run", "job.json", "--dry-run", "3");

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(["RPUSH 1 \"n 1\"", "EXPIRE 1 5", "RPUSH 2 \"n 2\"", "EXPIRE 2 5", "RPUSH 3 \"n 3\"", "EXPIRE 3 5"], run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, Keys);

        var json = JobFolder.Check(await folder.RunAsync("run", "job.json", "--dry-run", "3", "--json"), 0, "succeeded");
        Assert.Equal(6, json.GetProperty("commands").GetArrayLength());
    }
}
