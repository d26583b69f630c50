using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.ServerTests.RedisWriter;

/// <summary>A reader whose rows stand in the test, one split after the other. A value is a string, a byte[], or null.</summary>
internal sealed class RowsPlugin(IReadOnlyList<Field> columns, params IReadOnlyList<IEnumerable<object?[]>> splits) : IConnectorPlugin
{
    public string Name => "rows";

    public IReadOnlyList<string> Aliases => [];

    public string Summary => "Rows of a test.";

    public SourceFactory? Source => new([], (_, _) => new RowsSource(new Schema(columns), splits));

    public SinkFactory? Sink => null;
}

internal sealed class RowsSource(Schema schema, IReadOnlyList<IEnumerable<object?[]>> splits) : ISource
{
    public string Name => "rows";

    public Schema? Schema => schema;

    public bool IsBounded => true;

    public IEnumerable<string> Explain() => [];

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) => Task.FromResult(new SourcePlan(schema, [.. splits.Select((_, i) => new Split($"rows {i}"))]));

    public ISplitReader Open(Split split, ReaderContext context)
    {
        var after = context.After?.Ordinal ?? 0;
        return new Reader(splits[int.Parse(split.Id.Split(' ')[1])].Skip((int)after).GetEnumerator(), context.Pool, after, new RowCuts(context.Cuts));
    }

    private sealed class Reader(IEnumerator<object?[]> rows, RowBatchPool pool, long after, RowCuts cuts) : ISplitReader
    {
        private long _read = after;

        public ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            var batch = pool.Rent();
            var last = cuts.Next(_read);
            while (!batch.IsFull && _read + batch.Count < last && rows.MoveNext())
            {
                for (var i = 0; i < batch.Texts.Length; i++)
                {
                    switch (rows.Current[i])
                    {
                        case null:
                            batch.Texts[i].SetNull(batch.Count);
                            break;
                        case byte[] bytes:
                            batch.Texts[i].Set(batch.Count, bytes);
                            break;
                        case var text:
                            batch.Texts[i].Set(batch.Count, Encoding.UTF8.GetBytes((string)text));
                            break;
                    }
                }

                batch.Count++;
            }

            batch.ValueBytes = batch.Heap.Used;
            cuts.End(batch, _read += batch.Count);
            if (batch.Count > 0)
            {
                return ValueTask.FromResult<RowBatch?>(batch);
            }

            batch.Dispose();
            return ValueTask.FromResult<RowBatch?>(null);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
