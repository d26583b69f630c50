using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups.Clusters;

/// <summary>Finds the rows of keys in a cluster: each node is asked for those that it serves, side by side, over one connection to each.
/// Keys that a node redirects are asked for again at once, elsewhere; whatever else passes fails the read, after the map was asked for.</summary>
internal sealed class ClusterLookupReader : ILookupReader
{
    /// <summary>A slot on the move may send a key to and fro. Beyond that it gets the time that passes until the read is repeated.</summary>
    private const int MostRedirections = 5;

    private readonly RedisLookupSettings _settings;
    private readonly ClusterTopology _topology;
    private readonly IInvalidations? _invalidations;
    private readonly LookupRounds _rounds;
    private readonly NodeReads _nodes;
    private readonly ReconnectAccount _account;
    private readonly ConcurrentBag<NodePart> _idle = [];
    private readonly Lock _gate = new();
    private readonly KeySlots _slots;

    public ClusterLookupReader(RedisLookupSettings settings, ClusterTopology topology, TaskContext task, IInvalidations? invalidations)
    {
        (_settings, _topology, _rounds, _slots) = (settings, topology, new LookupRounds(settings), new KeySlots(settings));
        _invalidations = settings.Lookup.Tracks ? invalidations : null;
        _nodes = new NodeReads(topology, settings.Clock, _invalidations is { } told ? () => new TrackedKeys(settings, told) : null);
        _account = new ReconnectAccount(task.Books, () => _nodes.Reconnects);
    }

    public async Task ReadAsync(KeyBatch keys, FoundRows found, CancellationToken stop)
    {
        found.Reset(keys.Count);
        try
        {
            var parts = await PartAsync(keys, Enumerable.Range(0, keys.Count), [], stop);
            for (var redirections = 0; parts.Count > 0; redirections++)
            {
                await AskAsync(parts, stop);
                var redirected = parts.Where(p => p.Read.Redirected.Count > 0).ToList();
                if (redirected.Count > 0 && redirections == MostRedirections)
                {
                    throw Redirecting(redirected[0], redirected[0].Read.Redirected[0].Error);
                }

                foreach (var part in parts)
                {
                    part.MergeInto(found);
                }

                var again = redirected.Count > 0 ? await FollowAsync(keys, redirected, stop) : [];
                Release(parts);
                parts = again;
            }
        }
        finally
        {
            _account.Count();
        }
    }

    /// <summary>Nothing of what was watched is known any more.</summary>
    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    /// <summary>Sorts some of the keys by who is to be asked for them.</summary>
    /// <param name="asks">Keys of which a node that does not serve them yet is to be asked.</param>
    /// <exception cref="EndpointException">Nobody serves a key's slot.</exception>
    private async Task<List<NodePart>> PartAsync(KeyBatch keys, IEnumerable<int> indexes, Dictionary<int, NodeAddress> asks, CancellationToken stop)
    {
        if (TryPart(keys, indexes, asks, out var unserved) is { } parts)
        {
            return parts;
        }

        await _topology.RefreshAsync(null, stop);
        return TryPart(keys, indexes, asks, out unserved)
            ?? throw new EndpointException($"redis {_settings.Server.Name}", $"no node of the cluster serves slot {unserved}");
    }

    private List<NodePart>? TryPart(KeyBatch keys, IEnumerable<int> indexes, Dictionary<int, NodeAddress> asks, out int unserved)
    {
        var map = _topology.Map;
        var parts = new List<NodePart>();
        var byOwner = new NodePart?[map.Primaries.Count];
        lock (_gate)
        {
            foreach (var index in indexes)
            {
                NodePart? part;
                if (asks.Count > 0 && asks.TryGetValue(index, out var target))
                {
                    part = parts.Find(p => p.Asks && p.Node == target) ?? NewPart(parts, target, asks: true);
                }
                else
                {
                    unserved = _slots.Of(keys[index]);
                    var owner = map.OwnerOf(unserved);
                    if (owner < 0)
                    {
                        return null;
                    }

                    part = byOwner[owner] ??= NewPart(parts, map.Primaries[owner], asks: false);
                }

                part.Add(index, keys[index]);
            }
        }

        unserved = -1;
        return parts;
    }

    private NodePart NewPart(List<NodePart> parts, NodeAddress node, bool asks)
    {
        if (!_idle.TryTake(out var part))
        {
            part = new NodePart(_settings.Mode.NewRead(_settings));
        }

        part.Clear(node, asks);
        parts.Add(part);
        return part;
    }

    private void Release(List<NodePart> parts)
    {
        foreach (var part in parts)
        {
            part.Read.End();
            _idle.Add(part);
        }
    }

    /// <summary>Asks all nodes, and throws the worst that came of it. Parts whose replies may still come are not used again.</summary>
    private async Task AskAsync(List<NodePart> parts, CancellationToken stop)
    {
        await Task.WhenAll(parts.Select(part => AskAsync(part, stop)));
        Exception? passing = null;
        foreach (var part in parts)
        {
            switch (part.Failure)
            {
                case null:
                    break;
                case DataException { Key: { } key } e:
                    throw new DataException(e.Message, e) { Key = part.IndexOf(key) };
                case RedisConnectionException e:
                    passing = PipelineAccount.Explain(e);
                    break;
                case RedisServerException { Error.Class: ErrorClass.Redirect } e:
                    passing = Redirecting(part, e.Error);
                    break;
                case RedisServerException { Error.Class: ErrorClass.Retry } e:
                    passing = LookupRounds.Explain(e);
                    break;
                case RedisServerException e:
                    throw LookupRounds.Explain(e);
                case var e:
                    ExceptionDispatchInfo.Throw(e);
                    break;
            }
        }

        if (passing is not null)
        {
            // Another node may serve the slots by now. What asks again finds that out here.
            await _topology.RefreshAsync(null, stop);
            throw passing;
        }
    }

    private async Task AskAsync(NodePart part, CancellationToken stop)
    {
        part.Start();
        try
        {
            await _nodes.AskAsync(part.Node, server => _rounds.RunAsync(part.Read, server, stop));
        }
        catch (Exception e)
        {
            part.Failure = e;
        }
    }

    /// <summary>Parts the keys that were redirected anew. The map is corrected by what the nodes have said, as who answers when it is asked
    /// for may not have heard of the move yet.</summary>
    private async Task<List<NodePart>> FollowAsync(KeyBatch keys, List<NodePart> redirected, CancellationToken stop)
    {
        var (indexes, asks, moves) = (new SortedSet<int>(), new Dictionary<int, NodeAddress>(), new Dictionary<int, NodeAddress>());
        foreach (var part in redirected)
        {
            foreach (var (key, error) in part.Read.Redirected)
            {
                var to = Redirection.Parse(error.Text, part.Node) ?? throw Redirecting(part, error);
                if (!to.IsAsk)
                {
                    moves[to.Slot] = to.Target;
                }

                foreach (var index in key is { } one ? [part.IndexOf(one)] : Enumerable.Range(0, part.Count).Select(part.IndexOf))
                {
                    indexes.Add(index);
                    if (to.IsAsk)
                    {
                        asks[index] = to.Target;
                    }
                }
            }
        }

        if (moves.Count > 0)
        {
            // Of what was not there nobody would tell us at its new place.
            _invalidations?.DropAll();
            await _topology.RefreshAsync(moves.Values.First(), stop);
            foreach (var (slot, target) in moves)
            {
                _topology.Moved(slot, target);
            }
        }

        return await PartAsync(keys, indexes, asks, stop);
    }

    private static EndpointException Redirecting(NodePart part, ServerError error) =>
        new($"redis {part.Node}", $"the slot is on the move: {error.Text}");
}
