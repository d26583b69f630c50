using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Blackhole;

/// <summary>Counts each row as written (S-9).</summary>
internal sealed class BlackholeSink : ISink
{
    public string Name => "blackhole";

    public BatchSize BatchSize { get; } = BatchSize.Of(BatchSize.MaxRows);

    public void Bind(Schema schema)
    {
        // Any columns will do.
    }

    public IEnumerable<string> Explain(Schema? schema) => ["discards each row"];

    public Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

    public ISinkWriter Open(TaskContext task) => new BlackholeWriter(task);

    public IEnumerable<string> Render(RowBatch rows, int row) => [];
}

internal sealed class BlackholeWriter(TaskContext task) : ISinkWriter
{
    public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        using (rows)
        {
            task.Books.AddRead(rows.Count, rows.ValueBytes);
            task.Books.AddWritten(rows.Count);
            rows.Confirm(task.Positions);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
