using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Lookups;

/// <summary>Redis dimension tables in whole scripts (S-28 to S-32).</summary>
public sealed class ScriptTests : IClassFixture<RedisServer>, IDisposable
{
    private readonly RedisServer _redis;
    private readonly string _folder = ServerProcess.NewFolder("lookup");

    public ScriptTests(RedisServer redis)
    {
        _redis = redis;
        redis.Command("FLUSHALL");
    }

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Joins rows of a file with a dimension table, and shows them.</summary>
    /// <param name="rows">JSON lines with a column <c>k</c>, and <c>m</c> where it is needed.</param>
    private async Task<SluiceProcess.Ended> RunAsync(string columns, string options, string select, string join, params string[] rows)
    {
        var input = Path.Combine(_folder, "rows.json");
        await File.WriteAllLinesAsync(input, rows, Test);
        var script = $"""
            SET 'table.local-time-zone' = 'UTC';
            CREATE TABLE t (k STRING, m STRING, proctime AS PROCTIME()) WITH ('connector' = 'filesystem', 'path' = '{input}', 'format' = 'json');
            CREATE TABLE d ({columns}) WITH ('connector' = 'redis', 'host' = '127.0.0.1', 'port' = '{_redis.Port}'{(options.Length > 0 ? ", " + options : "")});
            SELECT {select} FROM t {join};
            """;
        var file = Path.Combine(_folder, "script.sql");
        await File.WriteAllTextAsync(file, script, Test);
        return await SluiceProcess.RunInsideAsync(["sql", file], _ => null);
    }

    private async Task ShowsAsync(string expected, string columns, string options, string select, string join, params string[] rows)
    {
        var run = await RunAsync(columns, options, select, join, rows);
        Assert.True(run.ExitCode == 0, run.ToString());
        var lines = run.Out.Split('\n').Skip(2).TakeWhile(l => !l.StartsWith('(')).Select(l => string.Join('|', l.Split('|', StringSplitOptions.TrimEntries)));
        Assert.Equal(expected, string.Join(' ', lines));
    }

    private const string Inner = "JOIN d FOR SYSTEM_TIME AS OF t.proctime ON t.k = d.k";
    private const string Left = "LEFT " + Inner;

    [Theory]
    [InlineData("")]
    [InlineData("'cache' = 'LRU'")]
    [InlineData("'cache' = 'LRU', 'cacheTracking' = 'true'")]
    [InlineData("'cache' = 'lru', 'async' = 'true'")]
    public async Task Strings_are_joined(string cache)
    {
        _redis.Command("MSET", "p:a", "1", "p:b", "2");
        string[] rows = ["""{"k":"a"}""", """{"k":"x"}""", """{"k":null}""", """{"k":"b"}""", """{"k":"a"}"""];
        var options = "'key-prefix' = 'p:'" + (cache.Length > 0 ? ", " + cache : "");
        await ShowsAsync("a|1 b|2 a|1", "k STRING, v BIGINT, PRIMARY KEY (k) NOT ENFORCED", options, "d.k, d.v", Inner, rows);
        if (!cache.Contains("async", StringComparison.Ordinal))
        {
            await ShowsAsync("a|1 x|<NULL> <NULL>|<NULL> b|2 a|1", "k STRING, v BIGINT, PRIMARY KEY (k) NOT ENFORCED", options, "t.k, d.v", Left, rows);
        }
    }

    [Fact]
    public async Task Hashes_are_joined_and_only_the_wanted_fields_are_asked_for()
    {
        _redis.Command("HSET", "1", "name", "Ann", "age", "33");
        _redis.Command("HSET", "2", "city", "Ulm");
        const string Columns = "k STRING, name STRING, age INT, city STRING, PRIMARY KEY (k) NOT ENFORCED";
        string[] rows = ["""{"k":"1"}""", """{"k":"2"}""", """{"k":"3"}"""];
        await ShowsAsync("1|Ann|33|<NULL> 2|<NULL>|<NULL>|Ulm", Columns, "'mode' = 'HASHMAP'", "d.k, name, age, city", Inner, rows);
        await ShowsAsync("1|34 2|<NULL>", Columns, "'mode' = 'HASHMAP'", "t.k, d.age + 1", Inner, rows);
        await ShowsAsync("1 2", Columns, "'mode' = 'HASHMAP'", "t.k", Inner, rows);
        await ShowsAsync("1", Columns, "'mode' = 'HASHMAP'", "t.k", Inner + " AND d.age > 30", rows);
    }

    [Fact]
    public async Task One_hash_is_joined()
    {
        _redis.Command("HSET", "testkey", "u1", "Ann", "u2", "Bob");
        await ShowsAsync("u2|Bob u1|Ann", "k STRING, name STRING, PRIMARY KEY (k) NOT ENFORCED", "'hashName' = 'testkey'", "t.k, name", Inner, """{"k":"u2"}""", """{"k":"u9"}""", """{"k":"u1"}""");
    }

    [Theory]
    [InlineData("LIST", "RPUSH a z y", "a|[z, y]")]
    [InlineData("SET", "SADD a z", "a|[z]")]
    [InlineData("SORTEDSET", "ZADD a 2 z 1 y", "a|[y, z]")]
    public async Task Collections_are_joined_as_arrays(string mode, string command, string expected)
    {
        _redis.Command(command.Split(' '));
        const string Columns = "k STRING, v ARRAY<STRING>, PRIMARY KEY (k) NOT ENFORCED";
        await ShowsAsync(expected, Columns, $"'mode' = '{mode}'", "t.k, v", Inner, """{"k":"a"}""", """{"k":"b"}""");
        await ShowsAsync(expected + " b|<NULL>", Columns, $"'mode' = '{mode}', 'cache' = 'LRU'", "t.k, v", Left, """{"k":"a"}""", """{"k":"b"}""");
    }

    [Fact]
    public async Task Scores_are_joined_by_key_and_member()
    {
        _redis.Command("ZADD", "board", "12.5", "ann", "7", "bob");
        await ShowsAsync("ann|12.5 bob|7.0", "k STRING, who STRING, score DOUBLE, PRIMARY KEY (k, who) NOT ENFORCED", "'mode' = 'SORTEDSET'", "t.m, score",
            "JOIN d FOR SYSTEM_TIME AS OF t.proctime ON t.m = d.who AND d.k = t.k", """{"k":"board","m":"ann"}""", """{"k":"board","m":"eve"}""", """{"k":"none","m":"ann"}""", """{"k":"board","m":"bob"}""");
    }

    [Theory]
    [InlineData("HSET a f v", "'a' holds a hash, and mode STRING reads a string")]
    [InlineData("SET a abc", "column 'v' of key 'a' is 'abc' in Redis, which is no BIGINT")]
    public async Task What_cannot_be_read_ends_the_job(string command, string says)
    {
        _redis.Command(command.Split(' '));
        var run = await RunAsync("k STRING, v BIGINT, PRIMARY KEY (k) NOT ENFORCED", "", "t.k, v", Inner, """{"k":"a"}""");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_at_the_start_is_the_users_to_mend()
    {
        var run = await RunAsync("k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED", "'username' = 'nobody', 'password' = 'x'", "t.k, v", Inner, """{"k":"a"}""");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("WRONGPASS", run.Error, StringComparison.Ordinal);
    }
}
