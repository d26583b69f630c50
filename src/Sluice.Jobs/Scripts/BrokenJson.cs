using System.Text.Json;
using Sluice.Engine.Errors;

namespace Sluice.Jobs.Scripts;

/// <summary>An object or a list that is not closed yet.</summary>
internal readonly record struct OpenContainer(Place Place, bool IsList);

/// <summary>Says what is wrong with a text that is not JSON. It never quotes the text, which may be a password without its quotes.</summary>
internal static class BrokenJson
{
    private enum Begun
    {
        Nothing,
        String,
        Key,
    }

    /// <param name="offset">Where the reader stopped.</param>
    /// <param name="last">The last token that was whole, and where it ended.</param>
    /// <param name="open">Where the objects and lists begin that are not closed.</param>
    public static string Describe(ReadOnlySpan<byte> text, int offset, JsonTokenType last, int lastEnd, Stack<OpenContainer> open)
    {
        var between = text[Math.Min(lastEnd, offset)..offset];
        var begun = Since(between);
        if (begun is Begun.String)
        {
            return InText(text, offset);
        }

        if (text[offset..].Trim(" \t\r\n"u8).IsEmpty)
        {
            return open.TryPeek(out var unclosed)
                ? $"the text ends too early: the {(unclosed.IsList ? "list" : "object")} that begins at line {unclosed.Place.Line}, column {unclosed.Place.Column} is not closed"
                : "the text ends too early: one JSON object { ... } is expected";
        }

        if (begun is Begun.Key)
        {
            return "expected ':' and a value after the key";
        }

        return text[offset] switch
        {
            (byte)'\'' => "texts and keys are written in double quotes, not in single ones",
            (byte)'/' or (byte)'*' => "this comment is not complete; comments are // to the end of the line and /* ... */",
            _ => Expected(between, last, open),
        };
    }

    private static string Expected(ReadOnlySpan<byte> between, JsonTokenType last, Stack<OpenContainer> open)
    {
        var inList = open.TryPeek(out var innermost) && innermost.IsList;
        if (last is JsonTokenType.None)
        {
            return "expected '{': a script is one JSON object";
        }

        if (last is JsonTokenType.PropertyName or JsonTokenType.StartArray || (inList && between.IndexOf((byte)',') >= 0))
        {
            return IsNumberBefore(between) ? "this number is not written as JSON writes numbers: 10, -1, 0.5 or 1e6"
                : "expected a value: a text in double quotes, a number, true, false, null, a list [ ] or an object { }";
        }

        if (last is JsonTokenType.StartObject || (open.Count > 0 && between.IndexOf((byte)',') >= 0))
        {
            return "expected a key in double quotes, or '}'";
        }

        return open.Count == 0 ? "nothing may follow the closing '}' but comments"
            : inList ? "expected ',' or ']' after the value" : "expected ',' or '}' after the value";
    }

    private static string InText(ReadOnlySpan<byte> text, int offset)
    {
        if (offset >= text.Length)
        {
            return "the text ends inside a string: its closing double quote is missing";
        }

        if (text[offset] < 0x20)
        {
            return text[offset] switch
            {
                (byte)'\n' or (byte)'\r' => "the line ends inside a string: its closing double quote is missing, or the line break is to be written \\n",
                (byte)'\t' => "a tab inside a string is written \\t",
                _ => $"a control character inside a string is written \\u{text[offset]:x4}",
            };
        }

        return "this escape is none of JSON's: \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hex digits; a backslash itself is written \\\\";
    }

    /// <summary>What stands since the last whole token: nothing but separators and comments, a string that goes on, or a whole one,
    /// which is a key without its colon, since the reader takes a key and its colon as one token.</summary>
    private static Begun Since(ReadOnlySpan<byte> between)
    {
        for (var i = 0; i < between.Length; i++)
        {
            if (between[i] == (byte)'"')
            {
                return IsClosed(between[(i + 1)..]) ? Begun.Key : Begun.String;
            }

            if (between[i] == (byte)'/' && i + 1 < between.Length)
            {
                var end = between[i + 1] == (byte)'*' ? between[i..].IndexOf("*/"u8) : between[i..].IndexOf((byte)'\n');
                if (end < 0)
                {
                    return Begun.Nothing;
                }

                i += end;
            }
        }

        return Begun.Nothing;
    }

    private static bool IsClosed(ReadOnlySpan<byte> content)
    {
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == (byte)'"')
            {
                return true;
            }

            i += content[i] == (byte)'\\' ? 1 : 0;
        }

        return false;
    }

    private static bool IsNumberBefore(ReadOnlySpan<byte> between) => between.Length > 0 && between[^1] is (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'-' or (byte)'e' or (byte)'E' or (byte)'+';
}
