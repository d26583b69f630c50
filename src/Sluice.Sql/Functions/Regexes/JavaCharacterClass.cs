using System.Globalization;
using System.Text;
using Sluice.Engine.Errors;

namespace Sluice.Sql.Functions.Regexes;

/// <summary>Classes of characters: <c>[a-z&amp;&amp;[^b]]</c>, <c>\d</c>, <c>\p{Alpha}</c>, and single escaped characters.</summary>
internal static class JavaCharacterClass
{
    // As they stand within brackets. ASCII, other than in .NET.
    private static readonly Dictionary<string, string> s_posix = new(StringComparer.Ordinal)
    {
        ["Lower"] = "a-z",
        ["Upper"] = "A-Z",
        ["ASCII"] = @"\x00-\x7F",
        ["Alpha"] = "a-zA-Z",
        ["Digit"] = "0-9",
        ["Alnum"] = "a-zA-Z0-9",
        ["Punct"] = @"!-/:-@\[-`{-~",
        ["Graph"] = "!-~",
        ["Print"] = " -~",
        ["Blank"] = @" \t",
        ["Cntrl"] = @"\x00-\x1F\x7F",
        ["XDigit"] = "0-9a-fA-F",
        ["Space"] = @" \t\n\x0B\f\r",
    };

    private static readonly Dictionary<string, string> s_outside = new(StringComparer.Ordinal)
    {
        ["Lower"] = @"\x00-`{-\uFFFF",
        ["Upper"] = @"\x00-@\[-\uFFFF",
        ["ASCII"] = @"\x80-\uFFFF",
        ["Alpha"] = @"\x00-@\[-`{-\uFFFF",
        ["Digit"] = @"\x00-/:-\uFFFF",
        ["Alnum"] = @"\x00-/:-@\[-`{-\uFFFF",
        ["Punct"] = @"\x00- 0-9A-Za-z\x7F-\uFFFF",
        ["Graph"] = @"\x00- \x7F-\uFFFF",
        ["Print"] = @"\x00-\x1F\x7F-\uFFFF",
        ["Blank"] = @"\x00-\x08\x0A-\x1F!-\uFFFF",
        ["Cntrl"] = @" -~\x80-\uFFFF",
        ["XDigit"] = @"\x00-/:-@G-`g-\uFFFF",
        ["Space"] = @"\x00-\x08\x0E-\x1F!-\uFFFF",
    };

    private static readonly string[] s_categories =
    [
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cs", "Co", "Cn",
    ];

    /// <summary>Reads a class from its bracket to the closing one.</summary>
    /// <returns>False: it is none.</returns>
    public static bool Translate(string pattern, ref int at, StringBuilder to)
    {
        var start = at++;
        var isNegated = at < pattern.Length && pattern[at] == '^';
        at += isNegated ? 1 : 0;
        var parts = new List<string>();
        var content = new StringBuilder();
        for (var first = at; at < pattern.Length;)
        {
            switch (pattern[at])
            {
                case ']' when at > first:
                    at++;
                    parts.Add(content.Length > 0 ? $"[{(isNegated ? "^" : "")}{content}]" : "");
                    return Write(pattern[start..at], parts, isNegated, to);
                case '&' when at + 1 < pattern.Length && pattern[at + 1] == '&':
                    at += 2;
                    parts.Add($"[{content}]");
                    content.Clear();
                    first = at;
                    break;
                case '[':
                    if (!Nested(pattern, ref at, content, parts))
                    {
                        return false;
                    }

                    break;
                case '\\':
                    if (at + 1 < pattern.Length && pattern[at + 1] == 'Q')
                    {
                        Quoted(pattern, ref at, content);
                        break;
                    }

                    if (ReadEscape(pattern, ref at) is not { } escape)
                    {
                        return false;
                    }

                    content.Append(escape);
                    break;
                default:
                    content.Append(pattern[at] is ']' or '^' ? $"\\{pattern[at]}" : pattern[at].ToString());
                    at++;
                    break;
            }
        }

        return false;
    }

    /// <summary>
    /// An escape that stands for characters, as it may stand within brackets: a class without them.
    /// </summary>
    /// <returns>Null: Java knows no such escape.</returns>
    public static string? ReadEscape(string pattern, ref int at)
    {
        if (at + 1 >= pattern.Length)
        {
            return null;
        }

        var c = pattern[at + 1];
        at += 2;
        switch (c)
        {
            case 'd' or 'D':
                return c == 'd' ? s_posix["Digit"] : s_outside["Digit"];
            case 'w' or 'W':
                return c == 'w' ? "a-zA-Z0-9_" : @"\x00-/:-@\[-\^`{-\uFFFF";
            case 's' or 'S':
                return c == 's' ? s_posix["Space"] : s_outside["Space"];
            case 'h':
                return @" \t\xA0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000";
            case 'v':
                return @"\n\x0B\f\r\u0085\u2028\u2029";
            case 'p' or 'P':
                return Property(pattern, ref at, c == 'P');
            case 't' or 'n' or 'r' or 'f' or 'a' or 'e':
                return $"\\{c}";
            case 'x':
                return Hexadecimal(pattern, ref at, 2, '{');
            case 'u':
                return Hexadecimal(pattern, ref at, 4, '\0');
            case '0':
                return Octal(pattern, ref at);
            case 'c' when at < pattern.Length:
                return Character(pattern[at++] ^ 64);
            default:
                return char.IsAsciiLetterOrDigit(c) ? null : char.IsAscii(c) && c != '_' ? $"\\{c}" : c.ToString();
        }
    }

    private static bool Write(string whole, List<string> parts, bool isNegated, StringBuilder to)
    {
        parts.RemoveAll(p => p.Length == 0);
        if (parts.Count == 0)
        {
            return false;
        }

        if (parts.Count > 1 && isNegated)
        {
            throw Unsupported(whole);
        }

        if (parts.Count == 1)
        {
            to.Append(parts[0]);
            return true;
        }

        // An intersection: the character must be in each of them.
        to.Append("(?:");
        foreach (var part in parts.Take(parts.Count - 1))
        {
            to.Append("(?=").Append(part).Append(')');
        }

        to.Append(parts[^1]).Append(')');
        return true;
    }

    /// <summary>A class within a class: what it has is added, or, alone behind &amp;&amp;, a part of its own.</summary>
    private static bool Nested(string pattern, ref int at, StringBuilder content, List<string> parts)
    {
        var start = at;
        var inner = new StringBuilder();
        if (!Translate(pattern, ref at, inner))
        {
            return false;
        }

        var text = inner.ToString();
        if (parts.Count > 0 && content.Length == 0 && at < pattern.Length && (pattern[at] == ']' || pattern[at] == '&'))
        {
            parts.Add(text);
            return true;
        }

        if (text[0] != '[' || text[1] == '^')
        {
            throw Unsupported(pattern[start..at]);
        }

        content.Append(text, 1, text.Length - 2);
        return true;
    }

    private static void Quoted(string pattern, ref int at, StringBuilder content)
    {
        var end = pattern.IndexOf(@"\E", at, StringComparison.Ordinal);
        end = end < 0 ? pattern.Length : end;
        foreach (var c in pattern.AsSpan(at + 2, end - at - 2))
        {
            content.Append(Character(c));
        }

        at = Math.Min(pattern.Length, end + 2);
    }

    private static string? Property(string pattern, ref int at, bool isNegated)
    {
        if (at >= pattern.Length)
        {
            return null;
        }

        var name = pattern[at].ToString();
        var end = at;
        if (name == "{")
        {
            end = pattern.IndexOf('}', at);
            if (end < 0)
            {
                return null;
            }

            name = pattern[(at + 1)..end];
        }

        var start = at - 2;
        at = end + 1;
        if ((isNegated ? s_outside : s_posix).TryGetValue(name, out var posix))
        {
            return posix;
        }

        var category = name.StartsWith("Is", StringComparison.Ordinal) ? name[2..] : name;
        return s_categories.Contains(category, StringComparer.Ordinal) ? $@"\{(isNegated ? 'P' : 'p')}{{{category}}}" : throw Unsupported(pattern[start..at]);
    }

    private static string? Hexadecimal(string pattern, ref int at, int digits, char bracket)
    {
        var end = at + digits;
        var start = at;
        if (bracket != '\0' && at < pattern.Length && pattern[at] == bracket)
        {
            start++;
            end = pattern.IndexOf('}', at);
        }

        if (end < 0 || end > pattern.Length
            || !int.TryParse(pattern.AsSpan(start, end - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            return null;
        }

        at = start == at ? end : end + 1;
        return code <= char.MaxValue ? Character(code) : throw Unsupported($@"\x{{{code:x}}}");
    }

    /// <summary>Up to three digits behind the 0, at most 377.</summary>
    private static string? Octal(string pattern, ref int at)
    {
        var (code, count) = (0, 0);
        while (at < pattern.Length && count < 3 && pattern[at] is >= '0' and <= '7' && (code * 8) + pattern[at] - '0' <= 255)
        {
            code = (code * 8) + pattern[at++] - '0';
            count++;
        }

        return count > 0 ? Character(code) : null;
    }

    private static string Character(int code) => $@"\u{code:X4}";

    private static DataException Unsupported(string what) => new($"a regular expression uses {what}, which is not supported");
}
