using System.Runtime.CompilerServices;

namespace Sluice.Engine.Types;

/// <summary>Days and dates of the proleptic Gregorian calendar.</summary>
public static class Calendar
{
    public const long MillisPerDay = 86_400_000;

    /// <summary>Of 400 years, after which the calendar repeats.</summary>
    private const int DaysPerCycle = 146_097;

    /// <summary>From 0000-03-01, where the cycles begin, to 1970-01-01.</summary>
    private const int CycleStart = 719_468;

    /// <summary>Days since 1970-01-01, and milliseconds of the day, which are never negative.</summary>
    public static (int Days, int Millis) Split(long millis)
    {
        var days = Math.DivRem(millis, MillisPerDay, out var rest);
        return rest < 0 ? ((int)days - 1, (int)(rest + MillisPerDay)) : ((int)days, (int)rest);
    }

    /// <summary>The date of a day counted from 1970-01-01. Years before 1 are 0, -1, ...</summary>
    public static (int Year, int Month, int Day) DateOf(int days)
    {
        // Counted in years that begin with March, so that the day that leap years add is the last one.
        var shifted = (long)days + CycleStart;
        var cycle = Math.DivRem(shifted, DaysPerCycle, out var ofCycle);
        if (ofCycle < 0)
        {
            (cycle, ofCycle) = (cycle - 1, ofCycle + DaysPerCycle);
        }

        var dayOfCycle = (int)ofCycle;
        var yearOfCycle = (dayOfCycle - (dayOfCycle / 1460) + (dayOfCycle / 36_524) - (dayOfCycle / 146_096)) / 365;
        var dayOfYear = dayOfCycle - ((365 * yearOfCycle) + (yearOfCycle / 4) - (yearOfCycle / 100));
        var month = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * month) + 2) / 5) + 1;
        var year = (int)((cycle * 400) + yearOfCycle);
        return month < 10 ? (year, month + 3, day) : (year + 1, month - 9, day);
    }

    /// <summary>Days since 1970-01-01. The day may be one that the month does not have: it then counts on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DaysOf(int year, int month, int day)
    {
        var shiftedYear = month <= 2 ? year - 1 : year;
        var cycle = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400;
        var yearOfCycle = shiftedYear - (cycle * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        return (cycle * DaysPerCycle) + (yearOfCycle * 365) + (yearOfCycle / 4) - (yearOfCycle / 100) + dayOfYear - CycleStart;
    }

    public static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    public static int DaysInMonth(int year, int month) => month switch
    {
        2 => IsLeap(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };
}
