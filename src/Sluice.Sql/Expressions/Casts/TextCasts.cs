using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Expressions.Casts;

/// <summary>Values of texts. Null: the text is none.</summary>
internal static class TextCasts
{
    /// <summary>Characters of a value that a message shows.</summary>
    private const int MostShown = 60;

    public static bool? ToBoolean(Utf8 text) => TextParser.TryParseBoolean(text.Span, out var value) ? value : null;

    public static int? ToTinyInt(Utf8 text) => TextParser.TryParseTinyInt(text.Span, out var value) ? value : null;

    public static int? ToSmallInt(Utf8 text) => TextParser.TryParseSmallInt(text.Span, out var value) ? value : null;

    public static int? ToInt(Utf8 text) => TextParser.TryParseInt(text.Span, out var value) ? value : null;

    public static long? ToBigInt(Utf8 text) => TextParser.TryParseBigInt(text.Span, out var value) ? value : null;

    public static float? ToFloat(Utf8 text) => TextParser.TryParseFloat(text.Span, out var value) ? value : null;

    public static double? ToDouble(Utf8 text) => TextParser.TryParseDouble(text.Span, out var value) ? value : null;

    public static SqlDecimal? ToDecimal(Utf8 text, int precision, int scale) =>
        TextParser.TryParseDecimal(text.Span, precision, scale, out var value) ? value : null;

    public static int? ToDate(Utf8 text) => TextParser.TryParseDate(text.Span, out var value) ? value : null;

    public static int? ToTime(Utf8 text, int precision) => TextParser.TryParseTime(text.Span, precision, out var value) ? value : null;

    public static Timestamp? ToTimestamp(Utf8 text, int precision) => TextParser.TryParseTimestamp(text.Span, precision, out var value) ? value : null;

    public static Timestamp? ToTimestampLtz(Utf8 text, int precision, TimeZoneInfo zone) =>
        TextParser.TryParseTimestampLtz(text.Span, precision, zone, out var value) ? value : null;

    /// <summary>What CAST does where TRY_CAST gives NULL.</summary>
    /// <exception cref="DataException">There is no value.</exception>
    public static T Require<T>(T? value, Utf8 text, string type)
        where T : struct => value ?? throw Failed(text, type);

    /// <summary>As many characters as CHAR(n) and VARCHAR(n) hold, cut, and filled up with spaces for CHAR.</summary>
    public static Utf8 Fit(Utf8 text, int length, bool pad, ByteHeap heap)
    {
        var kept = TextLength.Fit(text.Span, length, out var missing);
        return pad && missing > 0 ? Padded(text, missing, (byte)' ', heap) : text.Slice(0, kept.Length);
    }

    /// <summary>As many bytes as BINARY(n) and VARBINARY(n) hold, cut, and filled up with zeros for BINARY.</summary>
    public static Utf8 FitBytes(Utf8 bytes, int length, bool pad, ByteHeap heap)
    {
        var kept = TextLength.FitBytes(bytes.Span, length, out var missing);
        return pad && missing > 0 ? Padded(bytes, missing, 0, heap) : bytes.Slice(0, kept.Length);
    }

    /// <summary>A value as messages show it.</summary>
    public static string Shown(Utf8 text)
    {
        var shown = Encoding.UTF8.GetString(text.Span[..Math.Min(text.Length, 4 * MostShown)]);
        return shown.Length > MostShown ? shown[..MostShown] + "..." : shown;
    }

    private static Utf8 Padded(Utf8 text, int count, byte with, ByteHeap heap)
    {
        var start = heap.Take(text.Length + count);
        text.Span.CopyTo(heap.Bytes.AsSpan(start));
        heap.Bytes.AsSpan(start + text.Length, count).Fill(with);
        return new Utf8(heap.Bytes, start, text.Length + count);
    }

    private static DataException Failed(Utf8 text, string type) =>
        new($"the text '{Shown(text)}' cannot be CAST to {type}; TRY_CAST gives NULL instead");
}
