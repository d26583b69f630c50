using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>URL_ENCODE, URL_DECODE and PARSE_URL.</summary>
internal static class UrlFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("URL_ENCODE", [new([Character], Returning.Nullable(Returning.Text), Encode)]),
        new("URL_DECODE", [new([Character], Returning.Nullable(Returning.Text), Decode)]),
        new("PARSE_URL",
        [
            new([Character, Character], Returning.Nullable(Returning.Text), Parse), new([Character, Character, Character], Returning.Nullable(Returning.Text), ParseKey),
        ]),
    ];

    /// <summary>As forms are sent: a blank is a plus, all but letters, digits and <c>.-*_</c> are %XX.</summary>
    public static Utf8 Encode(Utf8 text, ByteHeap heap)
    {
        var room = heap.Reserve(text.Length * 3);
        var length = 0;
        foreach (var b in text.Span)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'-' or (byte)'*' or (byte)'_')
            {
                room[length++] = b;
            }
            else if (b == ' ')
            {
                room[length++] = (byte)'+';
            }
            else
            {
                room[length++] = (byte)'%';
                room[length++] = "0123456789ABCDEF"u8[b >> 4];
                room[length++] = "0123456789ABCDEF"u8[b & 15];
            }
        }

        return new Utf8(heap.Bytes, heap.Take(length), length);
    }

    /// <summary>Null where a % is not followed by two digits, or the bytes are no UTF-8.</summary>
    public static Utf8? Decode(Utf8 text, ByteHeap heap)
    {
        var span = text.Span;
        if (span.IndexOfAny((byte)'%', (byte)'+') < 0)
        {
            return text;
        }

        var room = heap.Reserve(span.Length);
        var length = 0;
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] != '%')
            {
                room[length++] = span[i] == '+' ? (byte)' ' : span[i];
                continue;
            }

            var (high, low) = i + 2 < span.Length ? (NumberTexts.Digit(span[i + 1]), NumberTexts.Digit(span[i + 2])) : (-1, -1);
            if ((high | low) < 0)
            {
                return null;
            }

            room[length++] = (byte)((high << 4) | low);
            i += 2;
        }

        return System.Text.Unicode.Utf8.IsValid(room[..length]) ? new Utf8(heap.Bytes, heap.Take(length), length) : null;
    }

    /// <summary>HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY or USERINFO; null for another part and for what is no URL.</summary>
    public static Utf8? Parse(Utf8 url, Utf8 part)
    {
        if (!UrlParts.TryParse(url, out var parts))
        {
            return null;
        }

        var name = part.Span;
        return name.SequenceEqual("HOST"u8) ? parts.Host
            : name.SequenceEqual("PATH"u8) ? parts.Path
            : name.SequenceEqual("QUERY"u8) ? parts.Query
            : name.SequenceEqual("REF"u8) ? parts.Reference
            : name.SequenceEqual("PROTOCOL"u8) ? parts.Protocol
            : name.SequenceEqual("FILE"u8) ? parts.File
            : name.SequenceEqual("AUTHORITY"u8) ? parts.Authority
            : name.SequenceEqual("USERINFO"u8) ? parts.UserInfo : null;
    }

    /// <summary>The value of a key of the query, as it stands there; the part must be QUERY.</summary>
    public static Utf8? ParseKey(Utf8 url, Utf8 part, Utf8 key)
    {
        if (!part.Span.SequenceEqual("QUERY"u8) || Parse(url, part) is not { } query)
        {
            return null;
        }

        for (var start = 0; start <= query.Length;)
        {
            var length = query.Span[start..].IndexOf((byte)'&');
            length = length < 0 ? query.Length - start : length;
            var pair = query.Slice(start, length);
            if (pair.Span.StartsWith(key.Span) && pair.Length > key.Length && pair.Span[key.Length] == '=')
            {
                return pair.Slice(key.Length + 1, pair.Length - key.Length - 1);
            }

            start += length + 1;
        }

        return null;
    }
}
