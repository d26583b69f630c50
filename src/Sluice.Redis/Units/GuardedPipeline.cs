using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>Sends blocks as units: a transaction of their commands and of the positions behind them, which is applied only where every
/// guard is still ours and where we left it. One unit is in flight at a time; the guards are watched and read again right behind its
/// EXEC, so that the next one need not wait for that. One caller at a time.</summary>
public sealed class GuardedPipeline(RedisOptions server, PipelineOptions options, IUnitOwner owner, TimeProvider clock) : ICommandPipeline
{
    /// <summary>Guards watched at most.</summary>
    private const int MostWatched = 64;

    private readonly GuardLine _line = new(server, clock);
    private readonly Unit _unit = new();
    private readonly RespWriter _probes = new(4 << 10);
    private readonly WaitNotice _notice = new(options.Waiting, clock);
    private Backoff _backoff = new(clock);
    private Stage _stage;
    private Exchange? _exchange;
    private UnitReplies? _replies;
    private string? _lastFailure;
    private long _since, _sentAt;
    private int _attempts;
    private bool _waitFirst;

    private enum Stage : byte
    {
        /// <summary>Nothing is under way; blocks may be gathered.</summary>
        Idle,
        /// <summary>The unit is to be sent. It may have been before, and nobody knows what became of it.</summary>
        Due,
        Sent,
        /// <summary>The unit was applied, and what became of its commands is known. It stays so where its position was refused.</summary>
        Acknowledged,
    }

    public long BytesSent => _line.BytesSent;

    public long Resent { get; private set; }

    public long Reconnects => _line.Reconnects;

    public TimeSpan LastBlockTime { get; private set; }

    /// <summary>Uses a connection that is there already.</summary>
    public void Adopt(RedisConnection connection) => _line.Adopt(connection);

    public ValueTask MakeRoomAsync(CommandBlock block, CancellationToken stop) => FlushAsync(stop);

    /// <summary>A block without commands may go too, for its position. One that <see cref="CommandBlock.IsOpen"/> goes with the next.</summary>
    /// <exception cref="GuardException">Another owner is at work, or the server has lost what it had acknowledged.</exception>
    public async ValueTask SendAsync(CommandBlock block, CancellationToken stop)
    {
        _unit.Add(block);
        if (!block.IsOpen)
        {
            _since = _sentAt = clock.GetTimestamp();
            (_stage, _attempts, _waitFirst) = (Stage.Due, 0, false);
            _backoff = new Backoff(clock);
            await TransmitAsync(stop);
        }
    }

    public async ValueTask SettleAnsweredAsync(CancellationToken stop)
    {
        if (_stage == Stage.Due || (_stage == Stage.Sent && (_exchange!.Completion.IsCompleted || clock.GetElapsedTime(_since) >= options.Timeout)))
        {
            await FlushAsync(stop);
        }
    }

    /// <summary>Returns when every block is settled that does not wait for the rest of its unit.</summary>
    public async ValueTask FlushAsync(CancellationToken stop)
    {
        while (_stage != Stage.Idle)
        {
            if (_stage == Stage.Due)
            {
                await TransmitAsync(stop);
            }
            else
            {
                await WithinAsync(_exchange!.Completion.WaitAsync, "no acknowledgement", stop);
                await JudgeAsync();
            }
        }
    }

    public IReadOnlyCollection<CommandBlock> Abandon()
    {
        if (_stage == Stage.Sent && _replies!.Outcome == UnitOutcome.Applied && _exchange!.Received > _replies.Exec)
        {
            Acknowledge();
        }

        return _unit.Blocks;
    }

    public ValueTask DisposeAsync() => _line.DisposeAsync();

    /// <summary>Sends the unit, unless it turns out to have been applied. Where that is interrupted, the stage says where to go on.</summary>
    private async Task TransmitAsync(CancellationToken stop)
    {
        while (_stage == Stage.Due)
        {
            await WithinAsync(AttemptAsync, "not applied", stop);
        }
    }

    private async Task AttemptAsync(CancellationToken stop)
    {
        try
        {
            await AttemptOnceAsync(stop);
        }
        catch (RedisConnectionException e)
        {
            await _line.ForgetAsync();
            Failed(e.Message);
        }
        catch (RedisServerException e) when (e.Error.Class == ErrorClass.Retry)
        {
            Failed(e.Error.Text);
        }
    }

    private async Task AttemptOnceAsync(CancellationToken stop)
    {
        if (_waitFirst)
        {
            await _backoff.WaitAsync(stop);
        }

        if (!_line.IsConnected)
        {
            await _line.ConnectAsync(stop);
        }

        if (!_line.Watches(_unit.Moves) && IsApplied(await _line.WatchAsync(_unit.Moves, stop)))
        {
            await ProbeAsync(stop);
            Advance();
            Settle();
            return;
        }

        var (bytes, replies) = _unit.Encode(_line.Next(_unit.Moves, MostWatched));
        (_exchange, _replies) = (new Exchange(bytes, replies.Count, replies), replies);
        Resent += _attempts++ > 0 ? _unit.Commands : 0;
        _unit.SetExchange(_exchange);
        _stage = Stage.Sent;
        await _line.SendAsync(_exchange, stop);
    }

    /// <summary>Whether an earlier attempt of this unit was applied after all.</summary>
    /// <exception cref="GuardException">Neither was it, nor can it be.</exception>
    private bool IsApplied(GuardStates found)
    {
        var (after, other) = (0, -1);
        for (var i = 0; i < _unit.Moves.Count; i++)
        {
            var move = _unit.Moves[i];
            after += move.Guard.IsAt(move.Position, found[i]) ? 1 : 0;
            other = other < 0 && !move.Guard.IsAt(move.Guard.Position, found[i]) ? i : other;
        }

        if (other < 0 || (_attempts > 0 && after == _unit.Moves.Count))
        {
            return other >= 0;
        }

        // Nothing of it was applied, and nothing will be.
        _unit.SetExchange(null);
        var guard = _unit.Moves[other].Guard;
        throw new GuardException(_line.Endpoint, guard.Key, guard.Position, found[other].Position, found[other].Owner);
    }

    private async Task JudgeAsync()
    {
        var (exchange, replies) = (_exchange!, _replies!);
        if (exchange.Lost is { } lost)
        {
            await _line.ForgetAsync();
            _lastFailure = lost.Message;
        }

        var isApplied = replies.Outcome == UnitOutcome.Applied && exchange.Received > replies.Exec;
        if (isApplied)
        {
            Acknowledge();
            ThrowIfMoveRefused(replies);
            Advance();
        }

        if (exchange.Lost is null && !_line.Watched(replies.Next))
        {
            // Such a server may still be in the transaction: that connection is of no use.
            await _line.ForgetAsync();
        }

        if (isApplied)
        {
            Settle();
            return;
        }

        if (replies.Outcome is UnitOutcome.Broken or UnitOutcome.Refused)
        {
            _unit.SetExchange(null);
        }

        if (_attempts == 1)
        {
            // Its time counts from when somebody could do something about it: while rows were waited for, nobody looked at replies.
            _since = clock.GetTimestamp();
        }

        _stage = Stage.Due;
        _waitFirst = _attempts > 1;
        if (replies.Refusal is { } refusal)
        {
            if (refusal.Class != ErrorClass.Retry)
            {
                throw new RedisServerException(_line.Endpoint, refusal, "the server refuses");
            }

            if (server.LeadsElsewhere(refusal))
            {
                await _line.ForgetAsync();
            }

            Failed(refusal.Text);
        }
    }

    private void Failed(string why)
    {
        _waitFirst = true;
        _lastFailure = why;
        _notice.Failed(why);
    }

    /// <summary>The unit was applied: what of it was refused stands in its replies.</summary>
    private void Acknowledge()
    {
        if (_stage == Stage.Acknowledged)
        {
            return;
        }

        _stage = Stage.Acknowledged;
        foreach (var block in _unit.Blocks)
        {
            block.AcknowledgeAll();
        }

        foreach (var (command, error) in _replies!.Errors)
        {
            if (_unit.Find(command) is var (block, own) && block[own] != CommandState.Refused)
            {
                block.Mark(own, CommandState.Refused);
                owner.Refused(block, own, error);
            }
        }
    }

    /// <summary>A transaction goes on behind a command that is refused in it, also where that is the one that stores the position.</summary>
    /// <exception cref="RedisServerException">It was.</exception>
    private void ThrowIfMoveRefused(UnitReplies replies)
    {
        if (_unit.RefusedMove(replies) is var (guard, error))
        {
            throw new RedisServerException(_line.Endpoint,
                error with { Text = $"{error.Text}; the rows are written, and the position behind them ('{guard.Key}') is not stored as it must be" }, "the server refuses");
        }
    }

    /// <summary>The unit was applied and its replies are lost: finds out what of it cannot have been.</summary>
    private async Task ProbeAsync(CancellationToken stop)
    {
        _probes.Clear();
        var probed = new List<(CommandBlock Block, int Command, string Type)>();
        foreach (var block in _unit.Blocks)
        {
            for (var command = 0; command < block.Count; command++)
            {
                if (owner.NeedsType(block, command, out var key, out var type))
                {
                    _probes.Begin(2);
                    _probes.Bulk("TYPE"u8);
                    _probes.Bulk(key);
                    probed.Add((block, command, type));
                }
            }
        }

        var found = new string[probed.Count];
        if (probed.Count > 0)
        {
            var exchange = await _line.AskAsync(_probes.Written, found.Length, (int i, in RespReply reply) => found[i] = reply.Text, stop);
            if (exchange.Errors is [var (_, error), ..])
            {
                throw new RedisServerException(_line.Endpoint, error, "the server refuses");
            }
        }

        foreach (var block in _unit.Blocks)
        {
            block.AcknowledgeAll();
        }

        for (var i = 0; i < found.Length; i++)
        {
            var (block, command, type) = probed[i];
            if (found[i] != type && found[i] != "none")
            {
                block.Mark(command, CommandState.Refused);
                owner.Refused(block, command, new ServerError($"WRONGTYPE the reply was lost; the key holds a {found[i]}", ErrorClass.WrongType));
            }
        }
    }

    private void Advance()
    {
        foreach (var move in _unit.Moves)
        {
            move.Guard.Position = move.Position;
        }
    }

    private void Settle()
    {
        LastBlockTime = clock.GetElapsedTime(_sentAt);
        _lastFailure = null;
        _notice.Ended();
        _stage = Stage.Idle;
        CommandBlock[] settled = [.. _unit.Blocks];
        _unit.Clear();
        foreach (var block in settled)
        {
            owner.Settled(block);
        }
    }

    private async Task WithinAsync(Func<CancellationToken, Task> run, string what, CancellationToken stop)
    {
        if (!await TimeLimit.RunAsync(options.Timeout - clock.GetElapsedTime(_since), run, clock, stop))
        {
            throw new RedisConnectionException(server.Endpoint,
                $"{what} within {options.Timeout.TotalMilliseconds} ms (timeout)" + (_lastFailure is null ? "" : $"; the last answer: {_lastFailure}"));
        }
    }
}
