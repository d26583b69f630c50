using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Functions;

namespace Sluice.Sql.Expressions;

/// <summary>An unnest at work in one task: one batch comes out for each that comes in, as long as it needs to be.</summary>
internal sealed class UnnestWriter : ISinkWriter
{
    private const int NoElement = -1;

    private readonly Loop<ColumnLoop> _loop;
    private readonly UnnestShape _shape;
    private readonly RowBatchPool _pool;
    private readonly ISinkWriter _next;
    private readonly FunctionContext _context;
    private readonly EvaluationState _state;
    private readonly ByteHeap _heap = new(256);
    private readonly Column _collections;

    /// <summary>For each row that comes out: the row of the input, the element's place in its column, and its number from 1.</summary>
    private int[] _rows = new int[256];
    private int[] _elements = new int[256];
    private int[] _numbers = new int[256];
    private int _count;

    public UnnestWriter(Loop<ColumnLoop> loop, UnnestShape shape, RowBatchPool pool, SqlSession session, ISinkWriter next)
    {
        (_loop, _shape, _pool, _next) = (loop, shape, pool, next);
        _context = new FunctionContext(session.Zone, session.Clock);
        _state = new EvaluationState(_context, loop.Items);
        _collections = Column.Create(shape.Collection, _heap, BatchSize.MaxRows);
    }

    public ValueTask WriteAsync(RowBatch rows, CancellationToken stop) => _next.WriteAsync(Compute(rows), stop);

    public ValueTask FlushAsync(CancellationToken stop) => _next.FlushAsync(stop);

    public ValueTask DisposeAsync() => _next.DisposeAsync();

    /// <summary>The rows that come out. They own those that came in.</summary>
    /// <exception cref="DataException">A collection cannot be computed. It names the row's origin.</exception>
    public RowBatch Compute(RowBatch rows)
    {
        Collect(rows);
        _count = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            var before = _count;
            if (!_collections.IsNull(row))
            {
                AddElements(row);
            }

            if (_count == before && _shape.KeepEmpty)
            {
                Add(row, NoElement, 0);
            }
        }

        var output = _pool.Rent();
        output.Derive(rows, _rows.AsSpan(0, _count), false);
        for (var i = 0; i < _shape.InputColumns; i++)
        {
            output.Columns[i].Gather(rows.Columns[i], _rows.AsSpan(0, _count));
        }

        var column = _shape.InputColumns;
        foreach (var source in Sources())
        {
            Copy(source, output.Columns[column++]);
        }

        if (_shape.WithOrdinality)
        {
            Number((ValueColumn<int>)output.Columns[column]);
        }

        return output;
    }

    private void Collect(RowBatch rows)
    {
        _context.Now = _context.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _heap.Clear();
        _collections.Clear();
        _collections.Grow(rows.Count);
        _state.Begin(_heap);
        try
        {
            _loop.Run(_state, rows.Columns, [], rows.Count, _collections);
        }
        catch (DataException failure)
        {
            throw failure.At(rows.DescribeOrigin(_state.Row));
        }
    }

    private void AddElements(int row)
    {
        if (_collections is ArrayColumn arrays)
        {
            for (var i = 0; i < arrays.Length[row]; i++)
            {
                Add(row, arrays.Start[row] + i, i + 1);
            }

            return;
        }

        var maps = (MapColumn)_collections;
        var number = 0;
        for (var i = maps.Start[row]; i < maps.Start[row] + maps.Length[row]; i++)
        {
            var times = _shape.Collection.Kind == TypeKind.Multiset ? ((ValueColumn<int>)maps.Values).Values[i] : 1;
            for (var time = 0; time < times; time++)
            {
                Add(row, i, ++number);
            }
        }
    }

    private void Add(int row, int element, int number)
    {
        if (_count == _rows.Length)
        {
            Array.Resize(ref _rows, _count * 2);
            Array.Resize(ref _elements, _count * 2);
            Array.Resize(ref _numbers, _count * 2);
        }

        (_rows[_count], _elements[_count], _numbers[_count]) = (row, element, number);
        _count++;
    }

    private Column[] Sources() => (_collections, _shape.Collection.Kind) switch
    {
        (ArrayColumn { Elements: RowColumn rows }, _) => rows.Fields,
        (ArrayColumn arrays, _) => [arrays.Elements],
        (MapColumn maps, TypeKind.Map) => [maps.Keys, maps.Values],
        (MapColumn { Keys: RowColumn rows }, _) => rows.Fields,
        (MapColumn maps, _) => [maps.Keys],
        _ => [],
    };

    /// <summary>The bytes of texts are copied: the collections' heap is for the next batch again.</summary>
    private void Copy(Column source, Column target)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_elements[i] == NoElement)
            {
                target.SetNull(i);
            }
            else
            {
                target.CopyFrom(source, _elements[i], i);
            }
        }
    }

    private void Number(ValueColumn<int> target)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_elements[i] == NoElement)
            {
                target.SetNull(i);
            }
            else
            {
                target.Set(i, _numbers[i]);
            }
        }
    }
}
