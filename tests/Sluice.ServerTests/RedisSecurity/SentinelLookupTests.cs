using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisSecurity;

/// <summary>Joins with a table whose master fails, and whose sentinels name another one (S-31a, S-35).</summary>
public sealed class SentinelLookupTests(RedisServer sink) : IClassFixture<RedisServer>
{
    private const int Keys = 50;

    private static void Set(RedisServer redis, string value)
    {
        for (var key = 0; key < Keys; key++)
        {
            redis.Command("SET", $"p:{key}", value);
        }
    }

    /// <summary>Rows with 50 keys, joined, into a list of another server: the row that came last is in front.</summary>
    private async Task<SluiceProcess> StartAsync(SentinelGroup group, string options)
    {
        sink.Command("FLUSHALL");
        var folder = ServerProcess.NewSharedFolder("sentinel-join");
        await File.WriteAllTextAsync(Path.Combine(folder, "job.sql"), $"""
            CREATE TABLE t (n INT, proctime AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '1000', 'fields.n.min' = '0', 'fields.n.max' = '{Keys - 1}');
            CREATE TABLE d (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED)
              WITH ('connector' = 'redis', 'sentinel.master' = '{SentinelGroup.Name}', 'hostAndPorts' = '{group.HostAndPorts}', 'key-prefix' = 'p:', {options});
            CREATE TABLE s (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'LIST', 'host' = '127.0.0.1', 'port' = '{sink.Port}', 'sink.buffer-flush.interval' = '20ms');
            INSERT INTO s SELECT 'rows', t.k || '=' || COALESCE(d.v, 'none') FROM (SELECT CAST(n AS STRING) AS k, proctime FROM t) AS t LEFT JOIN d FOR SYSTEM_TIME AS OF t.proctime ON t.k = d.k;
            """, TestContext.Current.CancellationToken);
        return SluiceProcess.Start(folder, "sql", "job.sql", "--json");
    }

    private List<string> Rows(int most) => [.. ((object?[])sink.Command("LRANGE", "rows", "0", $"{most - 1}")!).Cast<string>()];

    /// <summary>Waits until the newest 500 rows all have the value.</summary>
    private Task SettlesAsync(string value) => RedisCluster.UntilAsync(() => Rows(500) is { Count: 500 } rows && rows.All(r => r.EndsWith("=" + value, StringComparison.Ordinal)));

    [Theory]
    [InlineData("'cache' = 'None'")]
    [InlineData("'cache' = 'LRU', 'cacheTTLMs' = '100'")]
    [InlineData("'cache' = 'LRU', 'cacheTracking' = 'true'")]
    [InlineData("'cache' = 'ALL', 'cacheTTLMs' = '100'")]
    public async Task A_join_goes_on_with_the_next_master(string options)
    {
        await using var group = await SentinelGroup.StartAsync();
        await group.KnowsReplicaAsync();
        Set(group.Master, "first");
        group.AwaitReplication();
        using var job = await StartAsync(group, options + ", 'lookup.max-retries' = '1000'");
        await SettlesAsync("first");
        await group.Master.KillAsync();
        await RedisCluster.UntilAsync(() => Equals(((object?[])group.Replica.Command("ROLE")!)[0], "master"));
        Set(group.Replica, "second");
        await SettlesAsync("second");
        await job.SignalAsync("TERM");
        var run = await job.EndAsync();

        Assert.True(run.ExitCode == 143, run.ToString());
        Assert.DoesNotContain(Rows(int.MaxValue), r => r.EndsWith("=none", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'cache' = 'None'")]
    [InlineData("'cache' = 'LRU', 'cacheTracking' = 'true'")]
    public async Task A_join_leaves_a_master_that_lives_on_when_the_sentinels_name_another_one(string options)
    {
        await using var group = await SentinelGroup.StartAsync();
        Set(group.Master, "first");
        group.AwaitReplication();
        using var job = await StartAsync(group, options);
        await SettlesAsync("first");
        group.Replica.Command("REPLICAOF", "NO", "ONE");
        Set(group.Replica, "second");
        group.SwitchAndLeaveTheOldMasterUp();
        await SettlesAsync("second");
        await job.SignalAsync("TERM");
        var run = await job.EndAsync();

        Assert.True(run.ExitCode == 143, run.ToString());
        Assert.DoesNotContain(Rows(int.MaxValue), r => r.EndsWith("=none", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'cache' = 'None'")]
    [InlineData("'cache' = 'LRU', 'cacheTracking' = 'true'")]
    public async Task With_few_attempts_the_job_ends_and_names_the_master_that_is_gone(string options)
    {
        await using var group = await SentinelGroup.StartAsync();
        Set(group.Master, "first");
        using var job = await StartAsync(group, options);
        await SettlesAsync("first");

        // The sentinel sees no replica that could follow, so that however long the test takes there is no other master.
        group.Replica.Command("REPLICAOF", "NO", "ONE");
        group.Ask(0, "SENTINEL", "REMOVE", SentinelGroup.Name);
        group.Ask(0, "SENTINEL", "MONITOR", SentinelGroup.Name, "127.0.0.1", $"{group.Master.Port}", "1");
        await group.Master.KillAsync();
        var run = await job.EndAsync();

        Assert.True(run.ExitCode == 1, run.ToString());
        Assert.Contains($"127.0.0.1:{group.Master.Port}", run.Error, StringComparison.Ordinal);
        Assert.Contains("was given up after 4 attempts; 'lookup.max-retries' allows more", run.Error, StringComparison.Ordinal);
    }
}
