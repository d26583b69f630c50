using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>The parts of a day and time of day, to be printed.</summary>
internal readonly struct DateFields
{
    /// <param name="at">As the clocks of the zone show it.</param>
    /// <param name="offset">Of that zone, in milliseconds.</param>
    public DateFields(Timestamp at, long offset = 0)
    {
        Days = (int)CalendarMath.FloorDiv(at.Millis, Calendar.MillisPerDay);
        (Year, Month, Day) = Calendar.DateOf(Days);
        MillisOfDay = CalendarMath.Rest(at.Millis);
        Nanos = (MillisOfDay % 1000 * 1_000_000) + at.Nanos;
        OffsetMinutes = (int)(offset / 60_000);
    }

    public int Days { get; }

    public int Year { get; }

    public int Month { get; }

    public int Day { get; }

    public int MillisOfDay { get; }

    public int Hour => MillisOfDay / 3_600_000;

    public int Minute => MillisOfDay / 60_000 % 60;

    public int Second => MillisOfDay / 1000 % 60;

    /// <summary>Of the second.</summary>
    public int Nanos { get; }

    public int OffsetMinutes { get; }
}
