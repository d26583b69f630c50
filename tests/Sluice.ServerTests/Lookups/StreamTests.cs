using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Lookups;

/// <summary>Joins that go on while Redis changes, goes and comes back (S-31a, S-32).</summary>
public sealed class StreamTests(RedisServer sink) : IClassFixture<RedisServer>, IDisposable
{
    private readonly string _folder = ServerProcess.NewFolder("stream");

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Rows with keys 0 to 9, joined, into a list of the other server: the row that came last is in front.</summary>
    private async Task<SluiceProcess> StartAsync(int port, string options)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "job.sql"), $"""
            CREATE TABLE t (n INT, proctime AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '300', 'fields.n.min' = '0', 'fields.n.max' = '9');
            CREATE TABLE d (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'redis', 'host' = '127.0.0.1', 'port' = '{port}', 'socket.timeout' = '1s', {options});
            CREATE TABLE s (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'LIST', 'host' = '127.0.0.1', 'port' = '{sink.Port}', 'sink.buffer-flush.interval' = '20ms');
            INSERT INTO s SELECT 'rows', t.k || '=' || COALESCE(d.v, 'none') FROM (SELECT CAST(n AS STRING) AS k, proctime FROM t) AS t LEFT JOIN d FOR SYSTEM_TIME AS OF t.proctime ON t.k = d.k;
            """, Test);
        sink.Command("DEL", "rows");
        return SluiceProcess.Start(_folder, "sql", "job.sql", "--json");
    }

    /// <summary>Waits until the newest rows are all those that the test expects.</summary>
    private async Task SettlesAsync(Func<string, string> valueOf)
    {
        for (var waited = 0; ; waited++)
        {
            var rows = ((object?[])sink.Command("LRANGE", "rows", "0", "29")!).Cast<string>().ToList();
            var wrong = rows.FirstOrDefault(r => r != $"{r[0]}={valueOf(r[..1])}");
            if (rows.Count == 30 && wrong is null)
            {
                return;
            }

            Assert.True(waited < 600, $"a row is still {wrong} among {rows.Count} after 60 s");
            await Task.Delay(100, Test);
        }
    }

    private static async Task EndsAsync(SluiceProcess job)
    {
        await job.SignalAsync("TERM");
        var run = await job.EndAsync();
        Assert.True(run.ExitCode == 143, run.ToString());
    }

    [Fact]
    public async Task A_tracked_cache_follows_what_changes_and_forgets_when_its_connection_is_silent()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(server.Port);
        for (var key = 0; key < 10; key++)
        {
            server.Command("SET", $"{key}", "first");
        }

        using var job = await StartAsync(proxy.Port, "'cache' = 'LRU', 'cacheTracking' = 'true', 'lookup.max-retries' = '50'");
        await SettlesAsync(_ => "first");
        for (var i = 0; i < 300; i++)
        {
            server.Command("SET", $"{i % 10}", $"{i}");
        }

        await SettlesAsync(key => $"29{key}");

        // Nothing is heard of this change; only that nothing is heard any more.
        var connections = proxy.Accepted;
        proxy.IsBlackHole = true;
        server.Command("SET", "3", "unheard");
        for (var waited = 0; proxy.Accepted == connections; waited++)
        {
            Assert.True(waited < 600, "no new connection within 60 s");
            await Task.Delay(100, Test);
        }

        proxy.IsBlackHole = false;
        await SettlesAsync(key => key == "3" ? "unheard" : $"29{key}");
        server.Command("FLUSHDB");
        await SettlesAsync(_ => "none");
        await EndsAsync(job);
    }

    [Theory]
    [InlineData("'async' = 'false'")]
    [InlineData("'async' = 'true'")]
    [InlineData("'cache' = 'LRU', 'cacheTracking' = 'true'")]
    public async Task A_server_that_is_killed_and_started_again_makes_no_row_wrong(string options)
    {
        await using var server = await RedisServer.StartNewAsync("--appendonly", "yes", "--appendfsync", "always");
        for (var key = 0; key < 10; key++)
        {
            server.Command("SET", $"{key}", $"v{key}");
        }

        using var job = await StartAsync(server.Port, options + ", 'lookup.max-retries' = '50'");
        await SettlesAsync(key => $"v{key}");
        for (var round = 0; round < 3; round++)
        {
            await server.KillAsync();
            await Task.Delay(100, Test);
            await server.StartAsync();
            var before = (long)sink.Command("LLEN", "rows")!;
            for (var waited = 0; (long)sink.Command("LLEN", "rows")! < before + 100; waited++)
            {
                Assert.True(waited < 600, "no row within 60 s");
                await Task.Delay(100, Test);
            }
        }

        await EndsAsync(job);
        Assert.All(((object?[])sink.Command("LRANGE", "rows", "0", "-1")!).Cast<string>(), row => Assert.Equal($"{row[0]}=v{row[0]}", row));
    }

    [Fact]
    public async Task A_server_that_stays_away_ends_the_job()
    {
        await using var server = await RedisServer.StartNewAsync();
        using var job = await StartAsync(server.Port, "'lookup.max-retries' = '2'");
        await SettlesAsync(_ => "none");
        await server.KillAsync();
        var run = await job.EndAsync();
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"redis 127.0.0.1:{server.Port}", run.Error, StringComparison.Ordinal);
        Assert.Contains("'lookup.max-retries' allows more", run.Error, StringComparison.Ordinal);
    }
}
