using System.Diagnostics;
using System.Globalization;

namespace Sluice.ServerTests.Servers;

/// <summary>A real Redis Cluster on 127.0.0.1: three primaries and a replica of each. Its node timeout is long, so that a busy machine
/// brings no failover about; a test that wants one asks for it.</summary>
public sealed class RedisCluster : IAsyncLifetime
{
    private const int Slots = 16384;
    private const int Primaries = 3;

    private readonly RedisServer[] _nodes = [.. Enumerable.Range(0, 2 * Primaries).Select(_ => new RedisServer(Arguments()))];

    public IReadOnlyList<RedisServer> Nodes => _nodes;

    /// <summary>The addresses of the nodes that are primaries at first, as <c>hostAndPorts</c> takes them.</summary>
    public string Seeds => string.Join(',', _nodes.Take(Primaries).Select(n => $"127.0.0.1:{n.Port}"));

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(_nodes.Select(n => n.StartAsync()));
        for (var i = 0; i < _nodes.Length; i++)
        {
            _nodes[i].Command("CLUSTER", "SET-CONFIG-EPOCH", $"{i + 1}");
            if (i < Primaries)
            {
                _nodes[i].Command("CLUSTER", "ADDSLOTSRANGE", $"{Slots * i / Primaries}", $"{(Slots * (i + 1) / Primaries) - 1}");
            }

            _nodes[0].Command("CLUSTER", "MEET", "127.0.0.1", $"{_nodes[i].Port}", $"{BusPort(_nodes[i])}");
        }

        await UntilAsync(() => _nodes.All(n => Table(n).Count == _nodes.Length));
        for (var i = Primaries; i < _nodes.Length; i++)
        {
            var (node, primary) = (_nodes[i], IdOf(_nodes[i - Primaries]));
            await UntilAsync(() => Succeeds(node, "CLUSTER", "REPLICATE", primary));
        }

        await HealthyAsync();
    }

    /// <summary>Returns when every node sees every slot served, and every replica follows its primary.</summary>
    public Task HealthyAsync() => UntilAsync(() => _nodes.All(n => ((string)n.Command("CLUSTER", "INFO")!).Contains("cluster_state:ok", StringComparison.Ordinal)
        && Table(n).Count(line => line[2].Contains("slave", StringComparison.Ordinal)) == Primaries
        && (string)((object?[])n.Command("ROLE")!)[0]! is var role && (role == "master" || (string?)((object?[])n.Command("ROLE")!)[3] == "connected")));

    public IReadOnlyList<RedisServer> CurrentPrimaries => [.. _nodes.Where(IsPrimary)];

    public void Flush()
    {
        foreach (var primary in CurrentPrimaries)
        {
            primary.Command("FLUSHALL");
        }
    }

    /// <summary>What is in all primaries, as <see cref="RedisDump"/> tells it.</summary>
    public SortedDictionary<string, string> Dump() => RedisDump.Of(CurrentPrimaries);

    /// <summary>Who serves the slot, as the nodes themselves have it.</summary>
    public RedisServer OwnerOf(int slot) => CurrentPrimaries.First(n => PortOfOwner(n, slot) == n.Port);

    /// <summary>Sends a command to the node that serves its key.</summary>
    public object? Command(params string[] words) => OwnerOf(Slot(words[1])).Command(words);

    public int Slot(string key) => (int)(long)_nodes.First(n => n.Pid != 0).Command("CLUSTER", "KEYSLOT", key)!;

    /// <summary>Moves a slot with its keys, a few keys at a time, as redis-cli does.</summary>
    public async Task MoveAsync(int slot, RedisServer from, RedisServer to)
    {
        var number = $"{slot}";
        to.Command("CLUSTER", "SETSLOT", number, "IMPORTING", IdOf(from));
        from.Command("CLUSTER", "SETSLOT", number, "MIGRATING", IdOf(to));
        while (from.Command("CLUSTER", "GETKEYSINSLOT", number, "2") is object?[] { Length: > 0 } keys)
        {
            from.Command(["MIGRATE", "127.0.0.1", $"{to.Port}", "", "0", "30000", "KEYS", .. keys.Cast<string>()]);
            await Task.Delay(1);
        }

        // The new owner first: else each of the two would send a client to the other.
        to.Command("CLUSTER", "SETSLOT", number, "NODE", IdOf(to));
        foreach (var node in CurrentPrimaries.Where(n => n != to))
        {
            node.Command("CLUSTER", "SETSLOT", number, "NODE", IdOf(to));
        }

        await AgreeAsync(to, slot);
    }

    /// <summary>Returns when all nodes know the owner's newest epoch, and that the slot is its own. If a slot were moved on before that,
    /// two nodes could choose the same epoch, and each give the slot up for the other's older claim.</summary>
    private Task AgreeAsync(RedisServer owner, int slot)
    {
        var id = IdOf(owner);
        string Epoch(RedisServer asked) => Table(asked).First(line => line[0] == id)[6];
        return UntilAsync(() => _nodes.Where(n => n.Pid != 0).All(n => Epoch(n) == Epoch(owner) && PortOfOwner(n, slot) == owner.Port));
    }

    /// <summary>Kills a primary, and has its replica take its place.</summary>
    /// <returns>The new primary.</returns>
    public async Task<RedisServer> FailOverAsync(RedisServer primary)
    {
        var replica = ReplicaOf(primary);
        await primary.KillAsync();
        await PromoteAsync(replica);
        return replica;
    }

    public RedisServer ReplicaOf(RedisServer primary)
    {
        var id = IdOf(primary);
        return _nodes.First(n => n != primary && Table(n).Any(line => line[2].Contains("myself", StringComparison.Ordinal) && line[3] == id));
    }

    /// <summary>Has a replica take the place of its primary, which does not answer any more.</summary>
    public static Task PromoteAsync(RedisServer replica) =>
        UntilAsync(() => IsPrimary(replica) || (Succeeds(replica, "CLUSTER", "FAILOVER", "FORCE") && IsPrimary(replica)));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>Waits, but not for ever.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        for (var clock = Stopwatch.StartNew(); !holds();)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "the cluster does not come to rest");
            await Task.Delay(50);
        }
    }

    private static string[] Arguments() =>
    [
        "--cluster-enabled", "yes", "--cluster-port", $"{ServerProcess.FreePort()}", "--cluster-node-timeout", "15000",
        "--repl-diskless-sync-delay", "0", "--repl-diskless-load", "swapdb",
    ];

    private static bool IsPrimary(RedisServer node) => node.Pid != 0 && (string?)((object?[])node.Command("ROLE")!)[0] == "master";

    private static long BusPort(RedisServer node) => long.Parse((string)((object?[])node.Command("CONFIG", "GET", "cluster-port")!)[1]!, CultureInfo.InvariantCulture);

    /// <summary>Who serves the slot, if this node is asked; null: nobody.</summary>
    private static long? PortOfOwner(RedisServer asked, int slot) => (long?)((object?[])asked.Command("CLUSTER", "SLOTS")!).Cast<object?[]>()
        .Where(range => (long)range[0]! <= slot && slot <= (long)range[1]!).Select(range => ((object?[])range[2]!)[1]).FirstOrDefault();

    private static string IdOf(RedisServer node) => (string)node.Command("CLUSTER", "MYID")!;

    /// <summary>CLUSTER NODES without nodes that are still shaking hands: id, address, flags, primary, ...</summary>
    private static List<string[]> Table(RedisServer node) =>
        [.. ((string)node.Command("CLUSTER", "NODES")!).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Where(line => !line[2].Contains("handshake", StringComparison.Ordinal))];

    private static bool Succeeds(RedisServer node, params string[] command)
    {
        try
        {
            node.Command(command);
            return true;
        }
        catch (RedisReplyException)
        {
            return false;
        }
    }
}
