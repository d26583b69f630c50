using System.Collections.Concurrent;
using System.Text;
using Sluice.Connectors.Redis.Delivery;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Units;

namespace Sluice.Connectors.Redis;

/// <summary>The ways of a sink's tasks to its server, or to the nodes of its cluster.</summary>
internal sealed class RedisPipelines(RedisOptions server, TimeSpan timeout, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<Guard> _done = [];
    private RedisConnection? _first;
    private ClusterTopology? _cluster;

    /// <summary>Connects once, so that whatever the server refuses is known before the first row.</summary>
    public async Task PrepareAsync(CancellationToken stop)
    {
        if (server.Cluster is { } seeds)
        {
            _cluster = await FirstConnection.DiscoverAsync(new ClusterTopology(server, seeds, clock), timeout, clock, stop);
        }
        else
        {
            _first = await FirstConnection.OpenAsync(server, timeout, clock, stop);
        }
    }

    /// <summary>The connection that is there until the first writer is opened; null where there is none.</summary>
    public RedisConnection? Idle => _first;

    /// <summary>The nodes, once prepared; null for a single server.</summary>
    public ClusterTopology? Cluster => _cluster;

    /// <summary>A connection of its own to whoever serves a key.</summary>
    public Task<RedisConnection> ConnectAsync(byte[] key, CancellationToken stop) =>
        _cluster is { } cluster ? cluster.ConnectAsync(key, stop) : RedisConnection.ConnectAsync(server, clock, stop);

    /// <summary>The first task takes the connection over that is there already. Tasks share what they know of a cluster, and
    /// each has its own connections to the nodes.</summary>
    public ICommandPipeline Open(bool isRepeatable, ICommandOwner owner, Action<string> warn)
    {
        var options = Options(isRepeatable, warn);
        if (_cluster is not null)
        {
            return new ClusterPipeline(_cluster, options, owner, clock);
        }

        var pipeline = new CommandPipeline(server, options, owner, clock);
        if (TakeFirst() is { } first)
        {
            pipeline.Adopt(first);
        }

        return pipeline;
    }

    /// <summary>Likewise for blocks that go with their positions (S-27).</summary>
    public ICommandPipeline OpenGuarded(bool isRepeatable, IUnitOwner owner, Action<string> warn)
    {
        if (_cluster is not null)
        {
            return new SlotPipeline(_cluster, Options(isRepeatable, warn), owner, _done, clock);
        }

        var pipeline = new GuardedPipeline(server, Options(isRepeatable: false, warn), owner, clock);
        if (TakeFirst() is { } first)
        {
            pipeline.Adopt(first);
        }

        return pipeline;
    }

    /// <summary>The way to the positions of an instance, all of which are where one key is.</summary>
    public StoreConnection OpenStore(string name, string key) =>
        new(name, stop => ConnectAsync(Encoding.UTF8.GetBytes(key), stop), () => _first, _cluster is not null, timeout, clock);

    /// <summary>The way to the positions of slots; null for a single server, which has none.</summary>
    /// <param name="hasPositions">Whether there are any.</param>
    public SlotStore? OpenSlots(JobInstance instance, bool hasPositions) =>
        _cluster is { } cluster ? new SlotStore(cluster, instance.Id, hasPositions, timeout, clock) : null;

    private RedisConnection? TakeFirst()
    {
        lock (_gate)
        {
            var first = _first;
            _first = null;
            return first;
        }
    }

    /// <summary>After the last writer has ended: whether a master that was switched has what the one before it acknowledged.</summary>
    /// <param name="guards">Exactly-once: the positions that went with the rows; else null, and nobody can tell.</param>
    /// <exception cref="EndpointException">It has not, or may not.</exception>
    public async Task ConfirmAsync(RedisGuardStore? guards, CancellationToken stop)
    {
        if (server.Sentinel is not { } sentinel || await sentinel.LookBackAsync(clock, stop) is not { } moved)
        {
            return;
        }

        if (guards is null && moved.IsUnsettled)
        {
            throw new EndpointException($"redis {moved.To}", PipelineAccount.SwitchedAtEnd(moved.From, moved.To));
        }

        try
        {
            await (guards?.VerifyAsync(moved.To, stop) ?? Task.CompletedTask);
        }
        catch (OperationCanceledException e)
        {
            throw new EndpointException($"redis {moved.To}", $"the master was switched from {moved.From}, and could not be asked in time whether it has all rows; start the job again, which continues exactly", e);
        }
    }

    private PipelineOptions Options(bool isRepeatable, Action<string> warn)
    {
        if (server.Sentinel is { } sentinel)
        {
            sentinel.Switched ??= (before, now) => warn(PipelineAccount.Switched(before, now));
        }

        return new()
        {
            Timeout = timeout,
            Repeatable = isRepeatable,
            Waiting = (waited, why) => warn(PipelineAccount.Waiting(server.Name, waited, timeout, why)),
        };
    }
}
