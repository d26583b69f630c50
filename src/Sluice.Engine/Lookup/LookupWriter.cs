using System.Runtime.ExceptionServices;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Lookup;

/// <summary>A join at work in one task. A batch that the cache can answer passes at once; others are held while their keys are asked for,
/// several at a time. A batch leaves in its turn, or as soon as it is answered where rows may be reordered; positions always keep their
/// turn: they leave with the last rows of all that came before them.</summary>
internal sealed class LookupWriter : ISinkWriter
{
    /// <summary>Held batches at most; the next one waits.</summary>
    private const int MaxHeld = 4;

    /// <summary>Bytes of values in them at most.</summary>
    private const long MaxHeldBytes = 4 << 20;

    private readonly ISinkWriter _next;
    private readonly LookupReads? _reads;
    private readonly LookupProbe _probe;
    private readonly JoinedRows _joined;
    private readonly RowBatchPool _pool;
    private readonly bool _mayReorder;
    private readonly List<HeldBatch> _held = [];
    private readonly Stack<HeldBatch> _free = [];
    private readonly List<Task> _waiting = [];
    private readonly OpenSplits _open = new();
    private Exception? _failure;

    public LookupWriter(LookupShape shape, LookupTable table, RowBatchPool pool, TaskContext task, ISinkWriter next)
    {
        (_pool, _next) = (pool, next);
        (_probe, _joined) = (new LookupProbe(shape, table), new JoinedRows(shape));
        _mayReorder = table.Settings.MayReorder && !shape.KeepsOrder;

        // Where all is kept nobody is asked.
        _reads = table.Settings.Cache == CacheMode.All ? null : new LookupReads(table, task);
    }

    public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        if (_failure is not null)
        {
            rows.Dispose();
            return ValueTask.FromException(_failure);
        }

        var held = Begin(rows);
        var keepsTurn = _open.Note(rows) || rows.Drain;
        if (_held.Count > 0)
        {
            // Positions that join an open batch would wait for what closes it.
            keepsTurn |= _held[^1].Input.IsOpen && (rows.Ends.Count > 0 || !ReferenceEquals(rows.Split, Split.None));
            return rows.Count == 0 && !keepsTurn ? PassTimeAsync(held, stop) : HoldAsync(held, stop);
        }

        return held.Waiting > 0 ? HoldAsync(held, stop) : _next.WriteAsync(Join(held), stop);
    }

    public async ValueTask FlushAsync(CancellationToken stop)
    {
        if (_held.Count > 0 && _failure is null)
        {
            // What was sent is accounted for before anything is waited for: after a stop there may be no time for both.
            await _next.FlushAsync(stop);
            try
            {
                await LeaveAllAsync(stop);
            }
            catch (OperationCanceledException)
            {
                await JobRunner.CatchAsync(() => _next.FlushAsync(stop).AsTask());
                throw;
            }
        }

        await _next.FlushAsync(stop);
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_reads is not null)
            {
                await _reads.EndAsync(_held.Select(h => h.Reading));
            }

            _held.ForEach(h => h.Discard());
            _held.Clear();
            if (_reads is not null)
            {
                await _reads.DisposeAsync();
            }
        }
        finally
        {
            await _next.DisposeAsync();
        }
    }

    private HeldBatch Begin(RowBatch rows)
    {
        var held = _free.TryPop(out var free) ? free : new HeldBatch();
        held.Begin(rows, _pool.Rent());
        try
        {
            _probe.Run(held);
        }
        catch
        {
            held.Discard();
            throw;
        }

        held.KeepsPlace = !_mayReorder || rows.HasKinds || rows.Drain;
        return held;
    }

    /// <summary>The rows that are answered, as they go on. The batch is free for others.</summary>
    private RowBatch Join(HeldBatch held)
    {
        var output = _joined.Of(held);
        held.Release();
        _free.Push(held);
        return output;
    }

    /// <summary>Takes a batch in that has to wait, or whose predecessors do.</summary>
    private async ValueTask HoldAsync(HeldBatch held, CancellationToken stop)
    {
        _held.Add(held);
        var drains = held.Input.Drain;
        if (held.Waiting > 0)
        {
            held.Reading = _reads!.StartAsync(held);
            if (_joined.Count(held) > 0 && _held.TrueForAll(h => !h.KeepsPlace))
            {
                await LeaveEarlyAsync(held, stop);
            }
        }

        await LeaveAsync(stop);
        while (drains ? _held.Count > 0 : _held.Count >= MaxHeld || _held.Sum(h => h.Input.ValueBytes) >= MaxHeldBytes)
        {
            await WaitAsync(stop);
            await LeaveAsync(stop);
        }
    }

    /// <summary>A batch without rows lets those leave that are answered, and goes on at once: the sink is to see that time passes. Its
    /// positions wait.</summary>
    private async ValueTask PassTimeAsync(HeldBatch time, CancellationToken stop)
    {
        var output = Join(time);
        try
        {
            await LeaveAsync(stop);
        }
        catch
        {
            output.Dispose();
            throw;
        }

        if (_held.Count > 0)
        {
            HeldPositions.Add(_held[^1].Later, output);
            HeldPositions.Remove(output);
        }

        await HandOnAsync(output, stop);
    }

    private async ValueTask LeaveAllAsync(CancellationToken stop)
    {
        await LeaveAsync(stop);
        while (_held.Count > 0)
        {
            await WaitAsync(stop);
            await LeaveAsync(stop);
        }
    }

    /// <summary>Hands on what is answered and may leave.</summary>
    private async ValueTask LeaveAsync(CancellationToken stop)
    {
        for (var i = 0; i < _held.Count && (i == 0 || !_held[i].KeepsPlace);)
        {
            if (_held[i].Reading.IsCompleted)
            {
                await LeaveAsync(i, stop);
                i = 0;
            }
            else if (_held[i].KeepsPlace)
            {
                return;
            }
            else
            {
                i++;
            }
        }
    }

    private async ValueTask LeaveAsync(int index, CancellationToken stop)
    {
        var held = _held[index];
        await AnsweredAsync(held);
        if (held.Waiting > 0)
        {
            held.Output ??= _pool.Rent();
            _probe.Complete(held);
        }

        var bytes = held.Input.ValueBytes - held.BytesGone;
        var output = Join(held);
        _held.RemoveAt(index);
        output.ValueBytes = bytes;
        if (index == 0)
        {
            HeldPositions.Append(output, held.Later);
        }
        else
        {
            HeldPositions.Add(_held[index - 1].Later, output);
            HeldPositions.Add(_held[index - 1].Later, held.Later);
            HeldPositions.Remove(output);
        }

        if (index > 0 && output.Count == 0)
        {
            output.Dispose();
            return;
        }

        await HandOnAsync(output, stop);
    }

    /// <summary>Rows that the cache has answered go before those of their batch that wait.</summary>
    private ValueTask LeaveEarlyAsync(HeldBatch held, CancellationToken stop)
    {
        held.Input.Share(1);
        var output = _joined.Of(held);
        HeldPositions.Remove(output);
        output.ValueBytes = held.Input.ValueBytes * output.Count / held.Input.Count;
        held.HasLeft(output.ValueBytes);
        return HandOnAsync(output, stop);
    }

    /// <summary>Once a batch was not taken, none may follow: their positions would cover it.</summary>
    private async ValueTask HandOnAsync(RowBatch output, CancellationToken stop)
    {
        try
        {
            await _next.WriteAsync(output, stop);
        }
        catch (Exception e)
        {
            _failure = e;
            throw;
        }
    }

    private async ValueTask AnsweredAsync(HeldBatch held)
    {
        try
        {
            await held.Reading;
        }
        catch (DataException e) when (held.RowOf(e.Key) is { } row)
        {
            _failure = e.At(held.Input.DescribeOrigin(row));
            throw _failure;
        }
        catch (Exception e)
        {
            _failure = e;
            throw;
        }
    }

    /// <summary>Until a batch is answered that may then leave.</summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        _waiting.Clear();
        for (var i = 0; i < _held.Count && (i == 0 || !(_held[i].KeepsPlace || _held[i - 1].KeepsPlace)); i++)
        {
            _waiting.Add(_held[i].Reading);
        }

        await Task.WhenAny(_waiting).WaitAsync(stop);
    }
}
