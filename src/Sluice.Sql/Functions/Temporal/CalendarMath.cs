namespace Sluice.Sql.Functions.Temporal;

/// <summary>Days since 1970-01-01 and the proleptic Gregorian calendar. Eras of 400 years, each beginning on a first of March.</summary>
internal static class CalendarMath
{
    public const long MillisPerDay = 86_400_000;

    private const int DaysPerEra = 146_097;

    /// <summary>Days from 0000-03-01 to 1970-01-01.</summary>
    private const int DaysToEpoch = 719_468;

    /// <param name="day">Days beyond the month's end run into the next.</param>
    public static int Days(int year, int month, int day)
    {
        var shifted = month <= 2 ? year - 1 : year;
        var era = FloorDiv(shifted, 400);
        var yearOfEra = shifted - (era * 400);
        var dayOfYear = ((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5;
        return (era * DaysPerEra) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear + day - 1 - DaysToEpoch;
    }

    public static (int Year, int Month, int Day) Date(int days)
    {
        var shifted = days + DaysToEpoch;
        var era = FloorDiv(shifted, DaysPerEra);
        var dayOfEra = shifted - (era * DaysPerEra);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var month = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * month) + 2) / 5) + 1;
        month = month < 10 ? month + 3 : month - 9;
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    public static int MonthLength(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>The day stays, or is the month's last where the month is shorter.</summary>
    public static int AddMonths(int days, long months)
    {
        var (year, month, day) = Date(days);
        var total = checked((year * 12L) + month - 1 + months);
        year = checked((int)FloorDiv(total, 12));
        month = (int)(total - (year * 12L)) + 1;
        return Days(year, month, Math.Min(day, MonthLength(year, month)));
    }

    /// <summary>Whole months from one time to another, both in milliseconds.</summary>
    public static long MonthsBetween(long from, long to)
    {
        if (to < from)
        {
            return -MonthsBetween(to, from);
        }

        var (fromDay, toDay) = ((int)FloorDiv(from, MillisPerDay), (int)FloorDiv(to, MillisPerDay));
        var (a, b) = (Date(fromDay), Date(toDay));
        var months = ((b.Year - a.Year) * 12L) + b.Month - a.Month;
        var reached = AddMonths(fromDay, months);
        return reached > toDay || (reached == toDay && Rest(from) > Rest(to)) ? months - 1 : months;
    }

    /// <summary>1 is Sunday.</summary>
    public static int DayOfWeek(int days) => FloorMod(days + 4, 7) + 1;

    /// <summary>1 is Monday.</summary>
    public static int IsoDayOfWeek(int days) => FloorMod(days + 3, 7) + 1;

    public static int DayOfYear(int days) => days - Days(Date(days).Year, 1, 1) + 1;

    /// <summary>The week of ISO 8601 and the year that it belongs to: that of its Thursday.</summary>
    public static (int Year, int Week) IsoWeek(int days)
    {
        var thursday = days - IsoDayOfWeek(days) + 4;
        return (Date(thursday).Year, ((DayOfYear(thursday) - 1) / 7) + 1);
    }

    /// <summary>Milliseconds of the day.</summary>
    public static int Rest(long millis) => (int)(millis - (FloorDiv(millis, MillisPerDay) * MillisPerDay));

    public static int FloorDiv(int x, int y) => (x / y) - (x % y < 0 ? 1 : 0);

    public static long FloorDiv(long x, long y) => (x / y) - (x % y < 0 ? 1 : 0);

    public static int FloorMod(int x, int y) => x - (FloorDiv(x, y) * y);
}
