using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Parsing.Syntax;
using static Sluice.Sql.Functions.Family;
using Calendar = Sluice.Engine.Types.Calendar;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>TIMESTAMPADD and TIMESTAMPDIFF.</summary>
internal static class TimeMathFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("TIMESTAMPADD",
        [
            new([Unit, BigInt, Family.Date], Returning.Date, AddToDate) { When = constants => !IsOfDay(constants[0]), Check = IsUnit },
            new([Unit, BigInt, Family.Time], types => types[2], AddToTime) { Check = IsTimeUnit },
            new([Unit, BigInt, Family.Timestamp], AddType, AddToTimestamp) { ReturnsFor = AddType, Check = IsUnit },
            new([Unit, BigInt, Family.TimestampLtz], types => types[2], AddToMoment) { ReturnsFor = AddType, Check = IsUnit },
        ]),
        new("TIMESTAMPDIFF",
        [
            new([Unit, Family.Timestamp, Family.Timestamp], Returning.Int, Difference) { Check = IsUnit },
            new([Unit, Family.TimestampLtz, Family.TimestampLtz], Returning.Int, MomentDifference) { Check = IsUnit },
        ]),
    ];

    public static int AddToDate(TimeUnit unit, long count, int days) => Months(unit) is > 0 and var months
        ? CalendarMath.AddMonths(days, checked(count * months))
        : checked((int)(days + (count * (unit == TimeUnit.Week ? 7 : 1))));

    public static int AddToTime(TimeUnit unit, long count, int millis)
    {
        var moved = checked(millis + ((count % Calendar.MillisPerDay) * RoundTimeFunctions.MillisOf(unit)));
        return CalendarMath.Rest(moved);
    }

    public static Timestamp AddToTimestamp(TimeUnit unit, long count, Timestamp at)
    {
        try
        {
            if (Months(unit) is > 0 and var months)
            {
                var day = CalendarMath.AddMonths(ExtractFunctions.Day(at), checked(count * months));
                return new Timestamp((day * Calendar.MillisPerDay) + CalendarMath.Rest(at.Millis), at.Nanos);
            }

            if (unit is TimeUnit.Microsecond or TimeUnit.Nanosecond)
            {
                var nanos = checked((count * (unit == TimeUnit.Microsecond ? 1000 : 1)) + at.Nanos);
                var millis = CalendarMath.FloorDiv(nanos, 1_000_000);
                return new Timestamp(at.Millis + millis, (int)(nanos - (millis * 1_000_000)));
            }

            return new Timestamp(checked(at.Millis + (count * (unit == TimeUnit.Week ? 7 * Calendar.MillisPerDay : RoundTimeFunctions.MillisOf(unit)))), at.Nanos);
        }
        catch (OverflowException e)
        {
            throw new DataException($"TIMESTAMPADD: {count.ToString(CultureInfo.InvariantCulture)} {unit.ToString().ToUpperInvariant()} is out of range", e);
        }
    }

    /// <summary>Days and longer units are added to the time in the session's zone, shorter ones to the moment.</summary>
    public static Timestamp AddToMoment(TimeUnit unit, long count, Timestamp at, FunctionContext context)
    {
        if (Months(unit) == 0)
        {
            return AddToTimestamp(unit, count, at);
        }

        var local = AddToTimestamp(unit, count, ExtractFunctions.Local(at, context));
        return new Timestamp(Zones.ToUtc(local.Millis, context.Zone), local.Nanos);
    }

    /// <summary>Whole units from the first to the second, negative where the second is earlier.</summary>
    public static int Difference(TimeUnit unit, Timestamp from, Timestamp to)
    {
        var count = Months(unit) is > 0 and var months
            ? CalendarMath.MonthsBetween(from.Millis, to.Millis) / months
            : unit switch
            {
                TimeUnit.Microsecond => checked(((to.Millis - from.Millis) * 1000) + ((to.Nanos - from.Nanos) / 1000)),
                TimeUnit.Nanosecond => checked(((to.Millis - from.Millis) * 1_000_000) + to.Nanos - from.Nanos),
                TimeUnit.Week => (to.Millis - from.Millis) / (7 * Calendar.MillisPerDay),
                _ => (to.Millis - from.Millis) / Math.Max(1, RoundTimeFunctions.MillisOf(unit)),
            };
        return count is >= int.MinValue and <= int.MaxValue ? (int)count
            : throw new DataException($"TIMESTAMPDIFF: {count.ToString(CultureInfo.InvariantCulture)} {unit.ToString().ToUpperInvariant()} are more than an INT holds");
    }

    public static int MomentDifference(TimeUnit unit, Timestamp from, Timestamp to, FunctionContext context) => Months(unit) > 0
        ? Difference(unit, ExtractFunctions.Local(from, context), ExtractFunctions.Local(to, context))
        : Difference(unit, from, to);

    private static int Months(TimeUnit unit) => unit switch
    {
        TimeUnit.Month => 1,
        TimeUnit.Quarter => 3,
        TimeUnit.Year or TimeUnit.IsoYear => 12,
        TimeUnit.Decade => 120,
        TimeUnit.Century => 1200,
        TimeUnit.Millennium => 12_000,
        _ => 0,
    };

    private static void IsUnit(IReadOnlyList<object?> constants)
    {
        var unit = (TimeUnit)constants[0]!;
        if (Months(unit) == 0 && unit != TimeUnit.Week && RoundTimeFunctions.MillisOf(unit) == 0)
        {
            throw new DataException($"{unit.ToString().ToUpperInvariant()} is nothing that can be counted; allowed are units from NANOSECOND to MILLENNIUM");
        }
    }

    private static void IsTimeUnit(IReadOnlyList<object?> constants)
    {
        var unit = (TimeUnit)constants[0]!;
        if (RoundTimeFunctions.MillisOf(unit) == 0 || unit is TimeUnit.Microsecond or TimeUnit.Nanosecond)
        {
            throw new DataException($"{unit.ToString().ToUpperInvariant()} cannot be added to a TIME; allowed are DAY, HOUR, MINUTE, SECOND and MILLISECOND");
        }
    }

    private static bool IsOfDay(object? unit) => unit is TimeUnit.Hour or TimeUnit.Minute or TimeUnit.Second or TimeUnit.Millisecond or TimeUnit.Microsecond or TimeUnit.Nanosecond;

    private static SqlType AddType(IReadOnlyList<SqlType> types) => AddType(types, []);

    // A DATE becomes a TIMESTAMP; the fraction grows where the unit needs it.
    private static SqlType AddType(IReadOnlyList<SqlType> types, IReadOnlyList<object?> constants)
    {
        var type = types[2];
        var needed = constants.Count == 0 ? 0 : constants[0] switch
        {
            TimeUnit.Nanosecond => 9,
            TimeUnit.Microsecond => 6,
            TimeUnit.Millisecond => 3,
            _ => 0,
        };
        var precision = Math.Max(needed, type.IsTimestamp ? type.Precision : 0);
        return (type.Kind == TypeKind.TimestampLtz ? SqlType.TimestampLtz(precision) : SqlType.Timestamp(precision)).Nullable(type.IsNullable);
    }
}
