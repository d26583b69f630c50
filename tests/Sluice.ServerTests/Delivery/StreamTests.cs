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
    public async Task A_member_that_stood_still_while_the_group_went_on_without_it_adds_nothing_twice()
    {
        const int Produced = 5000;
        await using var redis = await RedisServer.StartNewAsync();
        await broker.CreateAsync("still", Partitions);
        var folder = await ScriptAsync(redis, "still", "");
        for (var partition = 0; partition < Partitions; partition++)
        {
            await broker.ProduceAsync("still", partition, KafkaBroker.Numbered($"p{partition}-", Produced));
        }

        using var first = SluiceProcess.Start(folder, "sql", "job.sql");
        await LengthAsync(redis, 1);
        await first.SignalAsync("STOP");
        using var second = SluiceProcess.Start(folder, "sql", "job.sql");
        await LengthAsync(redis, Produced * Partitions);
        await first.SignalAsync("CONT");
        await broker.ProduceAsync("still", 0, KafkaBroker.Numbered("p0-", 1000, Produced));
        await LengthAsync(redis, (Produced * Partitions) + 1000);
        await first.SignalAsync("TERM");
        await second.SignalAsync("TERM");
        var (one, two) = (await first.EndAsync(), await second.EndAsync());

        Assert.True(one.ExitCode is 1 or 143, one.ToString());
        Assert.True(two.ExitCode == 143, two.ToString());
        for (var partition = 0; partition < Partitions; partition++)
        {
            AssertList(redis, partition, partition == 0 ? Produced + 1000 : Produced);
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

    [Theory]
    [InlineData("LIST", "k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED", "v", "LLEN")]
    [InlineData("SET", "k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED", "v", "SCARD")]
    [InlineData("HASHMAP", "k STRING, f STRING, v STRING, PRIMARY KEY (k, f) NOT ENFORCED", "v, v", "HLEN")]
    [InlineData("SORTEDSET", "k STRING, s DOUBLE, v STRING, PRIMARY KEY (k, v) NOT ENFORCED", "CAST(SPLIT_INDEX(v, '-', 1) AS DOUBLE), v", "ZCARD")]
    public async Task Rows_that_a_unit_is_refused_are_dirty_once_and_the_positions_still_advance(string mode, string columns, string values, string length)
    {
        await using var redis = await RedisServer.StartNewAsync();
        var topic = $"refused-{mode}";
        await broker.CreateAsync(topic, Partitions);
        var folder = await ScriptAsync(redis, topic, "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset',",
            $"SET 'sluice.dirty-records.limit' = '1000'; SET 'parallelism.default' = '2';", columns, mode, values);
        for (var partition = 0; partition < Partitions; partition++)
        {
            await broker.ProduceAsync(topic, partition, KafkaBroker.Numbered($"p{partition}-", 300));
        }

        redis.Command("SET", "p2", "a string");
        var run = await SluiceProcess.RunAsync(folder, "sql", "job.sql", "--json");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal((900, 300), (run.Json.GetProperty("rowsWritten").GetInt64(), run.Json.GetProperty("rowsDirty").GetInt64()));
        Assert.Equal((300L, "a string"), (redis.Command(length, "p1"), redis.Command("GET", "p2")));
        Assert.Equal("300", redis.Command("HGET", $"sluice:position:{topic}/r:topic {topic}, partition 2", "position"));

        var again = await SluiceProcess.RunAsync(folder, "sql", "job.sql", "--json");
        Assert.True(again.ExitCode == 0, again.ToString());
        Assert.Equal(0, again.Json.GetProperty("rowsRead").GetInt64());

        var anew = await SluiceProcess.RunAsync(folder, "sql", "job.sql", "--restart", "--json");
        Assert.True(anew.ExitCode == 0, anew.ToString());
        Assert.Equal(900, anew.Json.GetProperty("rowsWritten").GetInt64());
        Assert.Equal(mode == "LIST" ? 600L : 300L, redis.Command(length, "p1"));
    }

    private async Task<string> ScriptAsync(
        RedisServer redis, string topic, string scan, string settings = "", string columns = "k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED", string mode = "LIST", string values = "v")
    {
        var folder = ServerProcess.NewSharedFolder("stream");
        await File.WriteAllTextAsync(Path.Combine(folder, "job.sql"), $"""
            SET 'pipeline.name' = '{topic}'; {settings}
            CREATE TABLE t (v STRING) WITH ('connector' = 'kafka', 'topic' = '{topic}', 'properties.bootstrap.servers' = '{broker.Address}', {scan}
              'properties.group.id' = '{topic}', 'properties.auto.offset.reset' = 'earliest', 'properties.session.timeout.ms' = '6000',
              'properties.heartbeat.interval.ms' = '500', 'format' = 'raw');
            CREATE TABLE r ({columns}) WITH ('connector' = 'redis', 'host' = '127.0.0.1', 'port' = '{redis.Port}',
              'mode' = '{mode}', 'sink.delivery-guarantee' = 'exactly-once', 'sink.buffer-flush.interval' = '100ms');
            INSERT INTO r SELECT SPLIT_INDEX(v, '-', 0), {values} FROM t;
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
            AssertList(redis, partition, count);
        }
    }

    private static void AssertList(RedisServer redis, int partition, int count)
    {
        var expected = Enumerable.Range(0, count).Reverse().Select(i => string.Create(CultureInfo.InvariantCulture, $"p{partition}-{i}"));
        Assert.Equal(expected, ((object?[])redis.Command("LRANGE", $"p{partition}", "0", "-1")!).Cast<string>());
    }
}
