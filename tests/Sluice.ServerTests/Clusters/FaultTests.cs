using Sluice.Engine.Execution;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>Loads of a cluster whose slots move, whose nodes die, hang, or refuse for a while (S-20, S-24).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class FaultTests : IDisposable
{
    private const int Keys = 400;

    private readonly RedisCluster _cluster;
    private readonly WriterJob _job = new();
    private int _rows;

    public FaultTests(RedisCluster cluster)
    {
        _cluster = cluster;
        _cluster.Flush();
    }

    public void Dispose() => _job.Dispose();

    private string At => $"'redisMode':'ClusterMode','hostAndPorts':'{_cluster.Seeds}','keyIndexes':0,";

    /// <summary>Several keys share each of a few slots.</summary>
    private static string Key(int i) => $"{{{i % Keys % 20}}}{i % Keys}";

    /// <summary>Rows for as long as something happens, and some more; begun when the first thousands are on their way.</summary>
    private IEnumerable<object?[]> RowsWhile(Func<Task> happens, Func<int, object?[]> row)
    {
        Task? happening = null;
        for (var more = 3000; more > 0; _rows++)
        {
            if (_rows == 5000)
            {
                happening = Task.Run(happens);
            }

            if (_rows % 100 == 0)
            {
                Thread.Sleep(1);
            }

            more -= happening is { IsCompleted: true } ? 1 : 0;
            yield return row(_rows);
        }

        happening!.GetAwaiter().GetResult();
    }

    private void AssertDone(JobSummary summary)
    {
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, _rows, _rows, 0L, 0L), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty, summary.RowsUnknown));
    }

    /// <summary>The rows of a key, in the order of the source.</summary>
    private IEnumerable<int> RowsOf(int key) => Enumerable.Range(0, (_rows - key + Keys - 1) / Keys).Select(n => (n * Keys) + key);

    private async Task MoveSlotsAsync()
    {
        var random = new Random(1);
        var slots = Enumerable.Range(0, 20).Select(i => _cluster.Slot(Key(i))).ToArray();
        for (var moves = 0; moves < 40; moves++)
        {
            var slot = slots[random.Next(slots.Length)];
            var from = _cluster.OwnerOf(slot);
            await _cluster.MoveAsync(slot, from, _cluster.CurrentPrimaries.Where(n => n != from).ElementAt(random.Next(2)));
        }
    }

    [Theory]
    [InlineData("string", "")]
    [InlineData("string", ",'expireTime':1000")]
    [InlineData("hash", "")]
    [InlineData("zset", ",'expireTime':1000")]
    [InlineData("set", ",'expireTime':1000")]
    [InlineData("list", "")]
    [InlineData("list", ",'expireTime':1000")]
    public async Task Slots_that_move_to_and_fro_during_the_load_lose_nothing_and_change_no_order(string type, string expiry)
    {
        var rows = RowsWhile(MoveSlotsAsync, i => type == "string" ? [Key(i), $"{i}"] : type is "hash" ? [Key(i), "f", $"{i}"] : type == "zset" ? [Key(i), $"{i}", "m"] : [Key(i), $"{i}"]);
        var summary = await _job.RunAsync(At + $"'batchSize':300,'writeMode':{{'type':'{type}'}}{expiry}", type is "hash" or "zset" ? "k,a,b" : "k,a", rows);
        AssertDone(summary);
        Assert.True(summary.Retries > 0);
        Assert.False(summary.Metrics.ContainsKey("possiblyRepeatedElements"));
        var expected = Enumerable.Range(0, Keys).ToDictionary(Key, key => (expiry.Length > 0 ? $"{type}, expires: " : $"{type}: ") + type switch
        {
            "string" => $"{RowsOf(key).Last()}",
            "hash" => $"f={RowsOf(key).Last()}",
            "zset" => $"m | {RowsOf(key).Last()}",
            "set" => string.Join(" | ", RowsOf(key).Select(i => $"{i}").Order(StringComparer.Ordinal)),
            _ => string.Join(" | ", RowsOf(key)),
        });
        Assert.Equal(new SortedDictionary<string, string>(expected, StringComparer.Ordinal), _cluster.Dump());
    }

    [Fact]
    public async Task A_primary_that_is_killed_is_followed_by_its_replica()
    {
        var killed = _cluster.CurrentPrimaries[1];
        var lost = Enumerable.Range(0, Keys).Select(Key).Where(key => _cluster.OwnerOf(_cluster.Slot(key)) == killed).ToHashSet();
        var rows = RowsWhile(() => _cluster.FailOverAsync(killed), i => [Key(i), $"{i}"]);
        var summary = await _job.RunAsync(At + "'timeout':60000", "k,v", rows);
        AssertDone(summary);
        Assert.True(summary.Retries > 0);
        Assert.True(summary.Metrics["reconnects"] >= 1);

        // All keys were written again after the failover: what the dead primary had not replicated is overwritten.
        Assert.NotEmpty(lost);
        var expected = Enumerable.Range(0, Keys).ToDictionary(Key, key => $"string: {RowsOf(key).Last()}");
        Assert.Equal(new SortedDictionary<string, string>(expected, StringComparer.Ordinal), _cluster.Dump());
        await killed.StartAsync();
        await RedisCluster.UntilAsync(() => killed.Command("CLUSTER", "INFO") is string info && info.Contains("cluster_state:ok", StringComparison.Ordinal));
        await _cluster.HealthyAsync();
    }

    [Fact]
    public async Task Connections_that_are_cut_repeat_list_elements_only_as_far_as_it_is_said()
    {
        var rows = RowsWhile(async () =>
        {
            for (var i = 0; i < 15; i++)
            {
                _cluster.CurrentPrimaries[i % 3].Command("CLIENT", "KILL", "TYPE", "normal");
                await Task.Delay(20);
            }
        }, i => [Key(i), $"{i}"]);
        var summary = await _job.RunAsync(At + "'batchSize':500,'writeMode':{'type':'list'}", "k,v", rows);
        AssertDone(summary);
        Assert.True(summary.Metrics["reconnects"] >= 1);
        var extra = 0;
        var lists = _cluster.Dump();
        for (var key = 0; key < Keys; key++)
        {
            var elements = lists[Key(key)]["list: ".Length..].Split(" | ");
            Assert.Equal(RowsOf(key).Select(i => $"{i}"), elements.Distinct());
            extra += elements.Length - RowsOf(key).Count();
        }

        Assert.InRange(extra, 0, summary.Metrics.GetValueOrDefault("possiblyRepeatedElements"));
    }

    [Fact]
    public async Task A_slot_that_nobody_serves_for_a_while_is_waited_for()
    {
        var slot = _cluster.Slot(Key(0));
        var rows = RowsWhile(async () =>
        {
            var node = _cluster.OwnerOf(slot);
            node.Command("CLUSTER", "DELSLOTS", $"{slot}");
            await Task.Delay(700);
            node.Command("CLUSTER", "ADDSLOTS", $"{slot}");
        }, i => [Key(i), $"{i}"]);
        AssertDone(await _job.RunAsync(At + "'timeout':60000", "k,v", rows));
        Assert.All(Enumerable.Range(0, Keys), key => Assert.Equal($"{RowsOf(key).Last()}", _cluster.Command("GET", Key(key))));
        await _cluster.HealthyAsync();
    }

    [Fact]
    public async Task A_node_that_hangs_or_refuses_for_a_while_is_waited_for_and_the_order_is_kept()
    {
        var rows = RowsWhile(async () =>
        {
            var (hangs, refuses) = (_cluster.CurrentPrimaries[0], _cluster.CurrentPrimaries[2]);
            await hangs.PauseAsync();
            await Task.Delay(1200);
            await hangs.ContinueAsync();
            refuses.Command("CONFIG", "SET", "maxmemory", "1");
            await Task.Delay(300);
            refuses.Command("CONFIG", "SET", "maxmemory", "0");
        }, i => [Key(i), $"{i}"]);
        var summary = await _job.RunAsync(At + "'timeout':60000,'socket.timeout':'400ms'", "k,v", rows);
        AssertDone(summary);
        Assert.True(summary.Retries > 0);
        Assert.All(Enumerable.Range(0, Keys), key => Assert.Equal($"{RowsOf(key).Last()}", _cluster.Command("GET", Key(key))));
    }

    [Fact]
    public async Task A_primary_that_is_cut_off_is_left_for_its_replica_also_when_it_comes_back_and_thinks_it_is_one()
    {
        var cut = _cluster.CurrentPrimaries[1];
        var rows = RowsWhile(async () =>
        {
            var replica = _cluster.ReplicaOf(cut);
            await cut.PauseAsync();
            try
            {
                await RedisCluster.PromoteAsync(replica);
                await RedisCluster.UntilAsync(() => Moved(cut, replica));
            }
            finally
            {
                await cut.ContinueAsync();
            }

            // What it takes until it has heard of the other one is thrown away: after that all keys are written again.
            await RedisCluster.UntilAsync(() => Equals(((object?[])cut.Command("ROLE")!)[0], "slave"));
        }, i => [Key(i), $"{i}"]);
        var summary = await _job.RunAsync(At + "'timeout':60000,'socket.timeout':'400ms'", "k,v", rows);
        await _cluster.HealthyAsync();
        AssertDone(summary);
        Assert.True(summary.Retries > 0);
        Assert.All(Enumerable.Range(0, Keys), key => Assert.Equal($"{RowsOf(key).Last()}", _cluster.Command("GET", Key(key))));

        // All others know who serves the slots now, so that the job has somewhere to go.
        bool Moved(RedisServer from, RedisServer to) => _cluster.Nodes.Where(n => n != from).All(n =>
            ((object?[])n.Command("CLUSTER", "SLOTS")!).Cast<object?[]>().Select(range => (long)((object?[])range[2]!)[1]!) is var ports && ports.Contains(to.Port) && !ports.Contains(from.Port));
    }

    [Fact]
    public async Task A_primary_that_is_gone_for_good_fails_the_job_within_the_timeout_and_the_books_are_true()
    {
        var killed = _cluster.CurrentPrimaries[0];
        var rows = Enumerable.Range(0, 1_000_000).Select(i =>
        {
            if (i == 20_000)
            {
                Task.Run(killed.KillAsync).GetAwaiter().GetResult();
            }

            return (object?[])[$"k{i}", $"{i}"];
        });
        var summary = await _job.RunAsync(At + "'timeout':1500", "k,v", rows);
        await killed.StartAsync();
        await _cluster.HealthyAsync();
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains($"127.0.0.1:{killed.Port}", summary.Error, StringComparison.Ordinal);
        Assert.Contains("within 1500 ms (timeout)", summary.Error, StringComparison.Ordinal);
        Assert.Equal(summary.RowsRead, summary.RowsWritten + summary.RowsSkipped + summary.RowsDirty + summary.RowsUnknown);
    }
}
