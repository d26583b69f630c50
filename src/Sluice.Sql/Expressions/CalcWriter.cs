using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Functions;

namespace Sluice.Sql.Expressions;

/// <summary>A calc at work in one task. Batches that go out are derived from those that come in and share their bytes.</summary>
internal sealed class CalcWriter : ISinkWriter
{
    private readonly CalcLoops _loops;
    private readonly RowBatchPool _pool;
    private readonly ISinkWriter _next;
    private readonly FunctionContext _context;
    private readonly EvaluationState? _filter;
    private readonly EvaluationState?[] _columns;
    private int[] _rows = [];

    public CalcWriter(CalcLoops loops, RowBatchPool pool, SqlSession session, ISinkWriter next)
    {
        (_loops, _pool, _next) = (loops, pool, next);
        _context = new FunctionContext(session.Zone, session.Clock);
        _filter = loops.Filter is null ? null : new EvaluationState(_context, loops.Filter.Items);
        _columns = [.. loops.Columns.Select(c => c is null ? null : new EvaluationState(_context, c.Items))];
    }

    public ValueTask WriteAsync(RowBatch rows, CancellationToken stop) => _next.WriteAsync(Compute(rows), stop);

    public ValueTask FlushAsync(CancellationToken stop) => _next.FlushAsync(stop);

    public ValueTask DisposeAsync() => _next.DisposeAsync();

    /// <summary>The rows that come out. They own those that came in.</summary>
    /// <exception cref="DataException">A row cannot be computed. It names the row's origin.</exception>
    public RowBatch Compute(RowBatch rows)
    {
        _context.Now = _context.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var count = rows.Count;
        if (_filter is not null)
        {
            count = Filter(rows);
        }

        var output = _pool.Rent();
        var isAll = _filter is null || count == rows.Count;
        output.Derive(rows, _filter is null ? default : _rows.AsSpan(0, count), isAll);
        for (var i = 0; i < _columns.Length; i++)
        {
            var copied = _loops.Copies[i];
            if (copied < 0)
            {
                Compute(i, rows, count, output);
            }
            else if (isAll)
            {
                output.Columns[i] = rows.Columns[copied];
            }
            else
            {
                output.Columns[i].Gather(rows.Columns[copied], _rows.AsSpan(0, count));
            }
        }

        return output;
    }

    private int Filter(RowBatch rows)
    {
        if (_rows.Length < rows.Count)
        {
            _rows = new int[Math.Max(rows.Count, rows.Capacity)];
        }

        _filter!.Begin(null);
        try
        {
            return _loops.Filter!.Run(_filter, rows.Columns, rows.Count, _rows);
        }
        catch (DataException failure)
        {
            throw Located(failure, rows, _filter);
        }
    }

    private void Compute(int column, RowBatch rows, int count, RowBatch output)
    {
        var state = _columns[column]!;
        state.Begin(output.Heap);
        try
        {
            _loops.Columns[column]!.Run(state, rows.Columns, _rows, count, output.Columns[column]);
        }
        catch (DataException failure)
        {
            var located = Located(failure, rows, state);
            output.Dispose();
            throw located;
        }
    }

    private static DataException Located(DataException failure, RowBatch rows, EvaluationState state) => failure.At(rows.DescribeOrigin(state.Row));
}
