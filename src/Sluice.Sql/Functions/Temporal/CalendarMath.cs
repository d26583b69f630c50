using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>Arithmetic with days since 1970-01-01 and milliseconds since then, beyond <see cref="Calendar"/>.</summary>
internal static class CalendarMath
{
    /// <summary>The day stays, or is the month's last where the month is shorter.</summary>
    public static int AddMonths(int days, long months)
    {
        var (year, month, day) = Calendar.DateOf(days);
        var total = checked((year * 12L) + month - 1 + months);
        year = checked((int)FloorDiv(total, 12));
        month = (int)(total - (year * 12L)) + 1;
        return Calendar.DaysOf(year, month, Math.Min(day, Calendar.DaysInMonth(year, month)));
    }

    /// <summary>Whole months from one time to another, both in milliseconds.</summary>
    public static long MonthsBetween(long from, long to)
    {
        if (to < from)
        {
            return -MonthsBetween(to, from);
        }

        var (fromDay, toDay) = ((int)FloorDiv(from, Calendar.MillisPerDay), (int)FloorDiv(to, Calendar.MillisPerDay));
        var (a, b) = (Calendar.DateOf(fromDay), Calendar.DateOf(toDay));
        var months = ((b.Year - a.Year) * 12L) + b.Month - a.Month;
        var reached = AddMonths(fromDay, months);
        return reached > toDay || (reached == toDay && Rest(from) > Rest(to)) ? months - 1 : months;
    }

    /// <summary>1 is Sunday.</summary>
    public static int DayOfWeek(int days) => FloorMod(days + 4, 7) + 1;

    /// <summary>1 is Monday.</summary>
    public static int IsoDayOfWeek(int days) => FloorMod(days + 3, 7) + 1;

    public static int DayOfYear(int days) => days - Calendar.DaysOf(Calendar.DateOf(days).Year, 1, 1) + 1;

    /// <summary>The week of ISO 8601 and the year that it belongs to: that of its Thursday.</summary>
    public static (int Year, int Week) IsoWeek(int days)
    {
        var thursday = days - IsoDayOfWeek(days) + 4;
        return (Calendar.DateOf(thursday).Year, ((DayOfYear(thursday) - 1) / 7) + 1);
    }

    /// <summary>Milliseconds of the day.</summary>
    public static int Rest(long millis) => (int)(millis - (FloorDiv(millis, Calendar.MillisPerDay) * Calendar.MillisPerDay));

    public static int FloorDiv(int x, int y) => (x / y) - (x % y < 0 ? 1 : 0);

    public static long FloorDiv(long x, long y) => (x / y) - (x % y < 0 ? 1 : 0);

    public static int FloorMod(int x, int y) => x - (FloorDiv(x, y) * y);
}
