using System.Collections.Concurrent;
using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.ServerTests.Kafka;

/// <summary>Keeps rows as texts: <c>+I a,b</c> without the kind where it is an insert; null is <c>NULL</c>. Confirms at once, or
/// while <see cref="Confirms"/> is false not at all.</summary>
internal sealed class CollectSink : ISink
{
    private Schema? _schema;

    public ConcurrentQueue<string> Rows { get; } = new();

    public bool Confirms { get; set; } = true;

    public string Name => "collect";

    public BatchSize BatchSize { get; init; } = BatchSize.Of(1000);

    public void Bind(Schema schema) => _schema = schema;

    public IEnumerable<string> Explain(Schema? schema) => [];

    public Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

    public ISinkWriter Open(TaskContext task) => new Writer(this, task);

    public IEnumerable<string> Render(RowBatch rows, int row) => [];

    /// <summary>Waits until so many rows are there.</summary>
    public Task WaitAsync(int rows) => WaitUntilAsync(there => there.Count >= rows);

    /// <summary>Waits until the rows are as they should be.</summary>
    /// <param name="describe">What the failure adds.</param>
    public async Task WaitUntilAsync(Func<IReadOnlyCollection<string>, bool> there, Func<string>? describe = null)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!there(Rows))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{Rows.Count} rows after a minute are not what was expected{describe?.Invoke()}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private string Show(RowBatch rows, int row)
    {
        var kind = rows.KindOf(row) switch { RowKind.UpdateAfter => "+U ", RowKind.UpdateBefore => "-U ", RowKind.Delete => "-D ", _ => "" };
        return kind + string.Join(',', rows.Columns.Select((c, i) => Show(c, row, _schema![i].Sql!)));
    }

    private static string Show(Column column, int row, SqlType type) => column switch
    {
        _ when column.IsNull(row) => "NULL",
        ValueColumn<Timestamp> times => $"{times.Values[row].Millis}",
        MapColumn map => "{" + string.Join(' ', Enumerable.Range(map.Start[row], map.Length[row])
            .Select(i => $"{Show(map.Keys, i, type.Key!)}={Show(map.Values, i, type.Element!)}").Order()) + "}",
        _ => TextForm.Of(column, row, type)!,
    };

    private sealed class Writer(CollectSink sink, TaskContext task) : ISinkWriter
    {
        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            for (var row = 0; row < rows.Count; row++)
            {
                sink.Rows.Enqueue(sink.Show(rows, row));
            }

            task.Books.AddRead(rows.Count, rows.ValueBytes);
            task.Books.AddWritten(rows.Count);
            if (sink.Confirms)
            {
                rows.Confirm(task.Positions);
            }

            rows.Dispose();
            return ValueTask.CompletedTask;
        }

        public ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
