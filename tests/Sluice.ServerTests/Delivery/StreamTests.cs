using System.Globalization;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Delivery;

/// <summary>S-27: a topic into lists, exactly once, by processes that come, go and are killed.</summary>
public sealed class StreamTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    private const int Partitions = 4;

    [Fact]
    public async Task Processes_that_join_leave_and_are_killed_add_each_element_once()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await broker.CreateAsync("lists", Partitions);
        var folder = await ScriptAsync(redis, "lists", "");
        var produced = 0;
        await ProduceAsync(2000);
        using var first = SluiceProcess.Start(folder, "sql", "job.sql");
        await LengthAsync(redis, 500 * Partitions);
        using var second = SluiceProcess.Start(folder, "sql", "job.sql");
        await ProduceAsync(2000);
        await LengthAsync(redis, produced * Partitions);
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        await ProduceAsync(1000);
        await first.SignalAsync("KILL");
        await ProduceAsync(1000);
        await LengthAsync(redis, produced * Partitions);
        using var third = SluiceProcess.Start(folder, "sql", "job.sql");
        await ProduceAsync(1000);
        await LengthAsync(redis, produced * Partitions);
        await second.SignalAsync("TERM");
        var left = await second.EndAsync();
        await ProduceAsync(1000);
        await LengthAsync(redis, produced * Partitions);
        await third.SignalAsync("TERM");
        var last = await third.EndAsync();

        Assert.True(left.ExitCode == 143, left.ToString());
        Assert.True(last.ExitCode == 143, last.ToString());
        AssertLists(redis, produced);

        async Task ProduceAsync(int count)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                await broker.ProduceAsync("lists", partition, KafkaBroker.Numbered($"p{partition}-", count, produced));
            }

            produced += count;
        }
    }

    [Fact]
    public async Task What_is_stored_comes_before_the_startup_mode()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await broker.CreateAsync("early", Partitions);
        var folder = await ScriptAsync(redis, "early", "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset',");
        for (var round = 0; round < 3; round++)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                await broker.ProduceAsync("early", partition, KafkaBroker.Numbered($"p{partition}-", 100, round * 100));
            }

            var run = await SluiceProcess.RunAsync(folder, "sql", "job.sql", "--json");
            Assert.True(run.ExitCode == 0, run.ToString());
            Assert.Equal(100 * Partitions, run.Json.GetProperty("rowsWritten").GetInt64());
            AssertLists(redis, 100 * (round + 1));
        }
    }

    private async Task<string> ScriptAsync(RedisServer redis, string topic, string scan)
    {
        var folder = ServerProcess.NewSharedFolder("stream");
        await File.WriteAllTextAsync(Path.Combine(folder, "job.sql"), $"""
            SET 'pipeline.name' = '{topic}';
            CREATE TABLE t (v STRING) WITH ('connector' = 'kafka', 'topic' = '{topic}', 'properties.bootstrap.servers' = '{broker.Address}', {scan}
              'properties.group.id' = '{topic}', 'properties.auto.offset.reset' = 'earliest', 'properties.session.timeout.ms' = '6000',
              'properties.heartbeat.interval.ms' = '500', 'format' = 'raw');
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED) WITH ('connector' = 'redis', 'host' = '127.0.0.1', 'port' = '{redis.Port}',
              'mode' = 'LIST', 'sink.delivery-guarantee' = 'exactly-once', 'sink.buffer-flush.interval' = '100ms');
            INSERT INTO r SELECT SPLIT_INDEX(v, '-', 0), v FROM t;
            """, TestContext.Current.CancellationToken);
        return folder;
    }

    private static async Task LengthAsync(RedisServer redis, long length)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (Enumerable.Range(0, Partitions).Sum(p => (long)redis.Command("LLEN", $"p{p}")!) < length)
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private static void AssertLists(RedisServer redis, int count)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            var expected = Enumerable.Range(0, count).Reverse().Select(i => string.Create(CultureInfo.InvariantCulture, $"p{partition}-{i}"));
            Assert.Equal(expected, ((object?[])redis.Command("LRANGE", $"p{partition}", "0", "-1")!).Cast<string>());
        }
    }
}
