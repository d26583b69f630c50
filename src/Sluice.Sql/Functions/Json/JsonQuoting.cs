using System.Text;
using System.Text.Json;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Json;

/// <summary>Texts in quotes.</summary>
internal static class JsonQuoting
{
    /// <summary>Appends a text as a JSON string. Only what JSON demands is escaped.</summary>
    public static void Append(ReadOnlySpan<byte> text, ByteHeap heap)
    {
        heap.Append("\""u8);
        foreach (var b in text)
        {
            if (b >= 0x20 && b != '"' && b != '\\')
            {
                Append(b, heap);
                continue;
            }

            heap.Append(b switch
            {
                (byte)'"' => "\\\""u8,
                (byte)'\\' => "\\\\"u8,
                (byte)'\b' => "\\b"u8,
                (byte)'\f' => "\\f"u8,
                (byte)'\n' => "\\n"u8,
                (byte)'\r' => "\\r"u8,
                (byte)'\t' => "\\t"u8,
                _ => b < 0x10 ? "\\u000"u8 : "\\u001"u8,
            });
            if (b < 0x20 && b is not ((byte)'\b' or (byte)'\f' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                heap.Append("0123456789ABCDEF"u8.Slice(b & 15, 1));
            }
        }

        heap.Append("\""u8);
    }

    /// <summary>JSON_QUOTE: as Flink quotes, with the slash and all that is not ASCII escaped as well.</summary>
    public static Utf8 Quote(Utf8 text, ByteHeap heap)
    {
        var start = heap.Used;
        heap.Append("\""u8);
        foreach (var rune in new RuneBytes(text.Span))
        {
            if (rune.Value >= 0x80)
            {
                AppendUnits(rune, heap);
                continue;
            }

            var escape = "\"\\/\b\f\n\r\t"u8.IndexOf((byte)rune.Value);
            if (escape >= 0)
            {
                heap.Append("\\"u8);
                heap.Append("\"\\/bfnrt"u8.Slice(escape, 1));
            }
            else
            {
                Append((byte)rune.Value, heap);
            }
        }

        heap.Append("\""u8);
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    /// <summary>JSON_UNQUOTE: the content of a JSON string; anything else unchanged.</summary>
    public static Utf8 Unquote(Utf8 text, ByteHeap heap)
    {
        var span = text.Span;
        if (span.Length < 2 || span[0] != '"' || span[^1] != '"')
        {
            return text;
        }

        try
        {
            var reader = new Utf8JsonReader(span);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || reader.BytesConsumed != span.Length)
            {
                return text;
            }

            var start = heap.Take(reader.CopyString(heap.Reserve(span.Length)));
            return new Utf8(heap.Bytes, start, heap.Used - start);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return text;
        }
    }

    /// <summary>The place is taken before the array is looked at, which may be another one then.</summary>
    private static void Append(byte value, ByteHeap heap)
    {
        var at = heap.Take(1);
        heap.Bytes[at] = value;
    }

    private static void AppendUnits(Rune rune, ByteHeap heap)
    {
        Span<char> units = stackalloc char[2];
        Span<byte> escaped = stackalloc byte[6];
        "\\u"u8.CopyTo(escaped);
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
        {
            for (var i = 0; i < 4; i++)
            {
                escaped[2 + i] = "0123456789abcdef"u8[(unit >> (12 - (4 * i))) & 15];
            }

            heap.Append(escaped);
        }
    }
}
