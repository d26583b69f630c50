using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Expressions.Casts;

/// <summary>The SQL text of values, appended to a heap.</summary>
internal static class ToText
{
    public static Utf8 OfBoolean(bool value, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendBoolean(value, heap);
        return Since(start, heap);
    }

    public static Utf8 OfLong(long value, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendLong(value, heap);
        return Since(start, heap);
    }

    public static Utf8 OfFloat(float value, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendFloat(value, heap);
        return Since(start, heap);
    }

    public static Utf8 OfDouble(double value, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendDouble(value, heap);
        return Since(start, heap);
    }

    public static Utf8 OfDecimal(SqlDecimal value, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendDecimal(value, heap);
        return Since(start, heap);
    }

    public static Utf8 OfDate(int days, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendDate(days, heap);
        return Since(start, heap);
    }

    public static Utf8 OfTime(int millis, int precision, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendTime(millis, precision, heap);
        return Since(start, heap);
    }

    public static Utf8 OfTimestamp(Timestamp value, int precision, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendTimestamp(value, precision, heap);
        return Since(start, heap);
    }

    public static Utf8 OfTimestampLtz(Timestamp value, int precision, TimeZoneInfo zone, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendTimestampLtz(value, precision, zone, heap);
        return Since(start, heap);
    }

    public static Utf8 OfMonths(int months, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendIntervalYearMonth(months, heap);
        return Since(start, heap);
    }

    public static Utf8 OfMillis(long millis, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.AppendIntervalDayTime(millis, heap);
        return Since(start, heap);
    }

    /// <summary>A nested value, which stands in row 0 of a column.</summary>
    public static Utf8 OfCell(Column column, SqlType type, TimeZoneInfo zone, ByteHeap heap)
    {
        var start = heap.Used;
        TextForm.Append(column, 0, type, heap, zone);
        return Since(start, heap);
    }

    private static Utf8 Since(int start, ByteHeap heap) => new(heap.Bytes, start, heap.Used - start);
}
