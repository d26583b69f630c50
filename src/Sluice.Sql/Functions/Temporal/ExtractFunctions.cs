using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Parsing.Syntax;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>EXTRACT and the functions named like its units.</summary>
internal static class ExtractFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("EXTRACT",
        [
            new([Unit, Family.Date], Returning.BigInt, FromDate) { Check = c => FromDate((TimeUnit)c[0]!, 0) }, new([Unit, Family.Time], Returning.BigInt, FromTime) { Check = c => FromTime((TimeUnit)c[0]!, 0) },
            new([Unit, Family.Timestamp], Returning.BigInt, FromTimestamp), new([Unit, Family.TimestampLtz], Returning.BigInt, FromMoment),
            new([Unit, IntervalYearMonth], Returning.BigInt, FromMonths) { Check = c => FromMonths((TimeUnit)c[0]!, 0) }, new([Unit, IntervalDayTime], Returning.BigInt, FromMillis) { Check = c => FromMillis((TimeUnit)c[0]!, 0) },
        ]),
        Of("YEAR", Year, Year, YearOfMoment),
        Of("QUARTER", Quarter, Quarter, QuarterOfMoment),
        Of("MONTH", Month, Month, MonthOfMoment),
        Of("WEEK", Week, Week, WeekOfMoment),
        Of("DAYOFYEAR", DayOfYear, DayOfYear, DayOfYearOfMoment),
        Of("DAYOFMONTH", DayOfMonth, DayOfMonth, DayOfMonthOfMoment),
        Of("DAYOFWEEK", DayOfWeek, DayOfWeek, DayOfWeekOfMoment),
        new("HOUR", [new([Family.Time], Returning.BigInt, HourOfTime), new([Family.Timestamp], Returning.BigInt, Hour), new([Family.TimestampLtz], Returning.BigInt, HourOfMoment)]),
        new("MINUTE", [new([Family.Time], Returning.BigInt, MinuteOfTime), new([Family.Timestamp], Returning.BigInt, Minute), new([Family.TimestampLtz], Returning.BigInt, MinuteOfMoment)]),
        new("SECOND", [new([Family.Time], Returning.BigInt, SecondOfTime), new([Family.Timestamp], Returning.BigInt, Second), new([Family.TimestampLtz], Returning.BigInt, SecondOfMoment)]),
    ];

    public static long FromDate(TimeUnit unit, int days)
    {
        switch (unit)
        {
            case TimeUnit.Day:
                return Calendar.DateOf(days).Day;
            case TimeUnit.DayOfWeek:
                return CalendarMath.DayOfWeek(days);
            case TimeUnit.IsoDayOfWeek:
                return CalendarMath.IsoDayOfWeek(days);
            case TimeUnit.DayOfYear:
                return CalendarMath.DayOfYear(days);
            case TimeUnit.Week:
                return CalendarMath.IsoWeek(days).Week;
            case TimeUnit.IsoYear:
                return CalendarMath.IsoWeek(days).Year;
            case TimeUnit.Epoch:
                return days * 86_400L;
        }

        var (year, month, _) = Calendar.DateOf(days);
        return unit switch
        {
            TimeUnit.Year => year,
            TimeUnit.Quarter => (month + 2) / 3,
            TimeUnit.Month => month,
            TimeUnit.Decade => year / 10,
            TimeUnit.Century => year > 0 ? (year + 99) / 100 : (year - 99) / 100,
            TimeUnit.Millennium => year > 0 ? (year + 999) / 1000 : (year - 999) / 1000,
            _ => throw NoPart(unit, "DATE"),
        };
    }

    public static long FromTime(TimeUnit unit, int millis) => unit switch
    {
        TimeUnit.Hour => millis / 3_600_000,
        TimeUnit.Minute => millis / 60_000 % 60,
        TimeUnit.Second => millis / 1000 % 60,
        TimeUnit.Millisecond => millis % 1000,
        TimeUnit.Microsecond => millis % 1000 * 1000L,
        TimeUnit.Nanosecond => millis % 1000 * 1_000_000L,
        TimeUnit.Epoch => millis / 1000,
        _ => throw NoPart(unit, "TIME"),
    };

    public static long FromTimestamp(TimeUnit unit, Timestamp at) => unit switch
    {
        TimeUnit.Hour or TimeUnit.Minute or TimeUnit.Second or TimeUnit.Millisecond => FromTime(unit, CalendarMath.Rest(at.Millis)),
        TimeUnit.Microsecond => FromTime(unit, CalendarMath.Rest(at.Millis)) + (at.Nanos / 1000),
        TimeUnit.Nanosecond => FromTime(unit, CalendarMath.Rest(at.Millis)) + at.Nanos,
        TimeUnit.Epoch => CalendarMath.FloorDiv(at.Millis, 1000),
        _ => FromDate(unit, Day(at)),
    };

    /// <summary>Parts of a moment are those of its time in the session's zone; seconds since 1970 are the same everywhere.</summary>
    public static long FromMoment(TimeUnit unit, Timestamp at, FunctionContext context) =>
        unit == TimeUnit.Epoch ? CalendarMath.FloorDiv(at.Millis, 1000) : FromTimestamp(unit, Local(at, context));

    public static long FromMonths(TimeUnit unit, int months) => unit switch
    {
        TimeUnit.Year => months / 12,
        TimeUnit.Quarter => (months % 12 / 3) + 1,
        TimeUnit.Month => months % 12,
        TimeUnit.Decade => months / 120,
        TimeUnit.Century => months / 1200,
        TimeUnit.Millennium => months / 12_000,
        _ => throw NoPart(unit, "INTERVAL YEAR TO MONTH"),
    };

    public static long FromMillis(TimeUnit unit, long millis) => unit switch
    {
        TimeUnit.Day => millis / Calendar.MillisPerDay,
        TimeUnit.Hour or TimeUnit.Minute or TimeUnit.Second or TimeUnit.Millisecond => FromTime(unit, (int)(millis % Calendar.MillisPerDay)),
        TimeUnit.Epoch => millis / 1000,
        _ => throw NoPart(unit, "INTERVAL DAY TO SECOND"),
    };

    public static long Year(int days) => Calendar.DateOf(days).Year;

    public static long Year(Timestamp at) => Year(Day(at));

    public static long YearOfMoment(Timestamp at, FunctionContext context) => Year(Local(at, context));

    public static long Quarter(int days) => (Calendar.DateOf(days).Month + 2) / 3;

    public static long Quarter(Timestamp at) => Quarter(Day(at));

    public static long QuarterOfMoment(Timestamp at, FunctionContext context) => Quarter(Local(at, context));

    public static long Month(int days) => Calendar.DateOf(days).Month;

    public static long Month(Timestamp at) => Month(Day(at));

    public static long MonthOfMoment(Timestamp at, FunctionContext context) => Month(Local(at, context));

    public static long Week(int days) => CalendarMath.IsoWeek(days).Week;

    public static long Week(Timestamp at) => Week(Day(at));

    public static long WeekOfMoment(Timestamp at, FunctionContext context) => Week(Local(at, context));

    public static long DayOfYear(int days) => CalendarMath.DayOfYear(days);

    public static long DayOfYear(Timestamp at) => DayOfYear(Day(at));

    public static long DayOfYearOfMoment(Timestamp at, FunctionContext context) => DayOfYear(Local(at, context));

    public static long DayOfMonth(int days) => Calendar.DateOf(days).Day;

    public static long DayOfMonth(Timestamp at) => DayOfMonth(Day(at));

    public static long DayOfMonthOfMoment(Timestamp at, FunctionContext context) => DayOfMonth(Local(at, context));

    public static long DayOfWeek(int days) => CalendarMath.DayOfWeek(days);

    public static long DayOfWeek(Timestamp at) => DayOfWeek(Day(at));

    public static long DayOfWeekOfMoment(Timestamp at, FunctionContext context) => DayOfWeek(Local(at, context));

    public static long HourOfTime(int millis) => millis / 3_600_000;

    public static long Hour(Timestamp at) => HourOfTime(CalendarMath.Rest(at.Millis));

    public static long HourOfMoment(Timestamp at, FunctionContext context) => Hour(Local(at, context));

    public static long MinuteOfTime(int millis) => millis / 60_000 % 60;

    public static long Minute(Timestamp at) => MinuteOfTime(CalendarMath.Rest(at.Millis));

    public static long MinuteOfMoment(Timestamp at, FunctionContext context) => Minute(Local(at, context));

    public static long SecondOfTime(int millis) => millis / 1000 % 60;

    public static long Second(Timestamp at) => SecondOfTime(CalendarMath.Rest(at.Millis));

    public static long SecondOfMoment(Timestamp at, FunctionContext context) => Second(Local(at, context));

    /// <summary>The day that a time without a zone falls on.</summary>
    public static int Day(Timestamp at) => (int)CalendarMath.FloorDiv(at.Millis, Calendar.MillisPerDay);

    /// <summary>A moment as the clocks of the session's zone show it.</summary>
    public static Timestamp Local(Timestamp at, FunctionContext context) => new(Zones.ToLocal(at.Millis, context.Zone), at.Nanos);

    private static ScalarFunction Of(string name, Func<int, long> date, Func<Timestamp, long> time, Func<Timestamp, FunctionContext, long> moment) =>
        new(name, [new([Family.Date], Returning.BigInt, date), new([Family.Timestamp], Returning.BigInt, time), new([Family.TimestampLtz], Returning.BigInt, moment)]);

    private static DataException NoPart(TimeUnit unit, string type) => new($"EXTRACT: a {type} has no {unit.ToString().ToUpperInvariant()}");
}
