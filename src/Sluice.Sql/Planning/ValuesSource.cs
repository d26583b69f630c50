using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Sql.Expressions;

namespace Sluice.Sql.Planning;

/// <summary>The rows of VALUES, and the one row without columns of a SELECT without FROM. Constants are written as they are; what
/// is to be computed (CURRENT_TIMESTAMP) is computed when they are read.</summary>
/// <param name="origin">What a row is called in messages, before its number.</param>
internal sealed class ValuesSource(Schema schema, IReadOnlyList<IReadOnlyList<BoundExpression>> rows, string origin, SqlSession session) : ITableSource
{
    private readonly List<(string Name, BoundExpression Value)> _computed =
        [.. rows.SelectMany(r => r).Where(v => v is not BoundLiteral).Select((v, i) => ($"v{i}", v))];

    public string Name => "values";

    public Schema Schema => schema;

    public bool IsBounded => true;

    public bool HasChangelog => false;

    public IEnumerable<string> Explain() => [rows.Count == 1 ? "1 row" : $"{rows.Count} rows"];

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) => Task.FromResult(new SourcePlan(schema, [new Split("values")], rows.Count));

    public ISplitReader Open(Split split, ReaderContext context) => new Reader(this, context);

    private sealed class Reader(ValuesSource source, ReaderContext context) : ISplitReader
    {
        private readonly RowCuts _cuts = new(context.Cuts);
        private int _next = (int)(context.After?.Ordinal ?? 0);
        private int _nextComputed = source.ComputedBefore((int)(context.After?.Ordinal ?? 0));
        private RowBatch? _values;

        public async ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            var last = Math.Min(source.RowCount, _cuts.Next(_next));
            if (_next >= last)
            {
                return null;
            }

            _values ??= await source.ComputeAsync(context, stop);
            var batch = context.Pool.Rent();
            while (_next < last && !batch.IsFull)
            {
                _nextComputed = source.Write(_next++, batch, _values, _nextComputed);
            }

            batch.Origins = new Origins(source.Origin, _next - batch.Count);
            _cuts.End(batch, _next);
            return batch;
        }

        public ValueTask DisposeAsync()
        {
            _values?.Dispose();
            return default;
        }
    }

    private int RowCount => rows.Count;

    private string Origin => origin;

    private int ComputedBefore(int row) => rows.Take(row).Sum(r => r.Count(v => v is not BoundLiteral));

    /// <returns>The index of the computed value after those of the row.</returns>
    private int Write(int row, RowBatch batch, RowBatch? values, int computed)
    {
        for (var i = 0; i < rows[row].Count; i++)
        {
            if (rows[row][i] is BoundLiteral literal)
            {
                LiteralValues.Set(batch.Columns[i], batch.Count, literal.Value);
            }
            else
            {
                batch.Columns[i].CopyFrom(values!.Columns[computed++], 0, batch.Count);
            }
        }

        batch.Count++;
        return computed;
    }

    /// <summary>All that is to be computed, as one row.</summary>
    private async ValueTask<RowBatch?> ComputeAsync(ReaderContext context, CancellationToken stop)
    {
        if (_computed.Count == 0)
        {
            return null;
        }

        var none = new Schema([]);
        var books = new Books();
        using var unused = new DirtyRecordsFile("");
        var task = new TaskContext(
            books, new Positions(), new DirtyRecords(unused, new DirtyLimit(0, null), books), new Metrics(), context.Report, session.Clock);
        var keeper = new Keeper();
        await using var writer = new Calc(none, _computed, null, session).Open(task, keeper);
        var row = new RowBatchPool(none, new BatchSize(1, 1024)).Rent();
        row.Count = 1;
        row.Origins = new Origins(origin, 0);
        await writer.WriteAsync(row, stop);
        return keeper.Batch;
    }

    /// <summary>Keeps the one batch that it gets.</summary>
    private sealed class Keeper : ISinkWriter
    {
        public RowBatch? Batch { get; private set; }

        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            Batch = rows;
            return default;
        }

        public ValueTask FlushAsync(CancellationToken stop) => default;

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Origins(string origin, int first) : IRowOrigins
    {
        public string Describe(int row) => $"{origin} {first + row + 1}";
    }
}
