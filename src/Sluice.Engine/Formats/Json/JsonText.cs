using System.Buffers;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Json;

/// <summary>Writes strings as Jackson does: quotes, backslashes and control characters are escaped, nothing else.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> s_escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(i => (byte)i), (byte)'"', (byte)'\\']);

    /// <summary>Appends a text with quotes around it. Bytes that are no UTF-8 become U+FFFD: JSON cannot hold them.</summary>
    public static void Append(ReadOnlySpan<byte> text, ByteHeap to)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text))
        {
            text = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(text));
        }

        to.Append("\""u8);
        while (text.IndexOfAny(s_escaped) is var at and >= 0)
        {
            to.Append(text[..at]);
            to.Take(Put(text[at], to.Reserve(6)));
            text = text[(at + 1)..];
        }

        to.Append(text);
        to.Append("\""u8);
    }

    /// <summary>Writes the escape of a control character; returns its length, 2 or 6.</summary>
    public static int PutControl(byte control, Span<byte> at)
    {
        at[0] = (byte)'\\';
        at[1] = control switch
        {
            (byte)'\b' => (byte)'b',
            (byte)'\t' => (byte)'t',
            (byte)'\n' => (byte)'n',
            (byte)'\f' => (byte)'f',
            (byte)'\r' => (byte)'r',
            _ => (byte)'u',
        };
        if (at[1] != 'u')
        {
            return 2;
        }

        at[2] = at[3] = (byte)'0';
        at[4] = (byte)('0' + (control >> 4));
        at[5] = "0123456789ABCDEF"u8[control & 15];
        return 6;
    }

    private static int Put(byte b, Span<byte> at)
    {
        if (b < ' ')
        {
            return PutControl(b, at);
        }

        at[0] = (byte)'\\';
        at[1] = b;
        return 2;
    }
}
