using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Casts;

/// <summary>Casts arrays, maps and rows element by element. One for each place of call and task.</summary>
internal sealed class NestedCast
{
    private readonly (ColumnLoop Run, EvaluationState State)[] _parts;
    private readonly EvaluationState _outer;
    private readonly Column _result;
    private readonly Column[] _input = new Column[1];
    private int[] _rows = new int[4];

    private NestedCast(EvaluationState outer, SqlType to, IReadOnlyList<Loop<ColumnLoop>> parts)
    {
        _outer = outer;
        _result = outer.Scratch(to);
        _parts = [.. parts.Select(p => (p.Run, new EvaluationState(outer.Context, p.Items)))];
    }

    /// <returns>Null where there is no such cast.</returns>
    public static CallCode? Of(SqlType from, SqlType to, bool isTry)
    {
        if (from.Kind != to.Kind || Children(from) is not { } sources || Children(to) is not { } targets || sources.Count != targets.Count)
        {
            return null;
        }

        var parts = new List<BoundExpression>();
        foreach (var (source, target) in sources.Zip(targets))
        {
            if (Cast.To(new BoundColumn(0, "", source, default), target, default, isTry) is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        var loops = new Lazy<IReadOnlyList<Loop<ColumnLoop>>>(() => [.. parts.Select(p => Loops.Column(p, selected: true))]);
        return (emitter, a) => Code.Call(
            emitter.Item(typeof(NestedCast), state => new NestedCast(state, to.Nullable(), loops.Value)), "Run", null, a[0]);
    }

    public ArrayView Run(ArrayView value)
    {
        var elements = ((ArrayColumn)_result).Elements;
        Part(0, value.Elements, value.Start, value.Length, elements);
        return new ArrayView(elements, 0, value.Length);
    }

    public MapView Run(MapView value)
    {
        var result = (MapColumn)_result;
        Part(0, value.Keys, value.Start, value.Length, result.Keys);
        Part(1, value.Values, value.Start, value.Length, result.Values);
        return new MapView(result.Keys, result.Values, 0, value.Length);
    }

    public RowView Run(RowView value)
    {
        var result = (RowColumn)_result;
        for (var i = 0; i < _parts.Length; i++)
        {
            Part(i, value.Fields.Fields[i], value.Row, 1, result.Fields[i]);
        }

        result.Set(0);
        return new RowView(result, 0);
    }

    private static IReadOnlyList<SqlType>? Children(SqlType type) => type.Kind switch
    {
        TypeKind.Array => [type.Element!],
        TypeKind.Map => [type.Key!, type.Element!],
        TypeKind.Multiset => [type.Element!, SqlType.Int],
        TypeKind.Row => [.. type.Fields.Select(f => f.Type)],
        _ => null,
    };

    private void Part(int index, Column source, int start, int length, Column result)
    {
        if (length > _rows.Length)
        {
            _rows = new int[length * 2];
        }

        for (var i = 0; i < length; i++)
        {
            _rows[i] = start + i;
        }

        result.Clear();
        result.Grow(length);
        _input[0] = source;
        var (run, state) = _parts[index];
        state.Begin(_outer.Heap);
        run(state, _input, _rows, length, result);
    }
}
