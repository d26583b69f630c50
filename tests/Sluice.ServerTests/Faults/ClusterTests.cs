using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Faults;

/// <summary>What a real cluster answers where it cannot serve now, and what its nodes answer to those who take them for a single server (S-24).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class ClusterTests : IDisposable
{
    private const int Rows = 5000;

    private readonly RedisCluster _cluster;
    private readonly RedisServer _single;

    public ClusterTests(RedisCluster cluster, RedisServer single)
    {
        (_cluster, _single) = (cluster, single);
        cluster.Flush();
        single.Command("FLUSHALL");
    }

    public void Dispose()
    {
        foreach (var node in _cluster.CurrentPrimaries)
        {
            node.Command("CONFIG", "SET", "min-replicas-to-write", "0");
        }
    }

    [Theory]
    [InlineData(User.Strings)]
    [InlineData(User.Lists)]
    [InlineData(User.StringTable)]
    [InlineData(User.ListTable)]
    [InlineData(User.Lookups)]
    public async Task A_slot_that_nobody_serves_is_waited_for_and_if_it_stays_so_the_job_fails(User user)
    {
        using var moves = new Moves(user, Rows);
        moves.Prepare(_cluster.Command);
        var slot = _cluster.Slot("k50");
        var owner = _cluster.OwnerOf(slot);
        owner.Command("CLUSTER", "DELSLOTS", $"{slot}");
        try
        {
            var failed = await moves.RunAsync(owner.Port, patience: false, "clusterMode=true");
            Assert.True(failed.Code == 1, failed.ToString());
            Assert.Contains("127.0.0.1:", failed.Error, StringComparison.Ordinal);
            Assert.True(user >= User.StringTable || failed.Balances, failed.ToString());
            ForgetWritten();
        }
        finally
        {
            _ = Task.Run(async () =>
            {
                await Task.Delay(500);
                owner.Command("CLUSTER", "ADDSLOTS", $"{slot}");
            });
        }

        var ended = await moves.RunAsync(owner.Port, patience: true, "clusterMode=true");
        moves.AssertDone(ended, _cluster.Command);
        await _cluster.HealthyAsync();

        void ForgetWritten()
        {
            foreach (var node in user == User.Lookups ? [] : _cluster.CurrentPrimaries)
            {
                node.Command("FLUSHALL");
            }
        }
    }

    [Theory]
    [InlineData(User.Lists)]
    [InlineData(User.StringTable)]
    [InlineData(User.ListTable)]
    public async Task A_node_that_refuses_for_now_is_waited_for_and_if_it_stays_so_the_job_fails(User user)
    {
        using var moves = new Moves(user, Rows);
        var node = _cluster.OwnerOf(_cluster.Slot("k50"));
        node.Command("CONFIG", "SET", "min-replicas-to-write", "5");
        node.Command("CONFIG", "RESETSTAT");
        var failed = await moves.RunAsync(node.Port, patience: false, "clusterMode=true");
        Assert.True(failed.Code == 1, failed.ToString());
        Assert.Contains($"127.0.0.1:{node.Port}", failed.Error, StringComparison.Ordinal);
        Assert.Contains("NOREPLICAS", failed.Error, StringComparison.Ordinal);
        Assert.True(user >= User.StringTable || failed.Balances, failed.ToString());

        foreach (var primary in _cluster.CurrentPrimaries.Where(p => p != node))
        {
            primary.Command("FLUSHALL");
        }

        node.Command("CONFIG", "RESETSTAT");
        var lifting = Task.Run(async () =>
        {
            await RedisCluster.UntilAsync(() => ((string)node.Command("INFO", "errorstats")!).Contains("NOREPLICAS", StringComparison.Ordinal));
            node.Command("CONFIG", "SET", "min-replicas-to-write", "0");
        });
        var ended = await moves.RunAsync(node.Port, patience: true, "clusterMode=true");
        await lifting;
        moves.AssertDone(ended, _cluster.Command);
        Assert.True(ended.Retries > 0);
    }

    [Theory]
    [InlineData(User.Strings, "CROSSSLOT")]
    [InlineData(User.Lists, "MOVED")]
    [InlineData(User.ListsOnce, "MOVED")]
    [InlineData(User.StringTable, "CROSSSLOT")]
    [InlineData(User.ListTable, "MOVED")]
    [InlineData(User.ListTableOnce, "MOVED")]
    [InlineData(User.Lookups, "CROSSSLOT")]
    public async Task A_single_server_whose_address_is_a_node_of_a_cluster_all_at_once_ends_the_job(User user, string error)
    {
        await using var proxy = new TcpProxy(_single.Port);
        using var moves = new Moves(user, Rows);
        moves.Prepare(_single.Command);
        proxy.When(moves.Middle, () =>
        {
            // One that serves neither the position of an exactly-once job nor the key of the row.
            int[] slots = [.. ((string[])["k50", "k0", "sluice:position:job:rows 0", "sluice:position:faults/r"]).Select(_cluster.Slot)];
            proxy.Target = _cluster.CurrentPrimaries.First(n => _cluster.OwnerOf(slots[0]) != n && _cluster.OwnerOf(slots[user == User.ListsOnce ? 2 : 1]) != n).Port;
            _single.Command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            return Task.CompletedTask;
        });
        var ended = await moves.RunAsync(proxy.Port, patience: true);
        Assert.Equal(ended.Written == 0 ? 2 : 1, ended.Code);
        Assert.Contains(error, ended.Error, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{proxy.Port}", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(timeout)", ended.Error, StringComparison.Ordinal);
        Assert.Equal(0, ended.Dirty);
        Assert.True(user >= User.StringTable || ended.Balances, ended.ToString());
        Assert.Contains("'redisMode'", ended.Error, StringComparison.Ordinal);
        Assert.Contains("'clusterMode'", ended.Error, StringComparison.Ordinal);
    }
}
