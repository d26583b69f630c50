using Sluice.Engine.Connectors;

namespace Sluice.Engine.Rows;

/// <summary>Rows of one split, column by column, and the position after the last of them. One batch is one flush and one
/// acknowledged unit of the sink. It has exactly one owner at a time; the last one disposes it, which hands it back to its pool.</summary>
public sealed class RowBatch : IDisposable
{
    private readonly RowBatchPool _pool;

    internal RowBatch(RowBatchPool pool, Schema schema, BatchSize size)
    {
        _pool = pool;
        Schema = schema;
        Capacity = size.Rows;
        ByteLimit = size.Bytes;
        Heap = new ByteHeap(Math.Min(size.Bytes, 64 * size.Rows * Math.Max(1, schema.Count) / 4 + 256));
        Columns = [.. schema.Fields.Select(_ => new TextColumn(Heap, size.Rows))];
    }

    public Schema Schema { get; }

    public TextColumn[] Columns { get; }

    public ByteHeap Heap { get; }

    public int Capacity { get; }

    public int ByteLimit { get; }

    /// <summary>Rows in the batch; the reader sets it.</summary>
    public int Count { get; set; }

    /// <summary>Where the rows came from; the engine sets it.</summary>
    public Split Split { get; set; } = Split.None;

    /// <summary>The position after the last row.</summary>
    public Position End { get; set; }

    /// <summary>Bytes of values as read, which throttling counts.</summary>
    public long ValueBytes { get; set; }

    public bool IsFull => Count >= Capacity || Heap.Used >= ByteLimit;

    public void Dispose() => _pool.Return(this);

    internal void Clear()
    {
        Heap.Clear();
        Count = 0;
        ValueBytes = 0;
    }
}

/// <summary>The bounds of a batch: whichever is reached first ends it. A single larger value still fits.</summary>
public readonly record struct BatchSize(int Rows, int Bytes)
{
    public const int MaxRows = 4096;
    public const int MaxBytes = 1 << 20;

    public static BatchSize Of(int rows) => new(Math.Clamp(rows, 1, MaxRows), MaxBytes);
}
