using System.Linq.Expressions;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Compiling;

/// <summary>Reading and writing the columns of each storage in generated code.</summary>
internal static class Values
{
    /// <summary>What a value of a type is in generated code.</summary>
    public static Type ClrType(SqlType type) => type.Storage switch
    {
        Storage.Boolean => typeof(bool),
        Storage.Int => typeof(int),
        Storage.Long => typeof(long),
        Storage.Float => typeof(float),
        Storage.Double => typeof(double),
        Storage.Decimal => typeof(SqlDecimal),
        Storage.Timestamp => typeof(Timestamp),
        Storage.Array => typeof(ArrayView),
        Storage.Map => typeof(MapView),
        Storage.Row => typeof(RowView),
        _ => typeof(Utf8),
    };

    public static Type ColumnType(SqlType type) => type.Storage switch
    {
        Storage.Text => typeof(TextColumn),
        Storage.Array => typeof(ArrayColumn),
        Storage.Map => typeof(MapColumn),
        Storage.Row => typeof(RowColumn),
        _ => typeof(ValueColumn<>).MakeGenericType(ClrType(type)),
    };

    /// <summary>One value of a column.</summary>
    /// <param name="column">A local of <see cref="ColumnType"/>.</param>
    /// <param name="row">A local.</param>
    public static Emitted Read(Emitter to, Code column, Code row, SqlType type)
    {
        switch (type.Storage)
        {
            case Storage.Text:
                return Guarded(to, Code.LessThan(At(column, "Length", row), Code.Constant(0)), Code.Call(column, nameof(TextColumn.At), null, row));
            case Storage.Array:
                return Guarded(to, Code.LessThan(At(column, "Length", row), Code.Constant(0)), Code.New(
                    typeof(ArrayView).GetConstructors()[0], Code.Field(column, "Elements"), At(column, "Start", row), At(column, "Length", row)));
            case Storage.Map:
                return Guarded(to, Code.LessThan(At(column, "Length", row), Code.Constant(0)), Code.New(
                    typeof(MapView).GetConstructors()[0], Code.Field(column, "Keys"), Code.Field(column, "Values"), At(column, "Start", row), At(column, "Length", row)));
            case Storage.Row:
                return Guarded(to, At(column, "Nulls", row), Code.New(typeof(RowView).GetConstructors()[0], column, row));
            default:
                return new Emitted(to.Assign(At(column, "Values", row)), to.Assign(At(column, "Nulls", row)));
        }
    }

    /// <summary>Statements that put a value into a row of a column.</summary>
    public static Code Write(Code column, Code row, Emitted value, SqlType type)
    {
        var set = type.Storage switch
        {
            Storage.Array => Code.Call(
                column, nameof(ArrayColumn.CopyFrom), null, row, Code.Property(value.Value, "Elements"), Code.Property(value.Value, "Start"), Code.Property(value.Value, "Length")),
            Storage.Map => Code.Call(
                column, nameof(MapColumn.CopyFrom), null, row, Code.Property(value.Value, "Keys"), Code.Property(value.Value, "Values"), Code.Property(value.Value, "Start"), Code.Property(value.Value, "Length")),
            Storage.Row => Code.Call(column, nameof(RowColumn.CopyFrom), null, Code.Property(value.Value, "Fields"), Code.Property(value.Value, "Row"), row),
            _ => Code.Call(column, column.Type.GetMethod("Set", [typeof(int), ClrType(type)])!, row, value.Value),
        };
        return value.Null is null ? set : Code.IfThenElse(value.Null, Code.Call(column, nameof(Column.SetNull), null, row), set);
    }

    private static BinaryExpression At(Code column, string array, Code row) => Code.ArrayIndex(Code.Field(column, array), row);

    private static Emitted Guarded(Emitter to, Code isNull, Code value)
    {
        var absent = to.Assign(isNull);
        return new Emitted(to.Assign(Code.Condition(absent, Code.Default(value.Type), value)), absent);
    }
}
