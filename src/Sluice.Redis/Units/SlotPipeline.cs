using System.Collections.Concurrent;
using System.Text;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>Sends blocks and the positions behind them to a cluster, where no transaction can hold both (S-27c). Before a unit leaves, the
/// split's record says how far everything is that left before it, and up to where this one goes: a stale writer gets no further than the
/// units that its record tells of. What must not be written twice goes in one script for each slot, which compares and moves the slot's own
/// position. One unit is on its way at a time. One caller at a time.</summary>
public sealed class SlotPipeline : ICommandPipeline, ICommandOwner
{
    private readonly ClusterTopology _topology;
    private readonly PipelineOptions _options;
    private readonly IUnitOwner _owner;
    private readonly TimeProvider _clock;
    private readonly ClusterPipeline _nodes;
    private readonly Unit _unit = new();
    private readonly SplitRecords _records = new();
    private readonly SlotUnit _calls = new();
    private readonly HashSet<Guard> _lagging = [];
    private readonly ConcurrentQueue<Guard> _done;
    private readonly List<Guard> _written = [];
    private readonly List<Guard> _ended = [];
    private readonly Queue<CommandBlock> _unsent = [];
    private int _underWay;
    private bool _isKnown;
    private bool _isUnverified;
    private Stage _stage;
    private long _sentAt;

    /// <param name="options">Repeatable: commands go as they are, and are sent again after a kill. Else by slot.</param>
    /// <param name="done">Splits that are done, of all pipelines of a run: what a node has lost of them is found by those that still write.</param>
    public SlotPipeline(ClusterTopology topology, PipelineOptions options, IUnitOwner owner, ConcurrentQueue<Guard> done, TimeProvider clock)
    {
        (_topology, _options, _owner, _done, _clock) = (topology, options, owner, done, clock);
        _nodes = new ClusterPipeline(topology, options, this, clock);
    }

    private enum Stage : byte
    {
        /// <summary>Nothing is under way; blocks may be gathered.</summary>
        Idle,
        /// <summary>The records are to be moved on.</summary>
        Due,
        /// <summary>The records are on their way.</summary>
        Recording,
        /// <summary>The rows are to be sent.</summary>
        Recorded,
        Sent,
    }

    public long BytesSent => _nodes.BytesSent;

    public long Resent => _nodes.Resent;

    public long Reconnects => _nodes.Reconnects;

    public TimeSpan LastBlockTime { get; private set; }

    public ValueTask MakeRoomAsync(CommandBlock block, CancellationToken stop) => SeeThroughAsync(stop);

    /// <summary>A block without commands may go too, for its position. One that <see cref="CommandBlock.IsOpen"/> goes with the next.
    /// All rows of a unit are of the split whose guard was moved first.</summary>
    /// <exception cref="GuardException">Another owner is at work, or a node has lost what it had acknowledged.</exception>
    public async ValueTask SendAsync(CommandBlock block, CancellationToken stop)
    {
        _unit.Add(block);
        if (!block.IsOpen)
        {
            _sentAt = _clock.GetTimestamp();
            _stage = Stage.Due;
            while (_stage is Stage.Due or Stage.Recording or Stage.Recorded)
            {
                await StepAsync(stop);
            }
        }
    }

    public async ValueTask SettleAnsweredAsync(CancellationToken stop)
    {
        await _nodes.SettleAnsweredAsync(stop);
        if (_stage != Stage.Sent || _underWay == 0 || _unsent.Count > 0)
        {
            await SeeThroughAsync(stop);
        }
    }

    /// <summary>Returns when every block is settled that does not wait for the rest of its unit, and the records say so. No node has lost
    /// anything by then: the next run would not know.</summary>
    public async ValueTask FlushAsync(CancellationToken stop)
    {
        await SeeThroughAsync(stop);
        if (_isUnverified)
        {
            await VerifyAsync([.. _written, .. _done], stop);
            _isUnverified = false;
        }

        if (_lagging.Count > 0)
        {
            await CatchUpAsync(stop);
        }
    }

    public IReadOnlyCollection<CommandBlock> Abandon()
    {
        _nodes.Abandon();
        for (var command = 0; command < _calls.Count; command++)
        {
            if (_calls[command] == CommandState.Acknowledged && _calls.CallOf(command) is { Outcome: SlotOutcome.Unknown } call)
            {
                call.Outcome = SlotOutcome.Applied;
            }
        }

        _calls.Tell(_owner);
        return _unit.Blocks;
    }

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    void ICommandOwner.Refused(CommandBlock block, int command, ServerError error)
    {
        if (ReferenceEquals(block, _records))
        {
            _records.Refused(command, error);
        }
        else if (ReferenceEquals(block, _calls))
        {
            _calls.Refused(command, error);
        }
        else
        {
            _owner.Refused(block, command, error);
        }
    }

    void ICommandOwner.Repeating(CommandBlock block, int command)
    {
        if (ReferenceEquals(block, _calls))
        {
            _calls.CallOf(command).MayBeOurs = true;
        }
    }

    void ICommandOwner.Settled(CommandBlock block) => _underWay--;

    private async ValueTask SeeThroughAsync(CancellationToken stop)
    {
        while (_stage != Stage.Idle)
        {
            await StepAsync(stop);
        }
    }

    /// <summary>Where a step is interrupted, the stage says where to go on.</summary>
    private async ValueTask StepAsync(CancellationToken stop)
    {
        // What was on its way, and what was to follow it, when somebody was interrupted.
        await SendRestAsync(stop);
        await _nodes.FlushAsync(stop);
        switch (_stage)
        {
            case Stage.Due:
                _records.Clear();
                foreach (var move in _unit.Moves)
                {
                    Writes(move.Guard);
                    _records.Add(move.Guard, move.Guard.Position, _options.Repeatable ? null : move.Position);
                }

                _stage = Stage.Recording;
                await SendAsync([_records], stop);
                break;
            case Stage.Recording:
                _records.ThrowIfRefused(_topology.Options.Name);
                _stage = Stage.Recorded;
                break;
            case Stage.Recorded:
                _stage = Stage.Sent;
                await SendAsync(Encode(), stop);
                break;
            case Stage.Sent:
                await SettleAsync(stop);
                break;
            default:
                break;
        }
    }

    private ValueTask SendAsync(IReadOnlyList<CommandBlock> blocks, CancellationToken stop)
    {
        foreach (var block in blocks)
        {
            _unsent.Enqueue(block);
        }

        return SendRestAsync(stop);
    }

    private async ValueTask SendRestAsync(CancellationToken stop)
    {
        while (_unsent.TryPeek(out var block))
        {
            await _nodes.MakeRoomAsync(block, stop);
            _underWay++;
            await _nodes.SendAsync(_unsent.Dequeue(), stop);
        }
    }

    private IReadOnlyList<CommandBlock> Encode()
    {
        if (_options.Repeatable)
        {
            return [.. _unit.Blocks.Where(block => block.Count > 0)];
        }

        _calls.Clear();
        if (_unit.Commands > 0)
        {
            _calls.Fill(_unit, _unit.TypeOf(_owner), isWhole: !_isKnown);
        }

        foreach (var block in _unit.Blocks)
        {
            block.Carrier = _calls;
        }

        return _calls.Count > 0 ? [_calls] : [];
    }

    private async ValueTask SettleAsync(CancellationToken stop)
    {
        await CheckSlotsAsync(stop);
        _isKnown |= _calls.Count > 0;
        foreach (var call in _calls.Calls)
        {
            call.Outcome = call.Outcome == SlotOutcome.Unknown ? SlotOutcome.Applied : call.Outcome;
            if (call.Outcome != SlotOutcome.Refused)
            {
                _calls.Slots.Know(call.Slot, _unit.Moves[0].Position);
            }
        }

        _calls.Tell(_owner);
        foreach (var move in _unit.Moves)
        {
            move.Guard.Position = move.Position;
            _lagging.Add(move.Guard);
            if (move.IsLast)
            {
                _ended.Add(move.Guard);
            }
        }

        CommandBlock[] settled = [.. _unit.Blocks];
        _unit.Clear();
        _calls.Clear();
        _stage = Stage.Idle;
        LastBlockTime = _clock.GetElapsedTime(_sentAt);
        foreach (var block in settled)
        {
            block.Carrier = null;
            _owner.Settled(block);
        }

        if (_ended.Count > 0)
        {
            await VerifyAsync([.. _ended], stop);
        }
    }

    private void Writes(Guard guard)
    {
        _isUnverified = true;
        if (!_written.Contains(guard))
        {
            // One that was taken away and given back has another guard by now.
            _written.RemoveAll(other => other.Key == guard.Key);
            _written.Add(guard);
        }
    }

    /// <summary>Makes the records say how far everything is.</summary>
    private async ValueTask CatchUpAsync(CancellationToken stop)
    {
        await _nodes.FlushAsync(stop);
        _records.Clear();
        foreach (var guard in _lagging)
        {
            _records.Add(guard, guard.Position, null);
        }

        await RecordAsync(stop);
        _lagging.Clear();
    }

    private async ValueTask RecordAsync(CancellationToken stop)
    {
        await SendAsync([_records], stop);
        await _nodes.FlushAsync(stop);
        _records.ThrowIfRefused(_topology.Options.Name);
    }

    private async ValueTask CheckSlotsAsync(CancellationToken stop)
    {
        if (_calls.Foreign is { } foreign)
        {
            throw new GuardException(_topology.Options.Name, foreign, null, null, null) { IsForeign = true };
        }

        if (_calls.Conflict is var (call, found))
        {
            var guard = _unit.Moves[0].Guard;
            if (SlotPositions.OrdinalOf(found) < _calls.Slots.OrdinalOf(call.Slot))
            {
                var lost = await RewindAsync(guard, call.Slot, found, stop);
                await VerifyAsync([.. _written.Where(other => other != guard), .. _done], stop);
                throw lost;
            }

            throw new GuardException(_topology.Options.Name, _calls.Slots.KeyOf(call.Slot), guard.Position, found, null);
        }
    }

    /// <summary>A slot that has lost what it had acknowledged might not have been touched since. Before that is known no record says that its
    /// split is done.</summary>
    /// <param name="guards">Those of all ended splits are among them.</param>
    private async ValueTask VerifyAsync(Guard[] guards, CancellationToken stop)
    {
        GuardException? lost = null;
        foreach (var guard in guards)
        {
            if (guard.Slots is { Known.Count: > 0 } slots)
            {
                var found = await slots.ReadAsync(Sweep(), slots.Known.Keys, stop);
                foreach (var slot in slots.Behind(found).Take(1))
                {
                    lost = await RewindAsync(guard, slot, found.GetValueOrDefault(slot), stop);
                }
            }
        }

        if (lost is not null)
        {
            throw lost;
        }

        if (_ended.Count > 0)
        {
            _written.RemoveAll(_ended.Contains);
            _ended.ForEach(_done.Enqueue);
            _ended.Clear();
            await CatchUpAsync(stop);
        }
    }

    /// <summary>A node has lost acknowledged writes. The split goes on from before them; what other slots have beyond that is known by their positions.</summary>
    private async ValueTask<GuardException> RewindAsync(Guard guard, int slot, string? position, CancellationToken stop)
    {
        var slots = guard.Slots!;
        var found = await slots.ReadAsync(Sweep(), Enumerable.Range(0, KeySlot.Count), stop);
        var least = slots.Behind(found).Select(s => found.GetValueOrDefault(s)).Append(position).MinBy(SlotPositions.OrdinalOf);
        // From now on its record is not to say where we had got to.
        _lagging.Remove(guard);
        await _nodes.FlushAsync(stop);
        guard.Ahead = SlotPositions.Beyond(least, [.. found.Values, .. guard.Ahead]);
        _records.Clear();
        _records.Add(guard, least, null);
        await RecordAsync(stop);
        return new GuardException(_topology.Options.Name, slots.KeyOf(slot), slots.Known[slot], position, null);
    }

    private SlotSweep Sweep() => new(_topology, _options.Timeout, _clock);
}
