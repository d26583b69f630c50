using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Types;

/// <summary>Appends the text of a value that is not null.</summary>
public delegate void TextAppender(Column column, int row, ByteHeap to);

/// <summary>The SQL text of values: what <c>CAST(x AS STRING)</c> gives in Flink. Bytes that are no UTF-8 are kept as they are.
/// Nothing is allocated apart from the heap's own growth.</summary>
public static class TextForm
{
    /// <summary>Digits of a long with its sign.</summary>
    private const int MostLongBytes = 20;

    /// <summary>Digits of an Int128 with its sign.</summary>
    private const int MostInt128Bytes = 40;

    /// <summary>Appends the text of a value that is not null.</summary>
    /// <param name="type">Null: the column holds texts as their source prints them.</param>
    /// <param name="zone">Moments (TIMESTAMP_LTZ) are shown in this time zone; null is UTC.</param>
    public static void Append(Column column, int row, SqlType? type, ByteHeap to, TimeZoneInfo? zone = null)
    {
        switch (type?.Storage ?? Storage.Text)
        {
            case Storage.Text:
                to.Append(((TextColumn)column)[row]);
                break;
            case Storage.Boolean:
                AppendBoolean(((ValueColumn<bool>)column).Values[row], to);
                break;
            case Storage.Int:
                AppendInt(((ValueColumn<int>)column).Values[row], type!, to);
                break;
            case Storage.Long:
                AppendLong(((ValueColumn<long>)column).Values[row], type!, to);
                break;
            case Storage.Float:
                AppendFloat(((ValueColumn<float>)column).Values[row], to);
                break;
            case Storage.Double:
                AppendDouble(((ValueColumn<double>)column).Values[row], to);
                break;
            case Storage.Decimal:
                AppendDecimal(((ValueColumn<SqlDecimal>)column).Values[row], to);
                break;
            case Storage.Timestamp:
                AppendTimestamp(((ValueColumn<Timestamp>)column).Values[row], type!, to, zone);
                break;
            case Storage.Array:
                AppendArray((ArrayColumn)column, row, type!, to, zone);
                break;
            case Storage.Map:
                AppendMap((MapColumn)column, row, type!, to, zone);
                break;
            case Storage.Row:
                AppendRow((RowColumn)column, row, type!, to, zone);
                break;
        }
    }

    /// <summary>The same, decided once for all values of a column.</summary>
    public static TextAppender Appender(SqlType? type, TimeZoneInfo? zone = null) => type?.Kind switch
    {
        TypeKind.Boolean => static (column, row, to) => AppendBoolean(((ValueColumn<bool>)column).Values[row], to),
        TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int => static (column, row, to) => AppendLong(((ValueColumn<int>)column).Values[row], to),
        TypeKind.BigInt => static (column, row, to) => AppendLong(((ValueColumn<long>)column).Values[row], to),
        TypeKind.Double => static (column, row, to) => AppendDouble(((ValueColumn<double>)column).Values[row], to),
        TypeKind.Decimal => static (column, row, to) => AppendDecimal(((ValueColumn<SqlDecimal>)column).Values[row], to),
        TypeKind.Timestamp => (column, row, to) => AppendTimestamp(((ValueColumn<Timestamp>)column).Values[row], type.Precision, to),
        _ when (type?.Storage ?? Storage.Text) == Storage.Text => static (column, row, to) => to.Append(((TextColumn)column)[row]),
        _ => (column, row, to) => Append(column, row, type, to, zone),
    };

    /// <summary>The text of a value for messages, or null where it is null.</summary>
    public static string? Of(Column column, int row, SqlType? type, TimeZoneInfo? zone = null)
    {
        if (column.IsNull(row))
        {
            return null;
        }

        var heap = new ByteHeap(64);
        Append(column, row, type, heap, zone);
        return Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used));
    }

    /// <summary><c>TRUE</c>, <c>FALSE</c>.</summary>
    public static void AppendBoolean(bool value, ByteHeap to) => to.Append(value ? "TRUE"u8 : "FALSE"u8);

    /// <summary>Any integer type.</summary>
    public static void AppendLong(long value, ByteHeap to)
    {
        Utf8Formatter.TryFormat(value, to.Reserve(MostLongBytes), out var written);
        to.Take(written);
    }

    /// <summary>Java's shortest form: <c>1.0</c>, <c>1.0E10</c>, <c>NaN</c>, <c>-Infinity</c>.</summary>
    public static void AppendFloat(float value, ByteHeap to) => JavaNumbers.Append(value, to);

    /// <summary>Java's shortest form: <c>1.0</c>, <c>1.0E10</c>, <c>NaN</c>, <c>-Infinity</c>.</summary>
    public static void AppendDouble(double value, ByteHeap to) => JavaNumbers.Append(value, to);

    /// <summary>All digits of its scale: <c>12.50</c>, <c>-0.07</c>.</summary>
    public static void AppendDecimal(SqlDecimal value, ByteHeap to)
    {
        var at = to.Reserve(MostInt128Bytes + value.Scale + 2);
        int written;
        if (value.Unscaled >= long.MinValue && value.Unscaled <= long.MaxValue)
        {
            Utf8Formatter.TryFormat((long)value.Unscaled, at, out written);
        }
        else
        {
            value.Unscaled.TryFormat(at, out written, default, CultureInfo.InvariantCulture);
        }

        to.Take(value.Scale > 0 ? InsertPoint(at, written, value.Scale) : written);
    }

    /// <summary><c>yyyy-MM-dd</c>.</summary>
    /// <param name="days">Since 1970-01-01.</param>
    public static void AppendDate(int days, ByteHeap to)
    {
        var (year, month, day) = Calendar.DateOf(days);
        var at = to.Reserve(MostLongBytes);
        to.Take(TemporalForm.PutDate(at, year, month, day));
    }

    /// <summary><c>HH:mm:ss</c> and, with a precision, a fraction of at least one digit and without trailing zeros.</summary>
    /// <param name="millis">Of the day.</param>
    public static void AppendTime(int millis, int precision, ByteHeap to)
    {
        var at = to.Reserve(MostLongBytes);
        TemporalForm.PutTime(at, millis / 1000);
        var used = 8;
        var rest = millis % 1000;
        if (precision > 0)
        {
            at[used++] = (byte)'.';
            for (var digit = 0; digit < precision; digit++)
            {
                at[used++] = (byte)('0' + (rest / 100));
                rest = rest % 100 * 10;
                if (rest == 0)
                {
                    break;
                }
            }
        }

        to.Take(used);
    }

    /// <summary><c>yyyy-MM-dd HH:mm:ss</c> and exactly as many digits of the fraction as the precision says.</summary>
    public static void AppendTimestamp(Timestamp value, int precision, ByteHeap to)
    {
        var at = to.Reserve(MostInt128Bytes);
        var used = TemporalForm.PutTimestamp(at, value, (byte)' ', precision, precision);
        to.Take(used);
    }

    /// <summary>A moment as its time zone shows it; null is UTC.</summary>
    public static void AppendTimestampLtz(Timestamp value, int precision, TimeZoneInfo? zone, ByteHeap to) =>
        AppendTimestamp(zone is null ? value : value with { Millis = TimeZones.ToLocal(value.Millis, zone) }, precision, to);

    /// <summary><c>+1-02</c>: years and months.</summary>
    public static void AppendIntervalYearMonth(int months, ByteHeap to)
    {
        to.Append(months < 0 ? "-"u8 : "+"u8);
        var size = Math.Abs((long)months);
        AppendLong(size / 12, to);
        to.Append("-"u8);
        var at = to.Reserve(2);
        TemporalForm.PutTwo(at, (int)(size % 12));
        to.Take(2);
    }

    /// <summary><c>+1 02:03:04.005</c>: days and time.</summary>
    public static void AppendIntervalDayTime(long millis, ByteHeap to)
    {
        to.Append(millis < 0 ? "-"u8 : "+"u8);
        var size = millis < 0 ? (ulong)-millis : (ulong)millis;
        AppendLong((long)(size / Calendar.MillisPerDay), to);
        to.Append(" "u8);
        var at = to.Reserve(12);
        var rest = (int)(size % Calendar.MillisPerDay);
        TemporalForm.PutTime(at, rest / 1000);
        at[8] = (byte)'.';
        TemporalForm.PutDigits(at[9..], rest % 1000, 3);
        to.Take(12);
    }

    /// <summary>Turns the digits of an integer into a decimal with leading zeros and a point; returns the new length.</summary>
    private static int InsertPoint(Span<byte> at, int length, int scale)
    {
        var sign = at[0] == '-' ? 1 : 0;
        var missing = Math.Max(0, scale + 1 - (length - sign));
        if (missing > 0)
        {
            at[sign..length].CopyTo(at[(sign + missing)..]);
            at.Slice(sign, missing).Fill((byte)'0');
            length += missing;
        }

        at[(length - scale)..length].CopyTo(at[(length - scale + 1)..]);
        at[length - scale] = (byte)'.';
        return length + 1;
    }

    private static void AppendInt(int value, SqlType type, ByteHeap to)
    {
        switch (type.Kind)
        {
            case TypeKind.Date:
                AppendDate(value, to);
                break;
            case TypeKind.Time:
                AppendTime(value, type.Precision, to);
                break;
            case TypeKind.IntervalYearMonth:
                AppendIntervalYearMonth(value, to);
                break;
            default:
                AppendLong(value, to);
                break;
        }
    }

    private static void AppendLong(long value, SqlType type, ByteHeap to)
    {
        if (type.Kind == TypeKind.IntervalDayTime)
        {
            AppendIntervalDayTime(value, to);
        }
        else
        {
            AppendLong(value, to);
        }
    }

    private static void AppendTimestamp(Timestamp value, SqlType type, ByteHeap to, TimeZoneInfo? zone) =>
        AppendTimestampLtz(value, type.Precision, type.Kind == TypeKind.TimestampLtz ? zone : null, to);

    private static void AppendArray(ArrayColumn column, int row, SqlType type, ByteHeap to, TimeZoneInfo? zone)
    {
        to.Append("["u8);
        for (var i = 0; i < column.Length[row]; i++)
        {
            to.Append(i == 0 ? default : ", "u8);
            AppendNested(column.Elements, column.Start[row] + i, type.Element, to, zone);
        }

        to.Append("]"u8);
    }

    private static void AppendMap(MapColumn column, int row, SqlType type, ByteHeap to, TimeZoneInfo? zone)
    {
        var (key, value) = type.Key is null ? (type.Element, SqlType.Int) : (type.Key, type.Element);
        to.Append("{"u8);
        for (var i = 0; i < column.Length[row]; i++)
        {
            to.Append(i == 0 ? default : ", "u8);
            AppendNested(column.Keys, column.Start[row] + i, key, to, zone);
            to.Append("="u8);
            AppendNested(column.Values, column.Start[row] + i, value, to, zone);
        }

        to.Append("}"u8);
    }

    private static void AppendRow(RowColumn column, int row, SqlType type, ByteHeap to, TimeZoneInfo? zone)
    {
        to.Append("("u8);
        for (var i = 0; i < column.Fields.Length; i++)
        {
            to.Append(i == 0 ? default : ", "u8);
            AppendNested(column.Fields[i], row, type.Fields[i].Type, to, zone);
        }

        to.Append(")"u8);
    }

    private static void AppendNested(Column column, int row, SqlType? type, ByteHeap to, TimeZoneInfo? zone)
    {
        if (column.IsNull(row))
        {
            to.Append("NULL"u8);
        }
        else
        {
            Append(column, row, type, to, zone);
        }
    }
}
