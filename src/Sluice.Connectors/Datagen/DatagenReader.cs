using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Datagen;

/// <summary>Fills batches column by column, no faster than the rate; allocates nothing per row.</summary>
internal sealed class DatagenReader : ISplitReader
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(100);

    private readonly DatagenSplit _split;
    private readonly Generator[] _generators;
    private readonly RowBatchPool _pool;
    private readonly TimeProvider _clock;
    private readonly TimeZoneInfo _zone;
    private readonly RateGate _gate;
    private readonly long _longestRow;
    private readonly RowCuts _cuts;
    private readonly FillRun _run = new((ulong)Random.Shared.NextInt64());
    private long _done;

    public DatagenReader(DatagenSplit split, Generator[] generators, ReaderContext context, TimeProvider clock, TimeZoneInfo zone)
    {
        (_split, _generators, _pool, _clock, _zone) = (split, generators, context.Pool, clock, zone);
        _gate = new RateGate(split.RowsPerSecond, clock);
        _longestRow = Math.Max(1, generators.Sum(g => g.MostBytes));
        _done = context.After?.Ordinal ?? 0;
        _cuts = new RowCuts(context.Cuts);
    }

    public ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var left = Math.Min(_split.Rows, _cuts.Next(_done)) - _done;
        if (left <= 0)
        {
            return ValueTask.FromResult<RowBatch?>(null);
        }

        var batch = _pool.Rent();
        var wanted = (int)Math.Min(left, Math.Clamp(batch.ByteLimit / _longestRow, 1, batch.Capacity));
        var due = _gate.Take(wanted);
        return due > 0 ? ValueTask.FromResult<RowBatch?>(Fill(batch, due)) : WaitAsync(batch, wanted, stop);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Waits until rows are due, but no longer than a reader may.</summary>
    private async ValueTask<RowBatch?> WaitAsync(RowBatch batch, int wanted, CancellationToken stop)
    {
        try
        {
            var due = 0;
            var began = _clock.GetTimestamp();
            for (var left = s_longestWait; due == 0 && left > TimeSpan.Zero; left = s_longestWait - _clock.GetElapsedTime(began))
            {
                var wait = _gate.Wait(wanted);
                await Task.Delay(wait < left ? wait : left, _clock, stop);
                due = _gate.Take(wanted);
            }

            return Fill(batch, due);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private RowBatch Fill(RowBatch batch, int rows)
    {
        var now = _clock.GetUtcNow();
        _run.FirstRow = _split.First + _done;
        _run.NowMillis = now.ToUnixTimeMilliseconds();
        _run.LocalNow = TimeZoneInfo.ConvertTime(now, _zone).DateTime;
        batch.Count = rows;
        for (var i = 0; i < _generators.Length && rows > 0; i++)
        {
            batch.ValueBytes += _generators[i].Fill(batch.Columns[i], 0, rows, _run);
        }

        _done += rows;
        _cuts.End(batch, _done);
        return batch;
    }
}
