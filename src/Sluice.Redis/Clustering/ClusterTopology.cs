using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Clustering;

/// <summary>The slot map of a cluster, found out by asking any node that answers, and shared by all who use that cluster.</summary>
/// <param name="cluster">How its nodes are reached; its host and port are not used.</param>
/// <param name="seeds">Nodes that are known from the beginning. One that answers is enough.</param>
public sealed class ClusterTopology(RedisOptions cluster, IReadOnlyList<NodeAddress> seeds, TimeProvider clock)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    /// <summary>A node that has not answered after so long is not waited for alone.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private SlotMap? _map;
    private RedisServer? _server;
    private Task _refreshing = Task.CompletedTask;
    private long _refreshed;
    private int _turn;

    public RedisOptions Options => cluster;

    /// <summary>What is known by now; each other state of it is another object.</summary>
    public SlotMap Map => Volatile.Read(ref _map) ?? throw new InvalidOperationException($"{nameof(DiscoverAsync)} comes first");

    /// <summary>What the node that told the map has told of itself.</summary>
    public RedisServer? Server => Volatile.Read(ref _server);

    /// <summary>Asks for the map for the first time.</summary>
    /// <exception cref="RedisConnectionException">No seed answers.</exception>
    /// <exception cref="RedisServerException">One answers and refuses, or knows of no slots.</exception>
    public async Task DiscoverAsync(CancellationToken stop) => Set(await AskAsync(seeds, stop));

    /// <summary>Asks for a newer map, unless that was done just now; who comes while it is being asked for waits for that answer.
    /// Where nobody answers, what is known stays.</summary>
    /// <param name="first">Who is likely to know.</param>
    public Task RefreshAsync(NodeAddress? first, CancellationToken stop)
    {
        lock (_gate)
        {
            if (_refreshing.IsCompleted && (_refreshed == 0 || clock.GetElapsedTime(_refreshed) >= s_interval))
            {
                // It serves all who wait for it, and so ends with none of them; its own times bound it.
                _refreshing = RefreshOnceAsync(first);
            }

            return _refreshing.WaitAsync(stop);
        }
    }

    /// <summary>Connects to the node that serves a key.</summary>
    /// <exception cref="RedisConnectionException">It does not answer.</exception>
    /// <exception cref="RedisServerException">It refuses, or nobody serves that key.</exception>
    public async Task<RedisConnection> ConnectAsync(byte[] key, CancellationToken stop)
    {
        await RefreshAsync(null, stop);
        var map = Map;
        return map.OwnerOf(KeySlot.Of(key)) is var owner and >= 0
            ? await RedisConnection.ConnectAsync(map.Primaries[owner].In(cluster), clock, stop)
            : throw new RedisServerException(cluster.Name, new ServerError("CLUSTERDOWN the slot is not served", ErrorClass.Retry), "CLUSTER SLOTS");
    }

    /// <summary>A node has said who serves the slot.</summary>
    public void Moved(int slot, NodeAddress primary)
    {
        lock (_gate)
        {
            _map = Map.With(slot, primary);
        }
    }

    private async Task RefreshOnceAsync(NodeAddress? first)
    {
        // Another one each time: a node that is cut off from the others goes on telling what it last knew.
        var known = Map.Nodes.Concat(seeds).Distinct().ToList();
        var turn = _turn++ % known.Count;
        var candidates = known.Skip(turn).Concat(known.Take(turn));
        candidates = first is { } likely ? candidates.Where(n => n != likely).Prepend(likely) : candidates;
        try
        {
            Set(await AskAsync([.. candidates], CancellationToken.None));
        }
        catch (Exception e) when (e is RedisConnectionException or RedisServerException)
        {
            // They may be there again the next time.
        }
        finally
        {
            lock (_gate)
            {
                _refreshed = clock.GetTimestamp();
            }
        }
    }

    private void Set(SlotMap map)
    {
        lock (_gate)
        {
            _map = _map is not null && _map.IsSameAs(map) ? _map : map;
        }
    }

    /// <summary>The first answer wins. Nodes are asked one after the other, the next one also where the one before takes its time.</summary>
    private async Task<SlotMap> AskAsync(IReadOnlyList<NodeAddress> nodes, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var asked = new List<Task<SlotMap>>();
        Exception? refused = null;
        try
        {
            for (var next = 0; next < nodes.Count || asked.Count > 0;)
            {
                if (next < nodes.Count)
                {
                    asked.Add(AskAsync(nodes[next++], enough.Token));
                }

                var patience = next < nodes.Count ? Task.Delay(s_patience, clock, stop) : Task.Delay(Timeout.InfiniteTimeSpan, clock, enough.Token);
                if (await Task.WhenAny([patience, .. asked]) is Task<SlotMap> answer)
                {
                    asked.Remove(answer);
                    try
                    {
                        return await answer;
                    }
                    catch (Exception e) when (e is RedisConnectionException or RedisServerException)
                    {
                        // What a node says is worth more than that another one is not there.
                        refused = e is RedisServerException ? e : refused ?? e;
                    }
                }

                stop.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await enough.CancelAsync();
        }

        throw refused ?? new InvalidOperationException("no node to ask");
    }

    private async Task<SlotMap> AskAsync(NodeAddress node, CancellationToken stop)
    {
        await using var connection = await RedisConnection.ConnectAsync(node.In(cluster), clock, stop);
        var map = SlotMap.Parse(await connection.CallAsync(stop, "CLUSTER", "SLOTS"), node)
            ?? throw new RedisServerException(node.ToString(), new ServerError("CLUSTERDOWN no slot is served", ErrorClass.Retry), "CLUSTER SLOTS");
        Volatile.Write(ref _server, connection.Server);
        return map;
    }
}
