using System.Globalization;
using System.Text.Json;

namespace Sluice.Engine.Formats.Json;

/// <summary>Turns the escapes of a string into what they stand for.</summary>
internal static class JsonEscapes
{
    /// <summary>Bytes of U+FFFD.</summary>
    private static ReadOnlySpan<byte> Replacement => [0xEF, 0xBF, 0xBD];

    /// <summary>False: half of a surrogate pair stands alone.</summary>
    /// <param name="into">At least as long as the escaped text.</param>
    public static bool TryUnescape(ref Utf8JsonReader reader, Span<byte> into, out int length)
    {
        if (!IsSound(reader.ValueSpan))
        {
            length = 0;
            return false;
        }

        length = reader.CopyString(into);
        return true;
    }

    /// <summary>Whether no half of a surrogate pair stands alone. A pair is escaped as <c>\uD83D\uDE00</c>.</summary>
    public static bool IsSound(ReadOnlySpan<byte> text) =>
        (text.IndexOf("\\ud"u8) < 0 && text.IndexOf("\\uD"u8) < 0) || SurrogatesPair(text);

    /// <summary>As Java does: a lone surrogate becomes U+FFFD.</summary>
    public static Span<byte> UnescapeLoosely(ReadOnlySpan<byte> text, Span<byte> into)
    {
        var used = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                into[used++] = text[i];
                continue;
            }

            var escape = text[++i];
            if (escape != 'u')
            {
                into[used++] = escape switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'t' => (byte)'\t',
                    (byte)'n' => (byte)'\n',
                    (byte)'f' => (byte)'\f',
                    (byte)'r' => (byte)'\r',
                    _ => escape,
                };
                continue;
            }

            var unit = UnitAt(text, i - 1);
            i += 4;
            if (char.IsHighSurrogate(unit) && UnitAt(text, i + 1) is var low && char.IsLowSurrogate(low))
            {
                i += 6;
                used += new System.Text.Rune(unit, low).EncodeToUtf8(into[used..]);
            }
            else if (char.IsSurrogate(unit))
            {
                Replacement.CopyTo(into[used..]);
                used += Replacement.Length;
            }
            else
            {
                used += new System.Text.Rune(unit).EncodeToUtf8(into[used..]);
            }
        }

        return into[..used];
    }

    private static bool SurrogatesPair(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                continue;
            }

            if (text[i + 1] != 'u')
            {
                i++;
                continue;
            }

            var unit = UnitAt(text, i);
            i += 5;
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(UnitAt(text, i + 1))))
            {
                return false;
            }

            i += char.IsHighSurrogate(unit) ? 6 : 0;
        }

        return true;
    }

    /// <summary>The code unit of the escape that begins there; 0 where none does.</summary>
    private static char UnitAt(ReadOnlySpan<byte> text, int at) =>
        at + 6 <= text.Length && text[at] == '\\' && text[at + 1] == 'u'
            && ushort.TryParse(text.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
                ? (char)unit : '\0';
}
