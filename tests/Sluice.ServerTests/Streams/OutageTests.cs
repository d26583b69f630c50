using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Streams;

/// <summary>Servers that go away while rows flow, and come back or not.</summary>
public sealed class OutageTests(KafkaBroker kafka) : StreamTest(kafka), IClassFixture<KafkaBroker>
{
    private const int Partitions = 3;

    /// <summary>What it has acknowledged is still there when it is started again.</summary>
    private static Task<RedisServer> DurableAsync() => RedisServer.StartNewAsync("--appendonly", "yes", "--appendfsync", "always");

    [Fact]
    public async Task A_Redis_that_is_stopped_and_started_again_costs_retries_and_no_row()
    {
        const int Numbers = 5000;
        await using var redis = await DurableAsync();
        var topic = await TopicAsync(Partitions);
        await ProduceAsync(topic, Partitions, 0, Numbers);
        using var job = Start(Table(topic, Bounded) + Strings(redis.Port) + Insert());
        await StopInTheMiddleAsync(redis);
        await Task.Delay(2000, Test);
        await redis.StartAsync();
        var ended = await EndAsync(job);

        AssertComplete(redis, Partitions, Numbers);
        Assert.True(Number(ended, "retries") > 0, ended.ToString());
        Assert.Equal((Numbers * Partitions, Numbers * Partitions), (Number(ended, "rowsRead"), Number(ended, "rowsWritten")));
    }

    [Fact]
    public async Task A_stop_while_Redis_is_down_ends_and_the_next_start_goes_on()
    {
        const int Numbers = 5000;
        await using var redis = await DurableAsync();
        var topic = await TopicAsync(Partitions);
        await ProduceAsync(topic, Partitions, 0, Numbers);
        var script = Table(topic, Bounded) + Strings(redis.Port) + Insert();
        using var job = Start(script);
        await StopInTheMiddleAsync(redis);
        var stopped = await StopAsync(job);
        Assert.InRange(Number(stopped, "rowsWritten") + Number(stopped, "rowsUnknown"), 1, Number(stopped, "rowsRead"));

        Assert.Contains(Number(stopped, "rowsUnknown") == 0 ? "is acknowledged and counted" : "were not acknowledged in time", stopped.Error, StringComparison.Ordinal);
        await redis.StartAsync();
        await RunAsync(script);
        AssertComplete(redis, Partitions, Numbers);
    }

    [Fact]
    public async Task A_broker_that_goes_away_and_comes_back_costs_no_row_and_a_stop_meanwhile_ends()
    {
        const int Numbers = 100;
        await using var redis = await RedisServer.StartNewAsync();
        var topic = await TopicAsync(Partitions);
        await ProduceAsync(topic, Partitions, 0, Numbers);
        var script = Table(topic) + Strings(redis.Port) + Insert();
        using (var job = Start(script))
        {
            await ReachAsync(redis, Numbers * Partitions);
            await Kafka.GoDownAsync();
            await Task.Delay(3000, Test);
            await Kafka.ComeBackAsync();
            await ProduceAsync(topic, Partitions, Numbers, 2 * Numbers);
            await ReachAsync(redis, 2 * Numbers * Partitions);
            await Kafka.GoDownAsync();
            await StopAsync(job);
        }

        await Kafka.ComeBackAsync();
        await ProduceAsync(topic, Partitions, 2 * Numbers, 3 * Numbers);
        using var next = Start(script);
        await ReachAsync(redis, 3 * Numbers * Partitions);
        await StopAsync(next);
        AssertComplete(redis, Partitions, 3 * Numbers);
    }

    [Fact]
    public async Task Where_one_of_two_sinks_is_down_the_job_fails_and_nothing_is_committed_that_it_has_not()
    {
        const int Numbers = 5000;
        await using var good = await RedisServer.StartNewAsync();
        await using var bad = await DurableAsync();
        var topic = await TopicAsync(Partitions);
        await ProduceAsync(topic, Partitions, 0, Numbers);
        const string Patience = "'sink.retry-timeout' = '2 s', 'sink.buffer-flush.interval' = '100 ms'";
        var script = Table(topic, Bounded) + Strings(good.Port, "a", Patience) + Strings(bad.Port, "b", Patience)
            + $"EXECUTE STATEMENT SET BEGIN {Insert("a")}{Insert("b")} END;";
        using (var job = Start(script))
        {
            await StopInTheMiddleAsync(bad);
            var failed = await EndAsync(job, 1);
            Assert.Contains($"127.0.0.1:{bad.Port}", failed.Error, StringComparison.Ordinal);
        }

        await bad.StartAsync();
        await RunAsync(script);
        AssertComplete(bad, Partitions, Numbers);
        AssertComplete(good, Partitions, Numbers);
    }

    /// <summary>Stops it while it holds some rows and answers nobody.</summary>
    private static async Task StopInTheMiddleAsync(RedisServer redis)
    {
        await ReachAsync(redis, 1);
        redis.Command("CLIENT", "PAUSE", "60000", "WRITE");
        await redis.KillAsync();
    }
}
