using System.Text;
using System.Text.RegularExpressions;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Expressions.Patterns;

/// <summary>The pattern of a SIMILAR TO: the regular expressions of the SQL standard, over whole texts.</summary>
internal sealed class SimilarPattern
{
    /// <summary>One character, which UTF-16 may write as two.</summary>
    private const string AnyCharacter = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\n])";

    private static readonly (string Name, string Members)[] s_classes =
    [
        ("[:ALPHA:]", "a-zA-Z"), ("[:UPPER:]", "A-Z"), ("[:LOWER:]", "a-z"), ("[:DIGIT:]", "0-9"), ("[:ALNUM:]", "a-zA-Z0-9"),
        ("[:SPACE:]", " "), ("[:WHITESPACE:]", @"\s"),
    ];

    private readonly Regex _regex;
    private char[] _text = new char[64];

    /// <param name="escape">A single character, or null.</param>
    /// <exception cref="DataException">It is no such pattern.</exception>
    public SimilarPattern(string pattern, string? escape)
    {
        try
        {
            // Without backtracking: linear in the text whatever the pattern.
            _regex = new Regex(@"\A(?:" + Translate(pattern, escape) + @")\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new DataException($"'{pattern}' is no pattern of SIMILAR TO: {wrong.Message}", wrong);
        }
    }

    public bool Matches(Utf8 text)
    {
        if (_text.Length < text.Length)
        {
            _text = new char[text.Length * 2];
        }

        var length = Encoding.UTF8.GetChars(text.Span, _text);
        return _regex.IsMatch(_text.AsSpan(0, length));
    }

    private static string Translate(string pattern, string? escape)
    {
        var regex = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (escape is { Length: > 0 } && c == escape[0])
            {
                if (++i >= pattern.Length)
                {
                    throw new DataException("the escape character of SIMILAR TO stands at the end of the pattern");
                }

                regex.Append(Literal(pattern[i]));
                continue;
            }

            if (inClass)
            {
                i += Member(pattern, i, regex, ref inClass);
                continue;
            }

            inClass = c == '[';
            regex.Append(c switch
            {
                '_' => AnyCharacter,
                '%' => "(?s:.*)",
                '[' or '|' or '(' or ')' or '*' or '+' or '?' or '{' or '}' => c.ToString(),
                _ => Literal(c),
            });
        }

        return regex.ToString();
    }

    /// <summary>A member of a class in brackets; returns the characters read beyond the first.</summary>
    private static int Member(string pattern, int at, StringBuilder regex, ref bool inClass)
    {
        foreach (var (name, members) in s_classes)
        {
            if (string.Compare(pattern, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                regex.Append(members);
                return name.Length - 1;
            }
        }

        inClass = pattern[at] != ']';
        regex.Append(pattern[at] is '[' or '\\' ? "\\" + pattern[at] : pattern[at].ToString());
        return 0;
    }

    private static string Literal(char c) => char.IsAsciiLetterOrDigit(c) || c > 127 || c is ' ' or '_' or '%' ? c.ToString() : "\\" + c;
}
