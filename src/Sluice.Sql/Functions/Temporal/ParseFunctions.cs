using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Functions.Arithmetic;
using static Sluice.Sql.Functions.Family;
using Calendar = Sluice.Engine.Types.Calendar;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>Texts and numbers as times: TO_DATE, TO_TIMESTAMP, TO_TIMESTAMP_LTZ and UNIX_TIMESTAMP.</summary>
internal static class ParseFunctions
{
    private static readonly SqlType s_moment = SqlType.TimestampLtz(3);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("TO_DATE", [new([Character], Returning.Nullable(Returning.Date), ToDate), new([Character, Character], Returning.Nullable(Returning.Date), ToDateBy)]),
        new("TO_TIMESTAMP",
        [
            new([Character], Returning.Always(SqlType.Timestamp(3)), ToTimestamp),
            new([Character, Character], Returning.Always(SqlType.Timestamp(3)), ToTimestampBy),
        ]),
        new("TO_TIMESTAMP_LTZ",
        [
            new([BigInt], Returning.Always(s_moment), MillisToMoment), new([Family.Double], Returning.Always(s_moment), DoubleMillisToMoment),
            new([BigInt, Int], Returning.Always(s_moment), NumberToMoment), new([Family.Decimal, Int], Returning.Always(s_moment), DecimalToMoment),
            new([Family.Double, Int], Returning.Always(s_moment), DoubleToMoment),
            new([Character], Returning.Always(s_moment), TextToMoment), new([Character, Character], Returning.Always(s_moment), TextToMomentBy),
            new([Character, Character, Character], Returning.Always(s_moment), TextToMomentIn),
        ]),
        new("UNIX_TIMESTAMP",
        [
            new([], Returning.BigInt, UnixTimestamp, Deterministic: false),
            new([Character], Returning.BigInt, ToUnixTimestamp), new([Character, Character], Returning.BigInt, ToUnixTimestampBy),
        ]),
    ];

    /// <summary>yyyy-MM-dd, with or without a time behind a blank, the day or month and day left out; null for anything else.</summary>
    public static int? ToDate(Utf8 text) => DefaultForms.Date(text.Span);

    public static int? ToDateBy(Utf8 text, Utf8 pattern, PatternState state)
    {
        var reader = new DatePatternReader(state.Find(pattern, PatternDialect.Simple), text.Span);
        return reader.TryRead(out var millis, out _) ? (int)CalendarMath.FloorDiv(millis - reader.OffsetMillis, Calendar.MillisPerDay) : null;
    }

    /// <summary>yyyy-MM-dd[ HH:mm:ss[.f]], each number but the year with one digit or two; null for anything else.</summary>
    public static Timestamp? ToTimestamp(Utf8 text) => DefaultForms.Timestamp(text.Span);

    public static Timestamp? ToTimestampBy(Utf8 text, Utf8 pattern, PatternState state)
    {
        var reader = new DatePatternReader(state.Find(pattern, PatternDialect.Formatter), text.Span);
        return reader.TryRead(out var millis, out _) ? new Timestamp(millis) : DefaultForms.Fallback(text.Span);
    }

    public static Timestamp? MillisToMoment(long millis) => Moments.OfMillis(millis);

    public static Timestamp? DoubleMillisToMoment(double millis) => Moments.OfMillis((long)millis);

    /// <param name="precision">0: seconds, 3: milliseconds.</param>
    public static Timestamp? NumberToMoment(long number, int precision) => IsSeconds(precision) ? Moments.OfSeconds(number) : Moments.OfMillis(number);

    public static Timestamp? DecimalToMoment(SqlDecimal number, int precision) => NumberToMoment((long)(number.Unscaled / DecimalMath.PowerOfTen(number.Scale)), precision);

    public static Timestamp? DoubleToMoment(double number, int precision) => Moments.OfMillis((long)(IsSeconds(precision) ? number * 1000 : number));

    /// <summary>Without a zone it is UTC, whatever the session's is.</summary>
    public static Timestamp? TextToMoment(Utf8 text) => DefaultForms.Timestamp(text.Span);

    public static Timestamp? TextToMomentBy(Utf8 text, Utf8 pattern, PatternState state) => ToTimestampBy(text, pattern, state);

    public static Timestamp? TextToMomentIn(Utf8 text, Utf8 pattern, Utf8 zone, PatternState state, ZoneState zones) =>
        ToTimestampBy(text, pattern, state) is { } local ? new Timestamp(Zones.ToUtc(local.Millis, zones.Find(zone)), local.Nanos) : null;

    public static long UnixTimestamp(FunctionContext context) => CalendarMath.FloorDiv(context.Now, 1000);

    public static long ToUnixTimestamp(Utf8 text, PatternState state, FunctionContext context) =>
        ToUnixTimestampBy(text, PatternState.DefaultTimestamp, state, context);

    /// <summary>Seconds since 1970. The smallest number is what Flink gives for a text that does not fit.</summary>
    public static long ToUnixTimestampBy(Utf8 text, Utf8 pattern, PatternState state, FunctionContext context)
    {
        var reader = new DatePatternReader(state.Find(pattern, PatternDialect.Simple), text.Span);
        if (!reader.TryRead(out var local, out _))
        {
            return long.MinValue;
        }

        var millis = reader.HasOffset ? local - reader.OffsetMillis : Zones.ToUtc(local, context.Zone, later: true);
        return millis / 1000;
    }

    private static bool IsSeconds(int precision) => precision switch
    {
        0 => true,
        3 => false,
        _ => throw new DataException($"TO_TIMESTAMP_LTZ takes the precision 0 for seconds or 3 for milliseconds, not {precision.ToString(CultureInfo.InvariantCulture)}"),
    };
}
