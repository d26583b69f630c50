using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Expressions.Casts;

/// <summary>Days, times of day, timestamps and moments out of each other. Moments are seen by the clock of the session's zone.</summary>
internal static class TemporalCasts
{
    public static Timestamp DateToTimestamp(int days) => new(days * Calendar.MillisPerDay);

    public static Timestamp DateToMoment(int days, TimeZoneInfo zone) => new(TimeZones.ToUtc(days * Calendar.MillisPerDay, zone));

    /// <summary>A time of day of 1970-01-01.</summary>
    public static Timestamp TimeToTimestamp(int millis) => new(millis);

    public static Timestamp TimeToMoment(int millis, TimeZoneInfo zone) => new(TimeZones.ToUtc(millis, zone));

    /// <summary>Cuts the fraction of a time of day to so many digits.</summary>
    public static int TimeToTime(int millis, int precision) => precision switch
    {
        0 => millis / 1000 * 1000,
        1 => millis / 100 * 100,
        2 => millis / 10 * 10,
        _ => millis,
    };

    public static int TimestampToDate(Timestamp value) => Calendar.Split(value.Millis).Days;

    public static int MomentToDate(Timestamp value, TimeZoneInfo zone) => Calendar.Split(TimeZones.ToLocal(value.Millis, zone)).Days;

    public static int TimestampToTime(Timestamp value, int precision) => TimeToTime(Calendar.Split(value.Millis).Millis, precision);

    public static int MomentToTime(Timestamp value, int precision, TimeZoneInfo zone) =>
        TimeToTime(Calendar.Split(TimeZones.ToLocal(value.Millis, zone)).Millis, precision);

    public static Timestamp Cut(Timestamp value, int precision) => value.Truncate(precision);

    public static Timestamp TimestampToMoment(Timestamp value, int precision, TimeZoneInfo zone) =>
        (value with { Millis = TimeZones.ToUtc(value.Millis, zone) }).Truncate(precision);

    public static Timestamp MomentToTimestamp(Timestamp value, int precision, TimeZoneInfo zone) =>
        (value with { Millis = TimeZones.ToLocal(value.Millis, zone) }).Truncate(precision);
}
