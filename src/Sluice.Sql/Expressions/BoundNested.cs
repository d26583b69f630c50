using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Expressions.Kernels;
using Sluice.Sql.Parsing;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions;

/// <summary><c>ARRAY[...]</c>; the items are of the type of its elements.</summary>
internal sealed record BoundArray(IReadOnlyList<BoundExpression> Items, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => Items;

    internal override Emitted Emit(Emitter to)
    {
        var values = Items.Select(to.Emit).ToList();
        var (column, zero) = (to.Scratch(Type), Code.Constant(0));
        var elements = to.Hoist((column, "elements"), () => Code.Convert(Code.Field(column, nameof(ArrayColumn.Elements)), Values.ColumnType(Type.Element!)));
        to.Add(Code.Call(column, nameof(ArrayColumn.Begin), null, zero));
        foreach (var value in values)
        {
            to.Add(Values.Write(elements, to.Assign(Code.Call(column, nameof(ArrayColumn.Add), null, zero)), value, Type.Element!));
        }

        return Values.Read(to, column, zero, Type);
    }
}

/// <summary><c>MAP[k, v, ...]</c>; keys and values take turns and are of the types of the map.</summary>
internal sealed record BoundMap(IReadOnlyList<BoundExpression> KeysAndValues, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => KeysAndValues;

    internal override Emitted Emit(Emitter to)
    {
        var values = KeysAndValues.Select(to.Emit).ToList();
        var (column, zero) = (to.Scratch(Type), Code.Constant(0));
        var keyColumn = to.Hoist((column, "keys"), () => Code.Convert(Code.Field(column, nameof(MapColumn.Keys)), Values.ColumnType(Type.Key!)));
        var valueColumn = to.Hoist((column, "values"), () => Code.Convert(Code.Field(column, nameof(MapColumn.Values)), Values.ColumnType(Type.Element!)));
        to.Add(Code.Call(column, nameof(MapColumn.Begin), null, zero));
        for (var i = 0; i < values.Count; i += 2)
        {
            var entry = to.Assign(Code.Call(column, nameof(MapColumn.Add), null, zero));
            to.Add(Values.Write(keyColumn, entry, values[i], Type.Key!));
            to.Add(Values.Write(valueColumn, entry, values[i + 1], Type.Element!));
        }

        return Values.Read(to, column, zero, Type);
    }
}

/// <summary><c>ROW(a, b)</c>.</summary>
internal sealed record BoundRow(IReadOnlyList<BoundExpression> Items, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => Items;

    internal override Emitted Emit(Emitter to)
    {
        var values = Items.Select(to.Emit).ToList();
        var (column, zero) = (to.Scratch(Type), Code.Constant(0));
        for (var i = 0; i < values.Count; i++)
        {
            var (index, type) = (i, Type.Fields[i].Type);
            var field = to.Hoist((column, i), () => Code.Convert(
                Code.ArrayIndex(Code.Property(column, nameof(RowColumn.Fields)), Code.Constant(index)), Values.ColumnType(type)));
            to.Add(Values.Write(field, zero, values[i], type));
        }

        to.Add(Code.Call(column, nameof(RowColumn.Set), null, zero));
        return Values.Read(to, column, zero, Type);
    }
}

/// <summary><c>array[i]</c>, counted from 1, and <c>map[key]</c>: NULL where there is no such element.</summary>
/// <param name="Index">Of BIGINT, or of the type of the map's keys.</param>
internal sealed record BoundElement(BoundExpression Operand, BoundExpression Index, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [Operand, Index];

    internal override Emitted Emit(Emitter to)
    {
        var (operand, index) = (to.Emit(Operand), to.Emit(Index));
        var (value, isNull, at) = (to.Local(Values.ClrType(Type)), to.Local(typeof(bool)), to.Local(typeof(int)));
        to.Add(Code.Assign(isNull, Code.Constant(true)));
        to.If(Code.Not(Code.Or(operand.IsNull, index.IsNull)), () =>
        {
            var isMap = Operand.Type.Kind == TypeKind.Map;
            to.Add(Code.Assign(at, isMap
                ? Code.Call(typeof(MapSearch), nameof(MapSearch.Find), null, operand.Value, index.Value)
                : Code.Call(typeof(MapSearch), nameof(MapSearch.Within), null, operand.Value, index.Value)));
            to.If(Code.GreaterThanOrEqual(at, Code.Constant(0)), () =>
            {
                var column = to.Assign(Code.Convert(Code.Property(operand.Value, isMap ? nameof(MapView.Values) : nameof(ArrayView.Elements)), Values.ColumnType(Type)));
                var read = Values.Read(to, column, at, Type);
                to.Add(Code.Assign(value, read.Value));
                to.Add(Code.Assign(isNull, read.IsNull));
            });
        });
        return new Emitted(value, isNull);
    }
}
