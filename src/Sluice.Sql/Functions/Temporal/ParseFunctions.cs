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

    private static readonly Action<IReadOnlyList<object?>> s_simple = ConstantChecks.Pattern(1, PatternDialect.Simple);
    private static readonly Action<IReadOnlyList<object?>> s_formatter = ConstantChecks.Pattern(1, PatternDialect.Formatter);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("TO_DATE", [new([Character], Returning.Nullable(Returning.Date), ToDate), new([Character, Character], Returning.Nullable(Returning.Date), ToDateBy) { Check = s_simple }]),
        new("TO_TIMESTAMP",
        [
            new([Character], Returning.Always(SqlType.Timestamp(3)), ToTimestamp),
            new([Character, Character], Returning.Always(SqlType.Timestamp(3)), ToTimestampBy) { Check = s_formatter },
        ]),
        new("TO_TIMESTAMP_LTZ",
        [
            new([BigInt], Returning.Always(s_moment), MillisToMoment), new([Family.Double], Returning.Always(s_moment), DoubleMillisToMoment),
            ByPrecision([BigInt, Int], NumberToMoment), ByPrecision([Family.Decimal, Int], DecimalToMoment), ByPrecision([Family.Double, Int], DoubleToMoment),
            new([Character], Returning.Always(s_moment), TextToMoment), ByPattern([Character, Character], TextToMomentBy),
            ByPattern([Character, Character, Character], TextToMomentIn),
        ]),
        new("UNIX_TIMESTAMP",
        [
            new([], Returning.BigInt, UnixTimestamp, Deterministic: false),
            new([Character], Returning.BigInt, ToUnixTimestamp), new([Character, Character], Returning.BigInt, ToUnixTimestampBy) { Check = s_simple },
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

    /// <param name="precision">The unit: 0 is the second, 3 the millisecond, 9 the nanosecond.</param>
    public static Timestamp? NumberToMoment(long number, int precision, SqlType[] types) => Moments.Of(number, Checked(precision))?.Truncate(types[^1].Precision);

    public static Timestamp? DecimalToMoment(SqlDecimal number, int precision, SqlType[] types) =>
        Moments.Of(number.Unscaled / DecimalScale.PowerOfTen(number.Scale), Checked(precision))?.Truncate(types[^1].Precision);

    /// <summary>Milliseconds are what a DOUBLE is cut to.</summary>
    public static Timestamp? DoubleToMoment(double number, int precision) => DoubleMillisToMoment(number * Math.Pow(10, 3 - Checked(precision)));

    /// <summary>Without a zone it is UTC, whatever the session's is.</summary>
    public static Timestamp? TextToMoment(Utf8 text) => DefaultForms.Timestamp(text.Span);

    public static Timestamp? TextToMomentBy(Utf8 text, Utf8 pattern, PatternState state, SqlType[] types) => Read(text, pattern, TimeZoneInfo.Utc, state, types);

    public static Timestamp? TextToMomentIn(Utf8 text, Utf8 pattern, Utf8 zone, PatternState state, ZoneState zones, SqlType[] types) =>
        Read(text, pattern, zones.Find(zone), state, types);

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

    /// <summary>An offset in the text wins over the zone.</summary>
    private static Timestamp? Read(Utf8 text, Utf8 pattern, TimeZoneInfo zone, PatternState state, SqlType[] types)
    {
        var reader = new DatePatternReader(state.Find(pattern, PatternDialect.Formatter), text.Span);
        if (!reader.TryRead(out var local, out var nanos))
        {
            return DefaultForms.Fallback(text.Span) is { } found ? new Timestamp(Zones.ToUtc(found.Millis, zone)) : null;
        }

        return new Timestamp(reader.HasOffset ? local - reader.OffsetMillis : Zones.ToUtc(local, zone), nanos).Truncate(types[^1].Precision);
    }

    private static Overload ByPrecision(IReadOnlyList<Family> parameters, Delegate implementation) => new(parameters, Returning.Always(s_moment), implementation)
    {
        ReturnsFor = (_, constants) => constants[1] is int and > 3 and <= 9 and var precision ? SqlType.TimestampLtz(precision) : s_moment,
    };

    /// <summary>As many digits as the pattern has letters S in a row, at least three.</summary>
    private static Overload ByPattern(IReadOnlyList<Family> parameters, Delegate implementation) => new(parameters, Returning.Always(s_moment), implementation)
    {
        Check = parameters.Count > 2 ? s_formatter + ConstantChecks.Zones(2) : s_formatter,
        ReturnsFor = (_, constants) => constants[1] is Utf8 pattern
            ? SqlType.TimestampLtz(DatePattern.Parse(pattern.ToString(), PatternDialect.Formatter).Parts.Where(p => p.Letter == 'S').Select(p => p.Width).Append(3).Max(w => Math.Min(9, w)))
            : s_moment,
    };

    private static int Checked(int precision) => precision is >= 0 and <= 9 ? precision
        : throw new DataException($"TO_TIMESTAMP_LTZ takes a precision from 0, which is seconds, to 9, not {precision.ToString(CultureInfo.InvariantCulture)}");
}
