using Sluice.Redis.Pipelining;

namespace Sluice.Redis.Clustering;

/// <summary>A reader's connections to the nodes of a cluster, one to each, made when they are first needed.</summary>
/// <param name="watch">Makes what looks after a new connection's node; null where nobody does.</param>
public sealed class NodeReads(ClusterTopology topology, TimeProvider clock, Func<IReadWatch>? watch = null) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeAddress, Node> _nodes = [];
    private Task _closing = Task.CompletedTask;
    private SlotMap? _map;
    private int _closedReconnects;

    /// <summary>Connections beyond the first, of all nodes together.</summary>
    public int Reconnects
    {
        get
        {
            lock (_gate)
            {
                return _closedReconnects + _nodes.Values.Sum(n => n.Pipeline.Reconnects);
            }
        }
    }

    /// <summary>Lets a node be asked. Its connection stays at least until that has ended.</summary>
    public async Task AskAsync(NodeAddress address, Func<ReadPipeline, Task> ask)
    {
        var node = Take(address);
        try
        {
            await ask(node.Pipeline);
        }
        finally
        {
            lock (_gate)
            {
                node.Users--;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values)
        {
            await node.Pipeline.DisposeAsync();
        }

        await _closing;
    }

    private Node Take(NodeAddress address)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(address, out var node))
            {
                _nodes[address] = node = new Node(new ReadPipeline(address.In(topology.Options), clock, watch?.Invoke()));
            }

            node.Users++;
            if (topology.Map is var map && !ReferenceEquals(map, _map))
            {
                _map = map;
                CloseOthers(map);
            }

            return node;
        }
    }

    /// <summary>Who serves nothing any more may be gone, and would be looked for in vain.</summary>
    private void CloseOthers(SlotMap map)
    {
        foreach (var (address, node) in _nodes.Where(n => n.Value.Users == 0 && !map.Primaries.Contains(n.Key)).ToList())
        {
            _nodes.Remove(address);
            _closedReconnects += node.Pipeline.Reconnects;
            _closing = Task.WhenAll(_closing, node.Pipeline.DisposeAsync().AsTask());
        }
    }

    private sealed class Node(ReadPipeline pipeline)
    {
        public ReadPipeline Pipeline => pipeline;

        /// <summary>How many ask at the moment.</summary>
        public int Users { get; set; }
    }
}
