using System.Globalization;
using System.Text;
using Sluice.Engine.Errors;

namespace Sluice.Sql.Functions.Text;

/// <summary>Counting and cutting UTF-8 by characters (code points).</summary>
internal static class CodePoints
{
    /// <summary>The longest text that a function makes, in bytes.</summary>
    public const int MaxResult = 1 << 30;

    public static int Count(ReadOnlySpan<byte> text)
    {
        if (Ascii.IsValid(text))
        {
            return text.Length;
        }

        var count = 0;
        foreach (var b in text)
        {
            count += IsFirst(b) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Where so many characters end; the text's length where it has fewer.</summary>
    public static int Offset(ReadOnlySpan<byte> text, int characters)
    {
        var at = 0;
        while (at < text.Length)
        {
            if (IsFirst(text[at]) && characters-- <= 0)
            {
                break;
            }

            at++;
        }

        return at;
    }

    /// <summary>The bytes of the character at a place.</summary>
    public static int LengthAt(ReadOnlySpan<byte> text, int at)
    {
        var end = at + 1;
        while (end < text.Length && !IsFirst(text[end]))
        {
            end++;
        }

        return end - at;
    }

    /// <summary>Where the character before a place begins.</summary>
    public static int Before(ReadOnlySpan<byte> text, int at)
    {
        do
        {
            at--;
        }
        while (at > 0 && !IsFirst(text[at]));
        return at;
    }

    public static bool IsFirst(byte b) => (b & 0xC0) != 0x80;

    /// <exception cref="DataException">The result would be longer than <see cref="MaxResult"/>.</exception>
    public static int CheckSize(long size, string function) => size <= MaxResult
        ? (int)size
        : throw new DataException($"{function} would make a text of {size.ToString(CultureInfo.InvariantCulture)} bytes; the most is {MaxResult.ToString(CultureInfo.InvariantCulture)}");
}
