using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Expressions.Kernels;

/// <summary>Days, times and timestamps plus intervals.</summary>
internal static class TemporalMath
{
    /// <summary>A day that the month does not have becomes its last one.</summary>
    public static int AddMonths(int days, int months)
    {
        var (year, month, day) = Calendar.DateOf(days);
        var count = (year * 12L) + (month - 1) + months;
        var (newYear, newMonth) = ((int)Math.DivRem(count, 12, out var rest), (int)rest + 1);
        if (newMonth < 1)
        {
            (newYear, newMonth) = (newYear - 1, newMonth + 12);
        }

        return Calendar.DaysOf(newYear, newMonth, Math.Min(day, Calendar.DaysInMonth(newYear, newMonth)));
    }

    public static Timestamp AddMonths(Timestamp value, int months)
    {
        var (days, millis) = Calendar.Split(value.Millis);
        return value with { Millis = (AddMonths(days, months) * Calendar.MillisPerDay) + millis };
    }

    /// <summary>Whole days of the interval; the rest is left out.</summary>
    public static int AddDays(int days, long millis) => unchecked((int)(days + (millis / Calendar.MillisPerDay)));

    public static Timestamp AddMillis(Timestamp value, long millis) => value with { Millis = unchecked(value.Millis + millis) };

    /// <summary>Around the clock.</summary>
    public static int AddToTime(int time, long millis) => (int)((time + Calendar.MillisPerDay + (millis % Calendar.MillisPerDay)) % Calendar.MillisPerDay);
}
