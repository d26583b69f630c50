using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>Joins with a table in a cluster that go on while slots move, rows change and primaries fail (S-31a, S-32).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class LookupJoinTests : IDisposable
{
    private const int Keys = 100;

    private readonly RedisCluster _cluster;
    private readonly RedisServer _sink;
    private readonly string _folder = ServerProcess.NewFolder("cluster-join");

    public LookupJoinTests(RedisCluster cluster, RedisServer sink)
    {
        (_cluster, _sink) = (cluster, sink);
        _cluster.Flush();
        _sink.Command("FLUSHALL");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Set(string value)
    {
        var keys = new ClusterKeys(_cluster);
        for (var key = 0; key < Keys; key++)
        {
            keys.Command("SET", $"p:{key}", value);
        }
    }

    /// <summary>Rows with 100 keys, joined, into a list of the single server: the row that came last is in front.</summary>
    private async Task<SluiceProcess> StartAsync(string options, int? retries = 100)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "job.sql"), $"""
            CREATE TABLE t (n INT, proctime AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '1000', 'fields.n.min' = '0', 'fields.n.max' = '{Keys - 1}');
            CREATE TABLE d (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED)
              WITH ('connector' = 'redis', 'clusterMode' = 'true', 'hostAndPorts' = '{_cluster.Seeds}', 'key-prefix' = 'p:', {(retries is null ? "" : $"'lookup.max-retries' = '{retries}', ")}{options});
            CREATE TABLE s (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'LIST', 'host' = '127.0.0.1', 'port' = '{_sink.Port}', 'sink.buffer-flush.interval' = '20ms');
            INSERT INTO s SELECT 'rows', t.k || '=' || COALESCE(d.v, 'none') FROM (SELECT CAST(n AS STRING) AS k, proctime FROM t) AS t LEFT JOIN d FOR SYSTEM_TIME AS OF t.proctime ON t.k = d.k;
            """, TestContext.Current.CancellationToken);
        return SluiceProcess.Start(_folder, "sql", "job.sql", "--json");
    }

    private List<string> Rows(int most) => [.. ((object?[])_sink.Command("LRANGE", "rows", "0", $"{most - 1}")!).Cast<string>()];

    /// <summary>Waits until the newest 500 rows all have the value, those of every primary among them.</summary>
    private async Task SettlesAsync(string value)
    {
        for (var waited = 0; ; waited++)
        {
            var rows = Rows(500);
            var wrong = rows.FirstOrDefault(r => !r.EndsWith("=" + value, StringComparison.Ordinal));
            if (rows.Count == 500 && wrong is null)
            {
                return;
            }

            Assert.True(waited < 600, $"a row is still {wrong} among {rows.Count} after 60 s");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private async Task EndsAsync(SluiceProcess job)
    {
        await job.SignalAsync("TERM");
        var run = await job.EndAsync();
        Assert.True(run.ExitCode == 143, run.ToString());
        Assert.DoesNotContain(Rows(int.MaxValue), r => !r.EndsWith("=first", StringComparison.Ordinal) && !r.EndsWith("=second", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'cache' = 'None'")]
    [InlineData("'cache' = 'None', 'async' = 'true'")]
    [InlineData("'cache' = 'LRU', 'cacheTracking' = 'true'")]
    public async Task Slots_may_move_and_every_row_is_found(string options)
    {
        Set("first");
        using var job = await StartAsync(options);
        await SettlesAsync("first");
        for (var move = 0; move < 15; move++)
        {
            var slot = _cluster.Slot($"p:{move % 10}");
            var from = _cluster.OwnerOf(slot);
            await _cluster.MoveAsync(slot, from, _cluster.CurrentPrimaries.First(n => n != from));
        }

        Set("second");
        await SettlesAsync("second");
        await EndsAsync(job);
    }

    [Theory]
    [InlineData("'cache' = 'None'")]
    [InlineData("'cache' = 'LRU', 'cacheTracking' = 'true'")]
    [InlineData("'cache' = 'ALL', 'cacheTTLMs' = '100'")]
    public async Task A_primary_may_fail_and_every_row_is_found(string options)
    {
        Set("first");
        var killed = _cluster.CurrentPrimaries[2];
        killed.Command("WAIT", "1", "30000");
        using var job = await StartAsync(options);
        await SettlesAsync("first");
        await _cluster.FailOverAsync(killed);
        _sink.Command("DEL", "rows");
        await SettlesAsync("first");
        await killed.StartAsync();
        await _cluster.HealthyAsync();
        Set("second");
        await SettlesAsync("second");
        await EndsAsync(job);
    }

    [Theory]
    [InlineData("'cache' = 'None'")]
    [InlineData("'cache' = 'LRU', 'cacheTracking' = 'true', 'cacheTTLMs' = '50'")]
    public async Task With_the_attempts_that_are_usual_the_job_ends_and_names_the_node_that_is_gone(string options)
    {
        Set("first");
        var killed = _cluster.CurrentPrimaries[0];
        var replica = _cluster.ReplicaOf(killed);
        replica.Command("CONFIG", "SET", "cluster-replica-no-failover", "yes");
        killed.Command("WAIT", "1", "30000");
        using var job = await StartAsync(options, retries: null);
        await SettlesAsync("first");
        await killed.KillAsync();
        var run = await job.EndAsync();
        await killed.StartAsync();
        replica.Command("CONFIG", "SET", "cluster-replica-no-failover", "no");
        await _cluster.HealthyAsync();

        Assert.True(run.ExitCode == 1, run.ToString());
        Assert.Contains($"redis 127.0.0.1:{killed.Port}: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("was given up after 4 attempts; 'lookup.max-retries' allows more", run.Error, StringComparison.Ordinal);
    }
}
