using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Json;

/// <summary>JSON scalars as SQL values.</summary>
internal static class JsonScalars
{
    /// <summary>As it is written.</summary>
    public static string Raw(Utf8 json, JsonMatch match) => Encoding.UTF8.GetString(json.Span.Slice(match.Start, match.Length));

    /// <summary>The text of a scalar that is not null.</summary>
    public static Utf8 Text(Utf8 json, JsonMatch match, ByteHeap heap)
    {
        var raw = json.Slice(match.Start, match.Length);
        switch (match.Type)
        {
            case JsonTokenType.String when raw.Span.IndexOf((byte)'\\') < 0:
                return raw.Slice(1, raw.Length - 2);
            case JsonTokenType.String:
                heap.Reserve(raw.Length);
                var start = heap.Take(Unescape(raw.Span, heap.Reserve(raw.Length)));
                return new Utf8(heap.Bytes, start, heap.Used - start);
            case JsonTokenType.Number:
                return JsonNumbers.Text(raw, heap);
            default:
                return raw;
        }
    }

    /// <summary>What counts as a boolean in a JSON string: true, t, yes, 1 and their opposites, whatever the case.</summary>
    public static bool TryBoolean(Utf8 json, JsonMatch match, out bool value)
    {
        value = false;
        if (match.Type != JsonTokenType.String)
        {
            return false;
        }

        var text = Raw(json, match).Trim('"').Trim().ToLowerInvariant();
        value = text is "true" or "t" or "yes" or "1";
        return value || text is "false" or "f" or "no" or "0";
    }

    /// <summary>A number, or a string that is one.</summary>
    public static bool TryNumber(Utf8 json, JsonMatch match, out double value)
    {
        value = 0;
        return NumberText(json, match, out var text) && Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && double.IsFinite(value);
    }

    public static bool TryNumber(Utf8 json, JsonMatch match, out decimal value)
    {
        value = 0;
        return NumberText(json, match, out var text)
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }

    private static bool NumberText(Utf8 json, JsonMatch match, out ReadOnlySpan<byte> text)
    {
        text = json.Span.Slice(match.Start, match.Length);
        if (match.Type == JsonTokenType.String)
        {
            text = text[1..^1];
            return !text.IsEmpty;
        }

        return match.Type == JsonTokenType.Number;
    }

    /// <exception cref="InvalidOperationException">Half a surrogate pair, or bytes that are no UTF-8.</exception>
    private static int Unescape(ReadOnlySpan<byte> quoted, Span<byte> to)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.CopyString(to);
    }
}
