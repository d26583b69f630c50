using System.Threading.Channels;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>Batches on their way from the thread that reads to whoever takes them, a bounded number of them.</summary>
internal sealed class BatchQueue : IDisposable
{
    /// <summary>Batches that may wait to be taken.</summary>
    private const int ReadAhead = 8;

    /// <summary>How many may still wait when the reader is woken: each time costs the same.</summary>
    private const int Refill = 4;

    /// <summary>After so long without rows the taker gets an empty batch.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(100);

    private readonly Channel<RowBatch> _batches = Channel.CreateUnbounded<RowBatch>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly ManualResetEventSlim _room = new();
    private readonly RowBatchPool _pool;
    private readonly TimeProvider _clock;
    private long _given;
    private long _taken;

    public BatchQueue(RowBatchPool pool, TimeProvider clock) => (_pool, _clock) = (pool, clock);

    /// <summary>Nobody has anything to take.</summary>
    public bool IsEmpty => Volatile.Read(ref _given) == Volatile.Read(ref _taken);

    public bool HasRoom => Volatile.Read(ref _given) - Volatile.Read(ref _taken) < ReadAhead;

    /// <summary>Waits a little for room; the answer is <see cref="HasRoom"/>.</summary>
    public void WaitForRoom(int milliseconds, CancellationToken stop)
    {
        _room.Reset();
        if (!HasRoom)
        {
            _room.Wait(milliseconds, stop);
        }
    }

    public void Give(RowBatch batch)
    {
        Interlocked.Increment(ref _given);
        if (!_batches.Writer.TryWrite(batch))
        {
            batch.Dispose();
        }
    }

    public void Complete(Exception? error) => _batches.Writer.TryComplete(error);

    /// <summary>The next batch; an empty one where nothing comes for a while, null after the last one.</summary>
    public async ValueTask<RowBatch?> TakeAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (TryTake(out var batch))
        {
            return batch;
        }

        using var timer = new CancellationTokenSource(s_idle, _clock);
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(stop, timer.Token);
        try
        {
            return await _batches.Reader.WaitToReadAsync(idle.Token) ? Taken() : null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return _pool.Rent();
        }
    }

    public void Dispose()
    {
        Complete(null);
        while (_batches.Reader.TryRead(out var batch))
        {
            batch.Dispose();
        }

        _room.Dispose();
    }

    private RowBatch Taken() => TryTake(out var batch) ? batch! : _pool.Rent();

    private bool TryTake(out RowBatch? batch)
    {
        if (!_batches.Reader.TryRead(out batch))
        {
            return false;
        }

        if (Volatile.Read(ref _given) - Interlocked.Increment(ref _taken) == Refill)
        {
            _room.Set();
        }

        return true;
    }
}
