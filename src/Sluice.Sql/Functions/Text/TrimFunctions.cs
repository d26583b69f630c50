using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>TRIM and its kin. <c>TRIM(BOTH y FROM x)</c> is BTRIM(x, y), LEADING is LTRIM, TRAILING is RTRIM. Only the blank is trimmed where
/// nothing is said.</summary>
internal static class TrimFunctions
{
    private static readonly Utf8 s_blank = Utf8.Of(" ");

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("TRIM", [new([Character], Returning.Text, TrimBlanks)]),
        new("BTRIM", [new([Character], Returning.Text, TrimBlanks), new([Character, Character], Returning.Text, Trim)]),
        new("LTRIM", [new([Character], Returning.Text, TrimLeftBlanks), new([Character, Character], Returning.Text, TrimLeft)]),
        new("RTRIM", [new([Character], Returning.Text, TrimRightBlanks), new([Character, Character], Returning.Text, TrimRight)]),
    ];

    public static Utf8 TrimBlanks(Utf8 text) => Trim(text, s_blank);

    public static Utf8 TrimLeftBlanks(Utf8 text) => TrimLeft(text, s_blank);

    public static Utf8 TrimRightBlanks(Utf8 text) => TrimRight(text, s_blank);

    public static Utf8 Trim(Utf8 text, Utf8 characters) => TrimRight(TrimLeft(text, characters), characters);

    public static Utf8 TrimLeft(Utf8 text, Utf8 characters)
    {
        var span = text.Span;
        var start = 0;
        while (start < span.Length)
        {
            var length = CodePoints.LengthAt(span, start);
            if (!Contains(characters.Span, span.Slice(start, length)))
            {
                break;
            }

            start += length;
        }

        return text.Slice(start, span.Length - start);
    }

    public static Utf8 TrimRight(Utf8 text, Utf8 characters)
    {
        var span = text.Span;
        var end = span.Length;
        while (end > 0)
        {
            var start = CodePoints.Before(span, end);
            if (!Contains(characters.Span, span[start..end]))
            {
                break;
            }

            end = start;
        }

        return text.Slice(0, end);
    }

    // The bytes of one character are found within UTF-8 only where that character stands.
    private static bool Contains(ReadOnlySpan<byte> characters, ReadOnlySpan<byte> character) =>
        character.Length == 1 ? characters.Contains(character[0]) : characters.IndexOf(character) >= 0;
}
