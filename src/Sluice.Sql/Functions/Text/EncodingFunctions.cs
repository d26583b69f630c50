using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>Base64 and character sets.</summary>
internal static class EncodingFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("TO_BASE64", [new([Character], Returning.Text, ToBase64), new([Family.Binary], Returning.Text, ToBase64)]),
        new("FROM_BASE64", [new([Character], Returning.Text, FromBase64), new([Family.Binary], Returning.Text, FromBase64)]),
        new("ENCODE", [new([Character, Character], Returning.Bytes, Encode)]),
        new("IS_VALID_UTF8", [new([Family.Binary], Returning.Boolean, IsValidUtf8)]),
        new("MAKE_VALID_UTF8", [new([Family.Binary], Returning.Text, MakeValidUtf8)]),
        new("DECODE", [new([Family.Binary, Character], Returning.Text, Decode)]),
    ];

    public static Utf8 ToBase64(Utf8 text, ByteHeap heap)
    {
        Base64.EncodeToUtf8(text.Span, heap.Reserve(Base64.GetMaxEncodedToUtf8Length(text.Length)), out _, out var written);
        return new Utf8(heap.Bytes, heap.Take(written), written);
    }

    /// <summary>Padding may be left out; blanks and line ends are errors.</summary>
    public static Utf8 FromBase64(Utf8 text, ByteHeap heap)
    {
        var missing = (4 - (text.Length & 3)) & 3;
        var room = heap.Reserve(text.Length + missing)[..(text.Length + missing)];
        text.Span.CopyTo(room);
        room[text.Length..].Fill((byte)'=');
        if (missing == 3 || text.Span.IndexOfAny(" \t\r\n"u8) >= 0
            || Base64.DecodeFromUtf8InPlace(room, out var written) != OperationStatus.Done)
        {
            throw new DataException($"FROM_BASE64: '{text}' is no base64");
        }

        return new Utf8(heap.Bytes, heap.Take(written), written);
    }

    public static bool IsValidUtf8(Utf8 bytes) => System.Text.Unicode.Utf8.IsValid(bytes.Span);

    /// <summary>U+FFFD for what is no UTF-8.</summary>
    public static Utf8 MakeValidUtf8(Utf8 bytes, ByteHeap heap)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes.Span))
        {
            return bytes;
        }

        var start = heap.Used;
        foreach (var rune in new RuneBytes(bytes.Span))
        {
            heap.Take(rune.EncodeToUtf8(heap.Reserve(4)));
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    public static Utf8 Encode(Utf8 text, Utf8 charset, ByteHeap heap, CharsetState state)
    {
        var encoding = state.Find(charset, "ENCODE");
        if (encoding is UTF8Encoding)
        {
            return text;
        }

        var start = heap.Used;
        heap.Append(state.Mark);
        var characters = text.ToString();
        heap.Take(encoding.GetBytes(characters, heap.Reserve(encoding.GetMaxByteCount(characters.Length))));
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    public static Utf8 Decode(Utf8 bytes, Utf8 charset, ByteHeap heap, CharsetState state)
    {
        var encoding = state.Find(charset, "DECODE");
        if (encoding is UTF8Encoding && System.Text.Unicode.Utf8.IsValid(bytes.Span))
        {
            return bytes;
        }

        var content = bytes.Span;
        if (state.Mark.Length > 0 && content.Length >= 2)
        {
            (encoding, content) = WithoutMark(encoding, content);
        }

        var start = heap.Append(Encoding.UTF8.GetBytes(encoding.GetString(content)));
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    /// <summary>A mark in front says the byte order of UTF-16; without one the big end comes first.</summary>
    private static (Encoding Encoding, byte[] Content) WithoutMark(Encoding encoding, ReadOnlySpan<byte> content) => (content[0], content[1]) switch
    {
        (0xFE, 0xFF) => (Encoding.BigEndianUnicode, content[2..].ToArray()),
        (0xFF, 0xFE) => (Encoding.Unicode, content[2..].ToArray()),
        _ => (encoding, content.ToArray()),
    };
}

/// <summary>The character set of one ENCODE or DECODE, looked up again only where its name changes.</summary>
internal sealed class CharsetState
{
    private byte[] _name = [];
    private Encoding? _encoding;

    /// <summary>What UTF-16 puts in front.</summary>
    public byte[] Mark { get; private set; } = [];

    public Encoding Find(Utf8 name, string function)
    {
        if (_encoding is null || !name.Span.SequenceEqual(_name))
        {
            _name = name.Span.ToArray();
            var upper = name.ToString().ToUpperInvariant();
            Mark = upper == "UTF-16" ? [0xFE, 0xFF] : [];
            _encoding = upper switch
            {
                "US-ASCII" or "ASCII" => Encoding.ASCII,
                "ISO-8859-1" or "LATIN1" => Encoding.Latin1,
                "UTF-8" or "UTF8" => Encoding.UTF8,
                "UTF-16BE" or "UTF-16" => Encoding.BigEndianUnicode,
                "UTF-16LE" => Encoding.Unicode,
                _ => throw new DataException($"{function}: '{name}' is no character set; allowed: US-ASCII, ISO-8859-1, UTF-8, UTF-16BE, UTF-16LE, UTF-16"),
            };
        }

        return _encoding;
    }
}
