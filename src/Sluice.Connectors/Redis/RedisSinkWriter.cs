using Sluice.Connectors.Redis.Delivery;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Connectors.Redis;

/// <summary>One task's way into Redis: a batch becomes a block of commands; what the server answers becomes the books.</summary>
internal sealed class RedisSinkWriter : ISinkWriter, IUnitOwner
{
    private readonly RedisWriterSettings _settings;
    private readonly RowEncoder _encoder;
    private readonly TaskContext _task;
    private readonly ICommandPipeline _pipeline;
    private readonly Stack<WriteBlock> _free = [];
    private readonly PipelineAccount _account;
    private readonly RedisGuardStore? _guards;
    private long _possiblyRepeated;
    private Exception? _tooDirty;

    /// <summary>The unit that is being gathered goes on with the next batch.</summary>
    private bool _isUnitOpen;

    /// <param name="guards">Exactly-once: the positions that go with the rows; else null.</param>
    public RedisSinkWriter(RedisWriterSettings settings, RowEncoder encoder, TaskContext task, RedisPipelines pipelines, RedisGuardStore? guards)
    {
        (_settings, _encoder, _task, _guards) = (settings, encoder, task, guards);
        _pipeline = guards is null
            ? pipelines.Open(settings.Mode.IsRepeatable, this, message => task.Report.Warn(null, message))
            : pipelines.OpenGuarded(settings.Mode.IsRepeatable, this, message => task.Report.Warn(null, message));
        _account = new PipelineAccount(_pipeline, task);
    }

    public async ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        var block = _free.TryPop(out var free) && free.States.Length >= rows.Capacity ? free : new WriteBlock(rows.Capacity) { IsUnit = _settings.HasUnits, IsBySlot = _settings.HasUnits && _settings.Server.Cluster is not null };
        block.Rows = rows;
        try
        {
            _encoder.Encode(block);
            RejectUnsendable(block);
            await RunAsync(() => block.Count == 0 && _guards is null ? _pipeline.FlushAsync(stop) : _pipeline.MakeRoomAsync(block, stop));
            stop.ThrowIfCancellationRequested();
            if (_guards is not null)
            {
                await PrepareUnitAsync(block, _guards, stop);
            }
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        var sendable = rows.Count - block.Rejects.Count;
        _task.Books.AddRead(sendable, rows.ValueBytes);
        _task.Books.AddSkipped(sendable - block.LiveRows);
        if (block.Count == 0 && !block.HasMoved && !block.IsOpen)
        {
            // Nothing to send, and all before it is settled: positions are confirmed in order.
            Finish(block);
        }
        else
        {
            await RunAsync(() => _pipeline.SendAsync(block, stop));
        }
    }

    /// <summary>A batch goes with the position behind it. One whose last rows belong to those of the next goes with that one.</summary>
    private async ValueTask PrepareUnitAsync(WriteBlock block, RedisGuardStore guards, CancellationToken stop)
    {
        var rows = block.Rows!;
        var guard = guards.GuardOf(rows.Split);
        var position = rows.End.ToString();
        if (block.Count == 0 && !_isUnitOpen && (rows.IsOpen || position == guard.Position || !guards.IsStored))
        {
            // Nothing to write, and nothing of ours is written before the first row is.
            return;
        }

        await guards.StoreAsync(stop);
        block.IsOpen = _isUnitOpen = rows.IsOpen;
        if (!block.IsOpen)
        {
            block.Move(guard, position, rows.End.IsEnd);
        }
    }

    public ValueTask FlushAsync(CancellationToken stop) => RunAsync(() => _pipeline.FlushAsync(stop));

    /// <summary>What is still in flight is accounted for by what was acknowledged of it; the rest is unknown (S-9).</summary>
    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        foreach (var block in _pipeline.Abandon())
        {
            Abandon((WriteBlock)block);
        }

        if (_possiblyRepeated > 0)
        {
            _task.Metrics.Add("possiblyRepeatedElements", _possiblyRepeated);
            _task.Report.Warn(null, $"a connection was lost while list elements were on their way: up to {_possiblyRepeated} of them may stand twice");
        }
    }

    void ICommandOwner.Refused(CommandBlock commands, int command, ServerError error)
    {
        var block = (WriteBlock)commands;
        var (kind, first, count) = block.RowsOf(command);
        if (block.IsUnit)
        {
            RejectRefused(block, block.Order.AsSpan(first, count), kind == CommandKind.Expire ? "the server refuses the expiry" : "the server refuses the record", error);
            return;
        }

        if (error.Class == ErrorClass.WrongType && _settings.Mode.Overwrites && kind == CommandKind.Data)
        {
            _settings.Mode.Script(block, first, count);
            return;
        }

        if (count > 1 && kind != CommandKind.Expire && error.Class == ErrorClass.Record)
        {
            // Taken apart, so that the error falls to the rows that caused it.
            for (var i = first; i < first + count; i++)
            {
                (kind == CommandKind.Script ? (Action<WriteBlock, int, int>)_settings.Mode.Script : _settings.Mode.Data)(block, i, 1);
            }

            return;
        }

        RejectRefused(block, block.Order.AsSpan(first, count), kind == CommandKind.Expire ? "the server refuses the expiry" : "the server refuses the record", error);
    }

    bool IUnitOwner.NeedsType(CommandBlock commands, int command, out ReadOnlySpan<byte> key, out string type)
    {
        var block = (WriteBlock)commands;
        var (_, first, count) = block.RowsOf(command);
        type = _settings.Mode.Type;
        key = count > 0 ? block.Keys[block.Order[first]] : default;
        return count > 0 && !_settings.Mode.Overwrites && type != "string";
    }

    void IUnitOwner.Covered(CommandBlock commands, int command)
    {
        var block = (WriteBlock)commands;
        var (_, first, count) = block.RowsOf(command);
        foreach (var row in block.Order.AsSpan(first, count))
        {
            if (block.States[row] == RowState.Live)
            {
                block.States[row] = RowState.Skipped;
                _task.Books.AddSkipped(1);
            }
        }
    }

    void ICommandOwner.Repeating(CommandBlock block, int command) =>
        _possiblyRepeated += ((WriteBlock)block).RowsOf(command).Count;

    void ICommandOwner.Settled(CommandBlock commands)
    {
        var block = (WriteBlock)commands;
        var written = 0;
        foreach (var row in block.Order.AsSpan(0, block.LiveRows))
        {
            written += block.States[row] == RowState.Live ? 1 : 0;
        }

        _task.Books.AddWritten(written);
        Finish(block);
    }

    private void Finish(WriteBlock block)
    {
        block.Rows!.Confirm(_task.Positions);
        block.Rows.Dispose();
        block.Clear();
        _free.Push(block);
    }

    private void Abandon(WriteBlock block)
    {
        var rows = block.Order.AsSpan(0, block.LiveRows);
        var unknown = new bool[block.Rows!.Capacity];
        for (var command = 0; command < block.Count; command++)
        {
            if (block[command] == CommandState.Due)
            {
                var (_, first, count) = block.RowsOf(command);
                foreach (var row in block.Order.AsSpan(first, count))
                {
                    unknown[row] = true;
                }
            }
        }

        var lost = 0;
        var live = 0;
        foreach (var row in rows)
        {
            live += block.States[row] == RowState.Live ? 1 : 0;
            lost += block.States[row] == RowState.Live && unknown[row] ? 1 : 0;
        }

        if (block.WasSent)
        {
            _task.Books.AddWritten(live - lost);
            _task.Books.AddUnknown(lost);
        }
        else
        {
            // Handed to a connection that was gone already: never sent, and so not read (S-9).
            _task.Books.AddRead(-live, 0);
        }

        block.Rows.Dispose();
    }

    private void RejectUnsendable(WriteBlock block)
    {
        foreach (var (row, column, reason) in block.Rejects)
        {
            _task.Books.AddRead(1, 0);
            _task.DirtyRecords.Add(block.Rows!, row, column < 0 ? "" : block.Rows!.Schema[column].Name, reason, reply: null);
        }
    }

    private void RejectRefused(WriteBlock block, ReadOnlySpan<int> rows, string reason, ServerError error)
    {
        foreach (var row in rows)
        {
            if (block.States[row] != RowState.Live)
            {
                continue;
            }

            block.States[row] = RowState.Dirty;
            try
            {
                _task.DirtyRecords.Add(block.Rows!, row, "", reason, error.Text);
            }
            catch (Exception e) when (e is DirtyLimitException or ConfigException)
            {
                // What else is in flight finds its place in the books before the job ends.
                _tooDirty ??= e;
            }
        }

        if (error.Class == ErrorClass.Stop)
        {
            // In a unit that was applied: whatever the limit is, no further one would do better.
            _tooDirty = PipelineAccount.Refuse(_settings.Server, error);
        }
    }

    private async ValueTask RunAsync(Func<ValueTask> part)
    {
        await _account.RunAsync(part);
        if (_tooDirty is { } tooDirty)
        {
            // Said once: after that, what is in flight is only accounted for.
            _tooDirty = null;
            throw tooDirty;
        }
    }
}
