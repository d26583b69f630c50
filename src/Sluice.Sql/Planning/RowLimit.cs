using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Planning;

/// <summary>LIMIT of a SELECT: lets so many rows pass, whoever reads them, and then ends its sources. It counts for the life of the plan, which
/// is run once.</summary>
internal sealed class RowLimit(long rows)
{
    private long _left = rows;

    public long Rows { get; } = rows;

    public bool IsReached => Interlocked.Read(ref _left) <= 0;

    /// <summary>Asks for so many rows more.</summary>
    /// <returns>How many may pass.</returns>
    public int Take(int count)
    {
        var before = Interlocked.Add(ref _left, -count) + count;
        return (int)Math.Clamp(before, 0, count);
    }
}

/// <summary>A source that ends when a limit is reached, also where it would never end.</summary>
internal sealed class LimitedSource(ITableSource source, RowLimit limit) : ITableSource
{
    public string Name => source.Name;

    public Schema? Schema => source.Schema;

    public bool IsBounded => source.IsBounded;

    public bool HasChangelog => source.HasChangelog;

    public bool ClaimsPositions => source.ClaimsPositions;

    public string OrderAdvice => source.OrderAdvice;

    public IEnumerable<string> Explain() => source.Explain();

    public IEnumerable<KeyValuePair<string, string>> Fingerprint() => source.Fingerprint();

    public void NeedPositions() => source.NeedPositions();

    public SourcePlan Restore(SourcePlan plan, IReadOnlyList<StoredSplit> stored) => source.Restore(plan, stored);

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) => source.PrepareAsync(parallelism, stop);

    public ISplitReader Open(Split split, ReaderContext context) => new Reader(source.Open(split, context), limit);

    public Task CommitAsync(IConfirmedPositions confirmed, bool last, CancellationToken stop) => source.CommitAsync(confirmed, last, stop);

    private sealed class Reader(ISplitReader reader, RowLimit limit) : ISplitReader
    {
        public ValueTask<RowBatch?> ReadAsync(CancellationToken stop) => limit.IsReached ? new((RowBatch?)null) : reader.ReadAsync(stop);

        public ValueTask DisposeAsync() => reader.DisposeAsync();
    }
}

/// <summary>Cuts off the rows beyond a limit. What was cut is not confirmed either, so that whoever continues gets it.</summary>
internal sealed class LimitOperator(Schema schema, RowLimit limit) : IOperator
{
    public Schema Schema => schema;

    public IEnumerable<string> Explain() => [$"limit {limit.Rows}"];

    public ISinkWriter Open(TaskContext task, ISinkWriter next) => new Writer(new RowBatchPool(schema, BatchSize.Of(BatchSize.MaxRows)), limit, next);

    private sealed class Writer(RowBatchPool pool, RowLimit limit, ISinkWriter next) : ISinkWriter
    {
        private static readonly int[] s_numbers = [.. Enumerable.Range(0, BatchSize.MaxRows)];

        private bool _cut;

        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            var count = limit.Take(rows.Count);
            _cut |= count < rows.Count;
            return next.WriteAsync(_cut ? Beginning(rows, count) : rows, stop);
        }

        public ValueTask FlushAsync(CancellationToken stop) => next.FlushAsync(stop);

        public ValueTask DisposeAsync() => next.DisposeAsync();

        private RowBatch Beginning(RowBatch rows, int count)
        {
            var numbers = count <= s_numbers.Length ? s_numbers.AsSpan(0, count) : Enumerable.Range(0, count).ToArray();
            var batch = pool.Rent();
            batch.Derive(rows, numbers, allRows: false);
            for (var i = 0; i < batch.Columns.Length; i++)
            {
                batch.Columns[i].Gather(rows.Columns[i], numbers);
            }

            (batch.Split, batch.End) = (Split.None, default);
            batch.Ends.Clear();
            return batch;
        }
    }
}
