using Sluice.Engine.Errors;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups.Clusters;

/// <summary>Reads a table whole from all primaries of a cluster, one after the other. Of a slot that goes from a node not read yet to one
/// that was, nothing would be read: what each node serves is asked for before and after, and must be the same. A table that is one hash
/// is read from its own node, which says so if it goes.</summary>
/// <param name="open">Reads what one node has.</param>
internal sealed class ClusterPages(RedisLookupSettings settings, ClusterTopology topology, Func<ReadPipeline, ITablePages> open) : ITablePages
{
    private readonly List<(ReadPipeline Server, ITablePages Pages)> _nodes = [];
    private readonly List<NodeClaim> _claims = [];
    private bool _isStarted;
    private int _node;

    private EndpointException Moved => new($"redis {settings.Server.Name}",
        "slots of the cluster are on the move, and a table that is read meanwhile could miss rows; read it again when they have come to rest");

    public async ValueTask<ScanPage?> NextAsync(CancellationToken stop)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            await BeginAsync(stop);
        }

        for (; _node < _nodes.Count; _node++)
        {
            var (server, pages) = _nodes[_node];
            try
            {
                if (await pages.NextAsync(stop) is { } page)
                {
                    return page;
                }
            }
            catch (RedisServerException e) when (e.Error.Class == ErrorClass.Redirect
                && Redirection.Parse(e.Error.Text, new NodeAddress(server.Server.Host, server.Server.Port)) is { IsAsk: false } moved)
            {
                // For whoever reads it again.
                topology.Moved(moved.Slot, moved.Target);
                throw;
            }
        }

        await EndAsync(stop);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, pages) in _nodes)
        {
            await pages.DisposeAsync();
        }
    }

    private async Task BeginAsync(CancellationToken stop)
    {
        // Since the table was read last nobody may have looked.
        await topology.RefreshAsync(null, stop);
        var map = topology.Map;
        if (settings.HashName is { } hash)
        {
            var slot = KeySlot.Of(hash);
            Add(map.OwnerOf(slot) is var owner and >= 0 ? map.Primaries[owner] : throw new EndpointException($"redis {settings.Server.Name}", $"no node of the cluster serves slot {slot}"));
            return;
        }

        foreach (var node in map.Primaries)
        {
            _claims.Add(await ClaimOfAsync(Add(node), stop));
        }

        if (_claims.Exists(c => c.IsMoving))
        {
            throw Moved;
        }

        if (_claims.Sum(c => c.Slots) is var served && served != KeySlot.Count)
        {
            throw new EndpointException($"redis {settings.Server.Name}", $"{served} of the {KeySlot.Count} slots of the cluster are served, and a table is read whole from all of them");
        }
    }

    private async Task EndAsync(CancellationToken stop)
    {
        for (var i = 0; i < _claims.Count; i++)
        {
            if (await ClaimOfAsync(_nodes[i].Server, stop) != _claims[i])
            {
                throw Moved;
            }
        }
    }

    private ReadPipeline Add(NodeAddress node)
    {
        var server = new ReadPipeline(node.In(settings.Server), settings.Clock);
        _nodes.Add((server, open(server)));
        return server;
    }

    private static async Task<NodeClaim> ClaimOfAsync(ReadPipeline server, CancellationToken stop) =>
        NodeClaim.Parse(await server.CallAsync(NodeClaim.Question, stop))
            ?? throw new ProtocolException($"redis {server.Server.Endpoint}: the reply to CLUSTER NODES does not tell of the node itself; is Redis there, and no proxy between?");
}
