using System.Globalization;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Streams;

/// <summary>Jobs of a group that are killed, stopped and joined by others while rows flow.</summary>
public sealed class RestartTests(KafkaBroker kafka, RedisServer redis) : StreamTest(kafka), IClassFixture<KafkaBroker>, IClassFixture<RedisServer>
{
    private const int Partitions = 3;
    private const int Round = 100;

    [Fact]
    public async Task A_job_that_is_killed_at_any_moment_and_started_again_loses_nothing()
    {
        redis.Command("FLUSHALL");
        var topic = await TopicAsync(Partitions);
        var script = Table(topic) + Strings(redis.Port) + Insert();
        using var enough = new CancellationTokenSource();
        var producing = ProduceUntilAsync(topic, enough.Token);
        var random = new Random(Environment.TickCount);

        // The second of them lives long enough to have committed something: it does so every five seconds.
        foreach (var least in (int[])[0, 4000])
        {
            var before = Size(redis);
            using var job = Start(script);
            await ReachAsync(redis, before + 1);
            await Task.Delay(least + random.Next(700), Test);
            await job.SignalAsync("KILL");
            await job.EndAsync();
        }

        await enough.CancelAsync();
        var rounds = await producing;
        using var last = Start(script);
        await ReachAsync(redis, rounds * Round * Partitions);
        await StopAsync(last);
        AssertComplete(redis, Partitions, rounds * Round);
    }

    [Fact]
    public async Task After_clean_stops_every_element_of_a_list_is_there_once_and_in_order()
    {
        var topic = await TopicAsync(Partitions);
        var script = Table(topic) + $"""
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED)
              WITH ('connector' = 'redis', 'mode' = 'LIST', 'host' = '127.0.0.1', 'port' = '{redis.Port}', 'key-prefix' = '{topic}', 'sink.buffer-flush.max-rows' = '7', 'sink.buffer-flush.interval' = '100 ms');
            INSERT INTO r SELECT * FROM t;
            """;
        using var enough = new CancellationTokenSource();
        var producing = ProduceUntilAsync(topic, enough.Token);
        var random = new Random(Environment.TickCount);
        var (read, written) = (0L, 0L);
        for (var i = 0; i < 2; i++)
        {
            var before = Elements(topic);
            using var job = Start(script);
            await UntilAsync(() => Elements(topic) > before, "an element");
            await Task.Delay(random.Next(300), Test);
            Count(await StopAsync(job));
        }

        await enough.CancelAsync();
        var rounds = await producing;
        using (var last = Start(script))
        {
            await UntilAsync(() => Elements(topic) >= rounds * Round * Partitions, "every element");
            Count(await StopAsync(last));
        }

        var expected = Enumerable.Range(0, rounds * Round).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        foreach (var key in Keys(topic))
        {
            // The last one pushed comes first.
            Assert.Equal(expected.Reverse(), ((object?[])redis.Command("LRANGE", key, "0", "-1")!).Select(e => (string)e!));
        }

        Assert.Equal((expected.Length * Partitions, expected.Length * Partitions), (read, written));

        void Count(Cli.SluiceProcess.Ended ended) =>
            (read, written) = (read + Number(ended, "rowsRead"), written + Number(ended, "rowsWritten"));
    }

    [Fact]
    public async Task Two_processes_that_join_and_leave_fill_a_set_together()
    {
        var topic = await TopicAsync(Partitions);
        var script = Table(topic) + $"""
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED)
              WITH ('connector' = 'redis', 'mode' = 'SET', 'host' = '127.0.0.1', 'port' = '{redis.Port}', 'key-prefix' = '{topic}');
            INSERT INTO r SELECT * FROM t;
            """;
        using var enough = new CancellationTokenSource();
        var producing = ProduceUntilAsync(topic, enough.Token);
        using var first = Start(script);
        await UntilAsync(() => Keys(topic).Sum(k => (long)redis.Command("SCARD", k)!) > 0, "a member");
        using var second = Start(script);
        await Task.Delay(5000, Test);
        var left = await StopAsync(first);
        await enough.CancelAsync();
        var rounds = await producing;
        await UntilAsync(() => Keys(topic).Sum(k => (long)redis.Command("SCARD", k)!) >= rounds * Round * Partitions, "every member");
        var right = await StopAsync(second);

        Assert.All(Keys(topic), key => Assert.Equal((long)rounds * Round, redis.Command("SCARD", key)));
        Assert.True(Number(left, "rowsRead") > 0 && Number(right, "rowsRead") > 0);
        Assert.Equal((0L, 0L), (Number(left, "rowsUnknown"), Number(right, "rowsUnknown")));
    }

    private static string[] Keys(string topic) => [.. Enumerable.Range(0, Partitions).Select(p => $"{topic}p{p}")];

    private long Elements(string topic) => Keys(topic).Sum(k => (long)redis.Command("LLEN", k)!);

    /// <returns>How many rounds of messages there are in each partition.</returns>
    private async Task<int> ProduceUntilAsync(string topic, CancellationToken enough)
    {
        for (var round = 0; ; round++)
        {
            if (enough.IsCancellationRequested)
            {
                return round;
            }

            await ProduceAsync(topic, Partitions, round * Round, (round + 1) * Round);
            await Task.Delay(50, Test);
        }
    }
}
