using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Tests.Datagen;

/// <summary>A writer of a sink with its books, fed batch by batch.</summary>
internal sealed class SinkRun : IAsyncDisposable
{
    private readonly RowBatchPool _pool;
    private readonly DirtyRecordsFile _dirty = new(Path.Combine(Path.GetTempPath(), $"sluice-dirty-{Guid.NewGuid():n}.jsonl"));
    private readonly Split _split = new("split");
    private long _rows;

    public SinkRun(ISink sink, Schema schema, TimeProvider clock, DirtyLimit? limit = null)
    {
        _pool = new RowBatchPool(schema, BatchSize.Of(BatchSize.MaxRows));
        Writer = sink.Open(new TaskContext(Books, Positions, new DirtyRecords(_dirty, limit ?? new DirtyLimit(0, null), Books), new Metrics(), new Report(false, _ => { }), clock));
    }

    public Books Books { get; } = new();

    public Positions Positions { get; } = new();

    public ISinkWriter Writer { get; }

    /// <summary>How many rows are confirmed.</summary>
    public long? Confirmed => Positions.Of(_split)?.Ordinal;

    /// <param name="set">Sets the values of a row.</param>
    public RowBatch Batch(int rows, Action<RowBatch, int> set)
    {
        var batch = _pool.Rent();
        batch.Count = rows;
        for (var row = 0; row < rows; row++)
        {
            set(batch, row);
        }

        _rows += rows;
        (batch.Split, batch.End, batch.ValueBytes) = (_split, new Position(_rows), rows);
        return batch;
    }

    public async Task WriteAsync(int rows, Action<RowBatch, int> set) => await Writer.WriteAsync(Batch(rows, set), TestContext.Current.CancellationToken);

    /// <summary>One row of texts.</summary>
    public Task WriteAsync(params string?[] values) => WriteAsync(1, (batch, row) =>
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                ((TextColumn)batch.Columns[i]).Set(row, System.Text.Encoding.UTF8.GetBytes(value));
            }
            else
            {
                batch.Columns[i].SetNull(row);
            }
        }
    });

    public async Task FlushAsync() => await Writer.FlushAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        _dirty.Dispose();
        if (_dirty.File is { } file)
        {
            File.Delete(file);
        }
    }
}
