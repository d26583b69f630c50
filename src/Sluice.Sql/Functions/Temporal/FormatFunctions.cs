using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>Times as text: DATE_FORMAT, FROM_UNIXTIME and CONVERT_TZ.</summary>
internal static class FormatFunctions
{
    private static readonly DatePattern s_default = DatePattern.Parse(PatternState.DefaultTimestamp.ToString(), PatternDialect.Simple);

    private static readonly Action<IReadOnlyList<object?>> s_simple = ConstantChecks.Pattern(1, PatternDialect.Simple);
    private static readonly Action<IReadOnlyList<object?>> s_formatter = ConstantChecks.Pattern(1, PatternDialect.Formatter);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("DATE_FORMAT",
        [
            new([Family.Date, Character], Returning.Text, FormatDate) { Check = s_simple }, new([Family.Timestamp, Character], Returning.Text, Format) { Check = s_formatter },
            new([Family.TimestampLtz, Character], Returning.Text, FormatMoment) { Check = s_formatter }, new([Character, Character], Returning.Nullable(Returning.Text), FormatText) { Check = s_simple },
        ]),
        new("FROM_UNIXTIME", [new([BigInt], Returning.Text, FromUnixTime), new([BigInt, Character], Returning.Text, FromUnixTimeBy) { Check = s_simple }]),
        new("CONVERT_TZ", [new([Character, Character, Character], Returning.Nullable(Returning.Text), ConvertZone) { Check = ConstantChecks.Zones(1, 2) }]),
    ];

    public static Utf8 FormatDate(int days, Utf8 pattern, PatternState state, ByteHeap heap) =>
        state.Find(pattern, PatternDialect.Simple).Format(new DateFields(new Timestamp(days * Calendar.MillisPerDay)), heap);

    public static Utf8 Format(Timestamp at, Utf8 pattern, PatternState state, ByteHeap heap) =>
        state.Find(pattern, PatternDialect.Formatter).Format(new DateFields(at), heap);

    public static Utf8 FormatMoment(Timestamp at, Utf8 pattern, PatternState state, ByteHeap heap, FunctionContext context)
    {
        var offset = Zones.OffsetAt(at.Millis, context.Zone);
        return state.Find(pattern, PatternDialect.Formatter).Format(new DateFields(new Timestamp(at.Millis + offset, at.Nanos), offset), heap);
    }

    /// <summary>A text as <c>yyyy-MM-dd HH:mm:ss</c>; null for another.</summary>
    public static Utf8? FormatText(Utf8 text, Utf8 pattern, PatternState state, ByteHeap heap)
    {
        var reader = new DatePatternReader(s_default, text.Span);
        return reader.TryRead(out var millis, out _) ? state.Find(pattern, PatternDialect.Simple).Format(new DateFields(new Timestamp(millis)), heap) : null;
    }

    /// <summary>Seconds since 1970 as the clocks of the session's zone show them.</summary>
    public static Utf8 FromUnixTime(long seconds, PatternState state, ByteHeap heap, FunctionContext context) =>
        FromUnixTimeBy(seconds, PatternState.DefaultTimestamp, state, heap, context);

    public static Utf8 FromUnixTimeBy(long seconds, Utf8 pattern, PatternState state, ByteHeap heap, FunctionContext context)
    {
        var millis = Moments.FromSeconds(seconds, "FROM_UNIXTIME");
        var offset = Zones.OffsetAt(millis, context.Zone);
        return state.Find(pattern, PatternDialect.Simple).Format(new DateFields(new Timestamp(millis + offset), offset), heap);
    }

    /// <summary>Null where the text is not <c>yyyy-MM-dd HH:mm:ss</c>.</summary>
    public static Utf8? ConvertZone(Utf8 text, Utf8 from, Utf8 to, ByteHeap heap, ZoneState source, TargetZoneState target)
    {
        var reader = new DatePatternReader(s_default, text.Span);
        if (!reader.TryRead(out var local, out _))
        {
            return null;
        }

        var millis = Zones.ToUtc(local, source.Find(from), later: true);
        return s_default.Format(new DateFields(new Timestamp(Zones.ToLocal(millis, target.Find(to)))), heap);
    }
}
