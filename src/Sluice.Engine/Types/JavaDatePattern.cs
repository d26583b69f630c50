using System.Text;

namespace Sluice.Engine.Types;

/// <summary>A piece of a date pattern: a run of equal letters, or text that is printed as it is.</summary>
/// <param name="Letter">The letter; <c>\0</c> of text in quotes; of any other character that character itself.</param>
/// <param name="Width">How many letters; else 1.</param>
/// <param name="Text">What is printed as it is; empty for letters.</param>
public readonly record struct DatePatternPiece(char Letter, int Width, string Text)
{
    /// <summary>Whether it stands for a part of a date.</summary>
    public bool IsField => char.IsAsciiLetter(Letter);
}

/// <summary>Cuts date patterns as Java's classes do: letters in runs, text in single quotes, two quotes for one. What the letters mean, and
/// which there are, is for whoever prints or reads.</summary>
public static class JavaDatePattern
{
    /// <returns>Null where a single quote is not closed.</returns>
    public static List<DatePatternPiece>? Split(string pattern)
    {
        var pieces = new List<DatePatternPiece>();
        for (var i = 0; i < pattern.Length;)
        {
            if (pattern[i] == '\'')
            {
                if (ReadQuoted(pattern, ref i) is not { } text)
                {
                    return null;
                }

                pieces.Add(new DatePatternPiece('\0', 1, text));
            }
            else if (char.IsAsciiLetter(pattern[i]))
            {
                var start = i;
                while (i < pattern.Length && pattern[i] == pattern[start])
                {
                    i++;
                }

                pieces.Add(new DatePatternPiece(pattern[start], i - start, ""));
            }
            else
            {
                pieces.Add(new DatePatternPiece(pattern[i], 1, pattern[i].ToString()));
                i++;
            }
        }

        return pieces;
    }

    /// <summary>Two quotes are one quote, inside and outside of quoted text.</summary>
    private static string? ReadQuoted(string pattern, ref int i)
    {
        if (i + 1 < pattern.Length && pattern[i + 1] == '\'')
        {
            i += 2;
            return "'";
        }

        var text = new StringBuilder();
        for (i++; i < pattern.Length; i++)
        {
            if (pattern[i] != '\'')
            {
                text.Append(pattern[i]);
            }
            else if (i + 1 < pattern.Length && pattern[i + 1] == '\'')
            {
                text.Append('\'');
                i++;
            }
            else
            {
                i++;
                return text.ToString();
            }
        }

        return null;
    }
}
