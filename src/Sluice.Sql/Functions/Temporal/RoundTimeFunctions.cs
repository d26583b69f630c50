using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Parsing.Syntax;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Temporal;

/// <summary><c>FLOOR(x TO unit)</c> and <c>CEIL(x TO unit)</c>. Weeks begin on Sunday.</summary>
internal static class RoundTimeFunctions
{
    /// <summary>Further ways to call FLOOR.</summary>
    public static IReadOnlyList<Overload> Floor { get; } =
    [
        new([Family.Date, Unit], Returning.First, FloorDate) { Check = IsDateUnit }, new([Family.Time, Unit], Returning.First, FloorTime) { Check = IsTimeUnit },
        new([Family.Timestamp, Unit], Returning.First, FloorTimestamp) { Check = IsDateUnit }, new([Family.TimestampLtz, Unit], Returning.First, FloorMoment) { Check = IsDateUnit },
    ];

    /// <summary>Further ways to call CEIL.</summary>
    public static IReadOnlyList<Overload> Ceil { get; } =
    [
        new([Family.Date, Unit], Returning.First, CeilDate) { Check = IsDateUnit }, new([Family.Time, Unit], Returning.First, CeilTime) { Check = IsTimeUnit },
        new([Family.Timestamp, Unit], Returning.First, CeilTimestamp) { Check = IsDateUnit }, new([Family.TimestampLtz, Unit], Returning.First, CeilMoment) { Check = IsDateUnit },
    ];

    public static int FloorDate(int days, TimeUnit unit) => MillisOf(unit) > 0 ? days : FloorDays(days, unit);

    /// <summary>To the day it is the next one, as Flink has it.</summary>
    public static int CeilDate(int days, TimeUnit unit)
    {
        if (unit == TimeUnit.Day)
        {
            return days + 1;
        }

        var floor = FloorDate(days, unit);
        return floor == days ? days : Next(floor, unit);
    }

    public static int FloorTime(int millis, TimeUnit unit) => (int)(millis - (millis % TimeUnitMillis(unit)));

    /// <summary>Past midnight it begins anew.</summary>
    public static int CeilTime(int millis, TimeUnit unit)
    {
        var size = TimeUnitMillis(unit);
        return (int)((millis + size - 1) / size * size % Calendar.MillisPerDay);
    }

    public static Timestamp FloorTimestamp(Timestamp at, TimeUnit unit)
    {
        if (unit is TimeUnit.Nanosecond or TimeUnit.Microsecond)
        {
            return unit == TimeUnit.Nanosecond ? at : new Timestamp(at.Millis, at.Nanos / 1000 * 1000);
        }

        var size = MillisOf(unit);
        return size > 0 ? new Timestamp(CalendarMath.FloorDiv(at.Millis, size) * size)
            : new Timestamp(FloorDays(ExtractFunctions.Day(at), unit) * Calendar.MillisPerDay);
    }

    public static Timestamp CeilTimestamp(Timestamp at, TimeUnit unit)
    {
        var floor = FloorTimestamp(at, unit);
        if (floor == at)
        {
            return at;
        }

        if (unit == TimeUnit.Microsecond)
        {
            return floor.Nanos == 999_000 ? new Timestamp(floor.Millis + 1) : new Timestamp(floor.Millis, floor.Nanos + 1000);
        }

        var size = MillisOf(unit);
        return size > 0 ? new Timestamp(floor.Millis + size)
            : new Timestamp(Next(ExtractFunctions.Day(floor), unit) * Calendar.MillisPerDay);
    }

    public static Timestamp FloorMoment(Timestamp at, TimeUnit unit, FunctionContext context) =>
        Moment(FloorTimestamp(ExtractFunctions.Local(at, context), unit), context);

    public static Timestamp CeilMoment(Timestamp at, TimeUnit unit, FunctionContext context) =>
        Moment(CeilTimestamp(ExtractFunctions.Local(at, context), unit), context);

    /// <summary>Milliseconds of a unit that has always as many; 0 for the others, and the day is one of those for a DATE.</summary>
    public static long MillisOf(TimeUnit unit) => unit switch
    {
        TimeUnit.Nanosecond or TimeUnit.Microsecond or TimeUnit.Millisecond => 1,
        TimeUnit.Second => 1000,
        TimeUnit.Minute => 60_000,
        TimeUnit.Hour => 3_600_000,
        TimeUnit.Day => Calendar.MillisPerDay,
        _ => 0,
    };

    private static void IsDateUnit(IReadOnlyList<object?> constants) => FloorDate(0, (TimeUnit)constants[1]!);

    private static void IsTimeUnit(IReadOnlyList<object?> constants) => TimeUnitMillis((TimeUnit)constants[1]!);

    private static Timestamp Moment(Timestamp local, FunctionContext context) => new(Zones.ToUtc(local.Millis, context.Zone), local.Nanos);

    private static long TimeUnitMillis(TimeUnit unit) => MillisOf(unit) is > 0 and < Calendar.MillisPerDay and var size
        ? size
        : throw new DataException($"a TIME cannot be rounded to {unit.ToString().ToUpperInvariant()}; allowed: HOUR, MINUTE, SECOND, MILLISECOND");

    private static int FloorDays(int days, TimeUnit unit)
    {
        if (unit == TimeUnit.Week)
        {
            return days - CalendarMath.DayOfWeek(days) + 1;
        }

        var (year, month, _) = Calendar.DateOf(days);
        return unit switch
        {
            TimeUnit.Month => Calendar.DaysOf(year, month, 1),
            TimeUnit.Quarter => Calendar.DaysOf(year, ((month - 1) / 3 * 3) + 1, 1),
            TimeUnit.Year => Calendar.DaysOf(year, 1, 1),
            TimeUnit.Decade => Calendar.DaysOf(year / 10 * 10, 1, 1),
            TimeUnit.Century => Calendar.DaysOf(((year - 1) / 100 * 100) + 1, 1, 1),
            TimeUnit.Millennium => Calendar.DaysOf(((year - 1) / 1000 * 1000) + 1, 1, 1),
            _ => throw new DataException($"times cannot be rounded to {unit.ToString().ToUpperInvariant()}"),
        };
    }

    /// <summary>The next first day of a unit after one.</summary>
    private static int Next(int days, TimeUnit unit) => unit switch
    {
        TimeUnit.Week => days + 7,
        TimeUnit.Month => CalendarMath.AddMonths(days, 1),
        TimeUnit.Quarter => CalendarMath.AddMonths(days, 3),
        TimeUnit.Year => CalendarMath.AddMonths(days, 12),
        TimeUnit.Decade => CalendarMath.AddMonths(days, 120),
        TimeUnit.Century => CalendarMath.AddMonths(days, 1200),
        _ => CalendarMath.AddMonths(days, 12_000),
    };
}
