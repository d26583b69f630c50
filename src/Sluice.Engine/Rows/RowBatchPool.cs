using System.Collections.Concurrent;

namespace Sluice.Engine.Rows;

/// <summary>Keeps the batches of one schema for reuse. How many exist is bounded by read-ahead and the sink's window, not here.</summary>
public sealed class RowBatchPool(Schema schema, BatchSize size)
{
    private readonly ConcurrentBag<RowBatch> _free = [];

    public Schema Schema { get; } = schema;

    public RowBatch Rent()
    {
        var batch = _free.TryTake(out var free) ? free : new RowBatch(this, Schema, size);
        batch.Rented();
        return batch;
    }

    internal void Return(RowBatch batch)
    {
        batch.Clear();
        _free.Add(batch);
    }
}
