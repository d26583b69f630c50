using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Print;

/// <summary>Values as Flink's print connector shows them: the texts of the Java objects that they become. They differ from the SQL
/// text in booleans, times, binaries and whatever is nested.</summary>
internal abstract class PrintForm
{
    public static ReadOnlySpan<byte> KindOf(RowKind kind) => kind switch
    {
        RowKind.Insert => "+I"u8,
        RowKind.UpdateBefore => "-U"u8,
        RowKind.UpdateAfter => "+U"u8,
        _ => "-D"u8,
    };

    /// <summary>Decided once for a column.</summary>
    /// <param name="type">Null: a text as its source prints it.</param>
    public static PrintForm Of(SqlType? type) => type?.Kind switch
    {
        TypeKind.Boolean => new BooleanForm(),
        TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int => new IntForm(static (value, to) => TextForm.AppendLong(value, to)),
        TypeKind.Date => new IntForm(TextForm.AppendDate),
        TypeKind.Time => new IntForm(static (value, to) => JavaMoments.AppendTime(value, 0, withSeconds: false, to)),
        TypeKind.IntervalYearMonth => new IntForm(JavaMoments.AppendPeriod),
        TypeKind.BigInt => new LongForm(TextForm.AppendLong),
        TypeKind.IntervalDayTime => new LongForm(JavaMoments.AppendDuration),
        TypeKind.Float => new FloatForm(),
        TypeKind.Double => new DoubleForm(),
        TypeKind.Decimal => new DecimalForm(),
        TypeKind.Binary or TypeKind.Varbinary => new BytesForm(),
        TypeKind.Timestamp => new TimestampForm(isMoment: false),
        TypeKind.TimestampLtz => new TimestampForm(isMoment: true),
        TypeKind.Array => new ArrayForm(Of(type.Element)),
        TypeKind.Map => new MapForm(Of(type.Key), Of(type.Element)),
        TypeKind.Multiset => new MapForm(Of(type.Element), Of(SqlType.Int)),
        TypeKind.Row => new RowForm([.. type.Fields.Select(f => Of(f.Type))]),
        _ => new TextOnly(),
    };

    public void Append(Column column, int row, ByteHeap to)
    {
        if (column.IsNull(row))
        {
            to.Append("null"u8);
        }
        else
        {
            AppendValue(column, row, to);
        }
    }

    protected abstract void AppendValue(Column column, int row, ByteHeap to);
}

internal sealed class TextOnly : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to) => to.Append(((TextColumn)column)[row]);
}

internal sealed class BooleanForm : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to) => to.Append(((ValueColumn<bool>)column).Values[row] ? "true"u8 : "false"u8);
}

internal sealed class IntForm(Action<int, ByteHeap> append) : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to) => append(((ValueColumn<int>)column).Values[row], to);
}

internal sealed class LongForm(Action<long, ByteHeap> append) : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to) => append(((ValueColumn<long>)column).Values[row], to);
}

internal sealed class FloatForm : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to) => TextForm.AppendFloat(((ValueColumn<float>)column).Values[row], to);
}

internal sealed class DoubleForm : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to) => TextForm.AppendDouble(((ValueColumn<double>)column).Values[row], to);
}

internal sealed class DecimalForm : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to) => JavaNumbers.Append(((ValueColumn<SqlDecimal>)column).Values[row], to);
}

internal sealed class TimestampForm(bool isMoment) : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to)
    {
        JavaMoments.AppendDateTime(((ValueColumn<Timestamp>)column).Values[row], withSeconds: isMoment, to);
        if (isMoment)
        {
            to.Append("Z"u8);
        }
    }
}

/// <summary>An array of Java's signed bytes.</summary>
internal sealed class BytesForm : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to)
    {
        to.Append("["u8);
        var value = ((TextColumn)column)[row];
        for (var i = 0; i < value.Length; i++)
        {
            to.Append(i > 0 ? ", "u8 : default);
            TextForm.AppendLong((sbyte)value[i], to);
        }

        to.Append("]"u8);
    }
}

internal sealed class ArrayForm(PrintForm element) : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to)
    {
        var arrays = (ArrayColumn)column;
        to.Append("["u8);
        for (var i = 0; i < arrays.Length[row]; i++)
        {
            to.Append(i > 0 ? ", "u8 : default);
            element.Append(arrays.Elements, arrays.Start[row] + i, to);
        }

        to.Append("]"u8);
    }
}

internal sealed class MapForm(PrintForm key, PrintForm value) : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to)
    {
        var maps = (MapColumn)column;
        to.Append("{"u8);
        for (var i = 0; i < maps.Length[row]; i++)
        {
            to.Append(i > 0 ? ", "u8 : default);
            key.Append(maps.Keys, maps.Start[row] + i, to);
            to.Append("="u8);
            value.Append(maps.Values, maps.Start[row] + i, to);
        }

        to.Append("}"u8);
    }
}

/// <summary>A row within a row is one of its own, and always an insert.</summary>
internal sealed class RowForm(IReadOnlyList<PrintForm> fields) : PrintForm
{
    protected override void AppendValue(Column column, int row, ByteHeap to)
    {
        var rows = (RowColumn)column;
        to.Append("+I["u8);
        for (var i = 0; i < fields.Count; i++)
        {
            to.Append(i > 0 ? ", "u8 : default);
            fields[i].Append(rows.Fields[i], row, to);
        }

        to.Append("]"u8);
    }
}
