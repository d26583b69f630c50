using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>S-27c: a topic into many lists of a cluster, exactly once, by processes that come, go, stand still and are killed, while
/// slots move; <c>bench/run kill</c> is the long version.</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class StreamTests : IClassFixture<KafkaBroker>
{
    private readonly RedisCluster _cluster;
    private readonly KafkaBroker _broker;

    public StreamTests(RedisCluster cluster, KafkaBroker broker)
    {
        (_cluster, _broker) = (cluster, broker);
        _cluster.Flush();
    }

    private async Task<ClusterStream> StreamAsync(string topic, string scan = "", string settings = "")
    {
        var stream = new ClusterStream(_cluster, _broker, topic);
        await stream.CreateAsync();
        await stream.WriteScriptAsync(scan, settings);
        return stream;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Processes_that_join_leave_and_are_killed_add_each_element_once(int tasks)
    {
        var stream = await StreamAsync($"lists{tasks}", settings: $"SET 'parallelism.default' = '{tasks}';");
        await stream.ProduceAsync(2000);
        using var first = stream.Start();
        await stream.ReachAsync(2000);
        using var second = stream.Start();
        await stream.ProduceAsync(2000);
        await stream.ReachAsync(stream.Produced);
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        await stream.ProduceAsync(1000);
        await first.SignalAsync("KILL");
        await stream.ProduceAsync(1000);
        await stream.ReachAsync(stream.Produced);
        using var third = stream.Start();
        await stream.ProduceAsync(1000);
        await stream.ReachAsync(stream.Produced);
        await second.SignalAsync("TERM");
        var left = await second.EndAsync();
        await stream.ProduceAsync(1000);
        await stream.ReachAsync(stream.Produced);
        await third.SignalAsync("TERM");
        var last = await third.EndAsync();

        Assert.True(left.ExitCode == 143, left.ToString());
        Assert.True(last.ExitCode == 143, last.ToString());
        stream.AssertLists();
    }

    [Fact]
    public async Task A_member_that_stood_still_while_the_group_went_on_without_it_adds_nothing_twice()
    {
        var stream = await StreamAsync("still");
        await stream.ProduceAsync(10_000);
        using var first = stream.Start();
        await stream.ReachAsync(1);
        await first.SignalAsync("STOP");
        using var second = stream.Start();
        await stream.ReachAsync(stream.Produced);
        await first.SignalAsync("CONT");
        await stream.ProduceAsync(1000, 0);
        await stream.ReachAsync(stream.Produced);
        await first.SignalAsync("TERM");
        await second.SignalAsync("TERM");
        var (one, two) = (await first.EndAsync(), await second.EndAsync());

        Assert.True(one.ExitCode is 1 or 143, one.ToString());
        Assert.True(two.ExitCode == 143, two.ToString());
        stream.AssertLists();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_bounded_script_that_is_killed_again_and_again_while_slots_move_adds_each_element_once(int tasks)
    {
        var stream = await StreamAsync($"moves{tasks}", ClusterStream.Bounded, $"SET 'parallelism.default' = '{tasks}';");
        await stream.ProduceAsync(10_000);
        using var done = new CancellationTokenSource();
        var moving = Task.Run(() => MoveSlotsAsync(done.Token), TestContext.Current.CancellationToken);
        try
        {
            for (var kills = 0; kills < 4; kills++)
            {
                var before = await stream.LengthAsync();
                using var process = stream.Start();
                await stream.ReachAsync(Math.Min(before + 1, stream.Produced));
                await process.SignalAsync("KILL");
                await process.EndAsync();
            }

            await stream.RunAsync();
        }
        finally
        {
            await done.CancelAsync();
            await moving;
        }

        stream.AssertLists();
        Assert.Equal(0, (await stream.RunAsync()).Json.GetProperty("rowsWritten").GetInt64());
        var anew = await stream.RunAsync("--restart");
        Assert.Equal(stream.Produced, anew.Json.GetProperty("rowsWritten").GetInt64());
        Assert.Equal(2 * stream.Produced, await stream.LengthAsync());
    }

    /// <summary>Those of some lists and of the records.</summary>
    private async Task MoveSlotsAsync(CancellationToken stop)
    {
        var random = new Random(5);
        var slots = Enumerable.Range(0, 20).Select(i => _cluster.Slot(ClusterStream.ListOf(i % ClusterStream.Partitions, i))).Append(_cluster.Slot("sluice:job:moves1/r")).Append(_cluster.Slot("sluice:job:moves2/r")).ToArray();
        while (!stop.IsCancellationRequested)
        {
            var slot = slots[random.Next(slots.Length)];
            var from = _cluster.OwnerOf(slot);
            await _cluster.MoveAsync(slot, from, _cluster.CurrentPrimaries.Where(n => n != from).ElementAt(random.Next(2)));
        }
    }
}
