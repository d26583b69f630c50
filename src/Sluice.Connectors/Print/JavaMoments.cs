using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Print;

/// <summary>The texts of Java's <c>LocalTime</c>, <c>LocalDateTime</c>, <c>Instant</c>, <c>Period</c> and <c>Duration</c>.</summary>
internal static class JavaMoments
{
    private const int MonthsOfYear = 12;
    private const long MillisOfMinute = 60_000;
    private const long MillisOfHour = 60 * MillisOfMinute;

    /// <summary><c>2020-01-01T00:00</c>; seconds where there are any, or always; the fraction as for a time.</summary>
    public static void AppendDateTime(Timestamp value, bool withSeconds, ByteHeap to)
    {
        var (days, millis) = Calendar.Split(value.Millis);
        TextForm.AppendDate(days, to);
        to.Append("T"u8);
        AppendTime(millis, value.Nanos, withSeconds, to);
    }

    /// <summary><c>10:15</c>, <c>10:15:30</c>, <c>10:15:30.120</c>: the fraction has no, three, six or nine digits.</summary>
    /// <param name="millis">Of the day.</param>
    /// <param name="nanos">Of the last of these milliseconds.</param>
    public static void AppendTime(int millis, int nanos, bool withSeconds, ByteHeap to)
    {
        AppendDigits(millis / (int)MillisOfHour, 2, to);
        to.Append(":"u8);
        AppendDigits(millis / (int)MillisOfMinute % 60, 2, to);
        if (!withSeconds && millis % MillisOfMinute == 0 && nanos == 0)
        {
            return;
        }

        to.Append(":"u8);
        AppendDigits(millis / 1000 % 60, 2, to);
        var fraction = millis % 1000;
        if (fraction == 0 && nanos == 0)
        {
            return;
        }

        to.Append("."u8);
        AppendDigits(fraction, 3, to);
        if (nanos != 0)
        {
            AppendDigits(nanos % 1000 == 0 ? nanos / 1000 : nanos, nanos % 1000 == 0 ? 3 : 6, to);
        }
    }

    /// <summary><c>P1Y2M</c>, <c>P0D</c>.</summary>
    public static void AppendPeriod(int months, ByteHeap to)
    {
        to.Append(months == 0 ? "P0D"u8 : "P"u8);
        AppendUnit(months / MonthsOfYear, "Y"u8, to);
        AppendUnit(months % MonthsOfYear, "M"u8, to);
    }

    /// <summary><c>PT27H15M3.5S</c>, <c>PT0S</c>: hours are not made days.</summary>
    public static void AppendDuration(long millis, ByteHeap to)
    {
        to.Append(millis == 0 ? "PT0S"u8 : "PT"u8);
        AppendUnit(millis / MillisOfHour, "H"u8, to);
        AppendUnit(millis / MillisOfMinute % 60, "M"u8, to);
        var rest = (int)(millis % MillisOfMinute);
        if (rest == 0)
        {
            return;
        }

        var (seconds, fraction) = (rest / 1000, Math.Abs(rest % 1000));
        to.Append(rest < 0 && seconds == 0 ? "-"u8 : default);
        TextForm.AppendLong(seconds, to);
        if (fraction != 0)
        {
            var digits = fraction % 100 == 0 ? 1 : fraction % 10 == 0 ? 2 : 3;
            to.Append("."u8);
            AppendDigits(digits switch { 1 => fraction / 100, 2 => fraction / 10, _ => fraction }, digits, to);
        }

        to.Append("S"u8);
    }

    private static void AppendUnit(long count, ReadOnlySpan<byte> unit, ByteHeap to)
    {
        if (count != 0)
        {
            TextForm.AppendLong(count, to);
            to.Append(unit);
        }
    }

    private static void AppendDigits(int value, int digits, ByteHeap to)
    {
        var start = to.Take(digits);
        var at = to.Bytes.AsSpan(start, digits);
        for (var i = digits - 1; i >= 0; i--)
        {
            at[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
