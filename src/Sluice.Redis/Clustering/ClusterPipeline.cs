using System.Runtime.ExceptionServices;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Clustering;

/// <summary>Sends the commands of each block to the nodes that serve their slots, over one connection to each. What must be sent again
/// goes to whoever serves the slot by then, and so does everything later of the same slot, in the order of the source. A new slot map
/// is used when nothing is in flight by the old one, so that commands of one key are never under way by two ways.</summary>
public sealed class ClusterPipeline(ClusterTopology topology, PipelineOptions options, ICommandOwner owner, TimeProvider clock) : ICommandPipeline
{
    /// <summary>A slot on the move may send a command to and fro; from this round on somebody has to settle it first.</summary>
    private const int PromptRounds = 3;

    private readonly Queue<CommandBlock> _inFlight = [];
    private readonly Dictionary<NodeAddress, NodeLane> _lanes = [];
    private readonly ReplyJudge _judge = new(topology, options, owner, clock);
    private SlotMap? _map;
    private NodeLane[] _mapLanes = [];
    private long _bytesInFlight;
    private long _handedOver;

    public long BytesSent { get; private set; }

    public long Resent { get; private set; }

    /// <summary>A connection to the node that takes the place of another one counts as well.</summary>
    public long Reconnects => _handedOver + _lanes.Values.Sum(lane => lane.Reconnects);

    public TimeSpan LastBlockTime { get; private set; }

    private int MaxBlocks => options.Repeatable ? options.MaxBlocks : 1;

    public async ValueTask MakeRoomAsync(CommandBlock block, CancellationToken stop)
    {
        while (_inFlight.TryPeek(out var head))
        {
            if (IsUnderWay(head) && !_judge.IsDisturbed && ReferenceEquals(_map, topology.Map))
            {
                if (_inFlight.Count < MaxBlocks && _bytesInFlight + block.Writer.Length <= options.MaxBytes)
                {
                    return;
                }

                await AwaitHalfAsync(head, stop);
            }

            await SettleHeadAsync(stop);
        }

        UseNewestMap();
    }

    public async ValueTask SendAsync(CommandBlock block, CancellationToken stop)
    {
        var route = block.Route ??= new Route();
        block.Since = block.SentAt = clock.GetTimestamp();
        _inFlight.Enqueue(block);
        block.Size = block.Writer.Length;
        _bytesInFlight += block.Size;
        route.Fill(block, _map ?? throw new InvalidOperationException($"{nameof(SendAsync)} without {nameof(MakeRoomAsync)}"), _mapLanes);
        await SendPartsAsync(route, lane => lane.Connection is null && !lane.IsDown, stop);
    }

    public async ValueTask SettleAnsweredAsync(CancellationToken stop)
    {
        while (_inFlight.TryPeek(out var head) && (!IsUnderWay(head) || clock.GetElapsedTime(head.Since) >= options.Timeout))
        {
            await SettleHeadAsync(stop);
        }
    }

    public async ValueTask FlushAsync(CancellationToken stop)
    {
        while (_inFlight.Count > 0)
        {
            await SettleHeadAsync(stop);
        }
    }

    public IReadOnlyCollection<CommandBlock> Abandon()
    {
        foreach (var block in _inFlight)
        {
            block.Route?.Read(block);
        }

        return _inFlight;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes.Values)
        {
            await lane.DisposeAsync();
        }
    }

    private static bool IsUnderWay(CommandBlock block) => block.Again is null && !block.Route!.IsAnswered && !block.Route.HasFailed;

    private void UseNewestMap()
    {
        if (topology.Map is var map && !ReferenceEquals(map, _map))
        {
            (_map, _mapLanes) = (map, [.. map.Primaries.Select(LaneOf)]);
        }
    }

    private NodeLane LaneOf(NodeAddress node)
    {
        if (!_lanes.TryGetValue(node, out var lane))
        {
            _lanes[node] = lane = new NodeLane(node, topology.Options, clock);
        }

        return lane;
    }

    /// <summary>Waits until half of the window is answered: woken for each block, we would mostly wake up.</summary>
    private async ValueTask AwaitHalfAsync(CommandBlock head, CancellationToken stop)
    {
        var half = _inFlight.ElementAt(_inFlight.Count / 2);
        try
        {
            await AwaitAsync(half, stop);
        }
        catch (RedisConnectionException) when (!IsUnderWay(head))
        {
            // The head itself was answered in time.
        }
    }

    private async ValueTask SettleHeadAsync(CancellationToken stop)
    {
        var head = _inFlight.Peek();
        if (head.Again is null)
        {
            await AwaitAsync(head, stop);
            Collect(head);
        }

        if (head.Again is not null)
        {
            await ResendAsync(head, stop);
        }

        Settle(head);
    }

    private void Settle(CommandBlock head)
    {
        _inFlight.Dequeue();
        _bytesInFlight -= head.Size;
        LastBlockTime = clock.GetElapsedTime(head.SentAt);
        if (_inFlight.TryPeek(out var next))
        {
            next.Since = clock.GetTimestamp();
        }

        _judge.Settled(isLast: next is null);
        owner.Settled(head);
    }

    /// <summary>Sees the oldest block through. Where that is interrupted, its state says where to go on.</summary>
    private async Task ResendAsync(CommandBlock head, CancellationToken stop)
    {
        var backoff = new Backoff(clock);
        for (var round = 0; head.Again is { } commands; round++)
        {
            if (head.WaitFirst || round >= PromptRounds)
            {
                await WithinAsync(head.Since, backoff.WaitAsync, "the cluster kept refusing", stop);
            }

            if (_judge.MapIsStale)
            {
                await WithinAsync(head.Since, within => topology.RefreshAsync(_judge.LikelyToKnow, within), "no slot map", stop);
                _judge.Refreshed();
            }

            Resent += commands.Count;
            head.Route!.Fill(head, commands, topology.Map, LaneOf);
            head.Again = null;
            await SendPartsAsync(head.Route, lane => lane.Connection is null, stop);
            await AwaitAsync(head, stop);
            Collect(head);
        }
    }

    private void Collect(CommandBlock head)
    {
        Exception? broken = null;
        if (head.Route!.IsClean(head) && !_judge.IsDisturbed)
        {
            head.AcknowledgeAll();
        }
        else
        {
            broken = _judge.Collect(head, laterInFlight: _inFlight.Count > 1);
        }

        head.Route.EndParts();
        if (broken is not null)
        {
            ExceptionDispatchInfo.Throw(broken);
        }
    }

    /// <summary>Sends the parts of a block side by side. A part whose node cannot be reached stays, and is found when it is collected.</summary>
    private async ValueTask SendPartsAsync(Route route, Func<NodeLane, bool> connects, CancellationToken stop)
    {
        await FinishSendingAsync(route, stop);
        if (route.Parts.Exists(part => connects(part.Lane)))
        {
            await WithinAsync(_inFlight.Peek().Since, within => ConnectAsync(route, connects, within), "no connection", stop);
        }

        foreach (var part in route.Parts)
        {
            if (part.Lane.Connection is { } connection)
            {
                BytesSent += part.Writer.Length;
                route.Sent(part, part.Lane.Send(part, connection), connection);
            }
        }

        await FinishSendingAsync(route, stop);
    }

    private async Task ConnectAsync(Route route, Func<NodeLane, bool> connects, CancellationToken stop)
    {
        var lanes = route.Parts.Select(part => part.Lane).Where(connects).ToList();
        var fresh = lanes.Where(lane => !lane.WasConnected).ToList();
        foreach (var failure in await Task.WhenAll(lanes.Select(lane => lane.TryConnectAsync(stop))))
        {
            _judge.ConnectionFailed(failure);
        }

        foreach (var _ in fresh.Where(lane => lane.Connection is not null))
        {
            if (_lanes.Values.FirstOrDefault(lane => lane.IsLost) is { } lost)
            {
                lost.HandOver();
                _handedOver++;
            }
        }
    }

    /// <summary>A node that reads nothing holds up the sender. One that is given up goes on in the background until its connection ends.</summary>
    private async ValueTask FinishSendingAsync(Route route, CancellationToken stop)
    {
        foreach (var part in route.Parts)
        {
            if (!part.Lane.Sending.IsCompleted)
            {
                await WithinAsync(_inFlight.Peek().Since, part.Lane.Sending.WaitAsync, "could not be sent", stop, part.Lane);
            }
        }
    }

    /// <summary>Waits for the replies of all nodes, within the time of the oldest block.</summary>
    private async ValueTask AwaitAsync(CommandBlock block, CancellationToken stop)
    {
        foreach (var part in block.Route!.Parts)
        {
            if (part.Exchange is { Completion.IsCompleted: false } exchange)
            {
                await WithinAsync(_inFlight.Peek().Since, exchange.Completion.WaitAsync, "no acknowledgement", stop, part.Lane);
            }
        }
    }

    private async Task WithinAsync(long since, Func<CancellationToken, Task> run, string what, CancellationToken stop, NodeLane? lane = null)
    {
        if (!await TimeLimit.RunAsync(options.Timeout - clock.GetElapsedTime(since), run, clock, stop))
        {
            throw new RedisConnectionException(lane?.Address.ToString() ?? _judge.LastNode ?? topology.Options.Endpoint,
                $"{what} within {options.Timeout.TotalMilliseconds} ms (timeout)" + (_judge.LastFailure is { } last ? $"; the last answer: {last}" : ""));
        }
    }
}
