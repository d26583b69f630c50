using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Engine.Errors;

namespace Sluice.Sql.Functions.Regexes;

/// <summary>
/// Writes a regular expression of Java as one of .NET that matches the same. What differs: <c>\d \w \s</c> and the POSIX classes are ASCII in
/// Java, a dot and <c>$</c> know more line ends, groups with a name are counted with the others, there are possessive quantifiers,
/// <c>\Q..\E</c>, octal and <c>\x{...}</c> escapes, and classes within classes. What cannot be written is refused, never guessed.
/// </summary>
internal sealed class JavaRegex
{
    private const string LineEnds = @"\n\r\u0085\u2028\u2029";

    private readonly string _pattern;
    private readonly StringBuilder _out = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly Stack<(int Start, bool DotAll, bool Multiline)> _open = new();
    private int _at;
    private int _groups;
    private int _atom = -1;
    private bool _dotAll;
    private bool _multiline;

    private JavaRegex(string pattern) => _pattern = pattern;

    /// <returns>Null: the pattern is no regular expression.</returns>
    /// <exception cref="DataException">The pattern has a construct that is not supported.</exception>
    public static string? Translate(string pattern)
    {
        var regex = new JavaRegex(pattern);
        while (regex._at < pattern.Length)
        {
            if (!regex.Step())
            {
                return null;
            }
        }

        return regex._open.Count == 0 ? regex._out.ToString() : null;
    }

    private bool Step()
    {
        var c = _pattern[_at];
        switch (c)
        {
            case '\\':
                return Escape();
            case '[':
                _atom = _out.Length;
                return JavaCharacterClass.Translate(_pattern, ref _at, _out);
            case '(':
                return OpenGroup();
            case ')':
                return CloseGroup();
            case '*' or '+' or '?':
                return Quantify(_at + 1);
            case '{':
                var end = RepetitionEnd(_pattern, _at);
                return end > 0 && Quantify(end);
            default:
                Plain(c);
                return true;
        }
    }

    private void Plain(char c)
    {
        _atom = _out.Length;
        _at++;
        _out.Append(c switch
        {
            '.' => _dotAll ? @"[\s\S]" : $"[^{LineEnds}]",
            '$' => _multiline ? $@"(?=\r\n|[{LineEnds}]|\z)" : $@"(?=(?:\r\n|[{LineEnds}])?\z)",
            '^' when _multiline => @"(?:\A|(?<=[\n\u0085\u2028\u2029]|\r(?!\n))(?!\z))",
            _ => c.ToString(),
        });
        if (c == '|')
        {
            _atom = -1;
        }
    }

    /// <summary>Where <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> ends; 0 for anything else, which Java refuses.</summary>
    private static int RepetitionEnd(string pattern, int at)
    {
        var end = pattern.IndexOf('}', at);
        var inside = end < 0 ? "" : pattern[(at + 1)..end];
        var parts = inside.Split(',');
        return parts.Length is 1 or 2 && IsNumber(parts[0]) && (parts.Length == 1 || parts[1].Length == 0 || IsNumber(parts[1])) ? end + 1 : 0;
    }

    private static bool IsNumber(string text) => text.Length is > 0 and < 10 && text.All(char.IsAsciiDigit);

    private bool Quantify(int end)
    {
        if (_atom < 0)
        {
            return false;
        }

        _out.Append(_pattern, _at, end - _at);
        _at = end;
        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            _out.Append('?');
            _at++;
        }
        else if (_at < _pattern.Length && _pattern[_at] == '+')
        {
            _out.Insert(_atom, "(?>").Append(')');
            _at++;
        }

        _atom = -1;
        return true;
    }

    private bool OpenGroup()
    {
        _open.Push((_out.Length, _dotAll, _multiline));
        _atom = -1;
        if (!Follows("(?"))
        {
            _groups++;
            _out.Append('(');
            _at++;
            return true;
        }

        foreach (var kind in (ReadOnlySpan<string>)["(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!"])
        {
            if (Follows(kind))
            {
                _out.Append(kind);
                _at += kind.Length;
                return true;
            }
        }

        return Follows("(?<") ? NamedGroup() : Flags();
    }

    private bool NamedGroup()
    {
        var end = _pattern.IndexOf('>', _at);
        if (end < _at + 4 || !_names.TryAdd(_pattern[(_at + 3)..end], ++_groups))
        {
            return false;
        }

        _out.Append('(');
        _at = end + 1;
        return true;
    }

    /// <summary><c>(?i)</c>, <c>(?s-i:</c>. Dot and line ends are written out, so only the case is left for .NET.</summary>
    private bool Flags()
    {
        var on = true;
        var flags = new StringBuilder("(?");
        for (_at += 2; _at < _pattern.Length; _at++)
        {
            switch (_pattern[_at])
            {
                case 'i':
                    flags.Append(on ? "i" : "-i");
                    break;
                case 's':
                    _dotAll = on;
                    break;
                case 'm':
                    _multiline = on;
                    break;
                case 'u':
                    break;
                case '-':
                    on = false;
                    break;
                case ':':
                    _out.Append(flags).Append(':');
                    _at++;
                    return true;
                case ')':
                    _open.Pop();
                    _at++;
                    _out.Append(flags.Length > 2 ? flags.Append(')') : flags.Clear());
                    return true;
                case 'x' or 'd' or 'U':
                    throw Unsupported($"the flag {_pattern[_at]}");
                default:
                    return false;
            }
        }

        return false;
    }

    private bool CloseGroup()
    {
        if (!_open.TryPop(out var group))
        {
            return false;
        }

        (_atom, _dotAll, _multiline) = group;
        _out.Append(')');
        _at++;
        return true;
    }

    private bool Escape()
    {
        if (_at + 1 >= _pattern.Length)
        {
            return false;
        }

        _atom = _out.Length;
        var c = _pattern[_at + 1];
        switch (c)
        {
            case 'Q':
                var end = _pattern.IndexOf(@"\E", _at, StringComparison.Ordinal);
                end = end < 0 ? _pattern.Length : end;
                Literal(_pattern[(_at + 2)..end]);
                _at = Math.Min(_pattern.Length, end + 2);
                return true;
            case 'A' or 'Z' or 'z' or 'G' or 'b' or 'B':
                _out.Append('\\').Append(c);
                _at += 2;
                return true;
            case 'R':
                _out.Append(@"(?:\r\n|[\n\x0B\f\r\u0085\u2028\u2029])");
                _at += 2;
                return true;
            case 'k':
                return NameReference();
            case >= '1' and <= '9':
                NumberReference();
                return true;
            case 'X' or 'N':
                throw Unsupported("\\" + c);
            default:
                var single = JavaCharacterClass.ReadEscape(_pattern, ref _at);
                if (single is null)
                {
                    return false;
                }

                _out.Append(IsSingle(single) ? single : $"[{single}]");
                return true;
        }
    }

    // Anything else is a run of ranges and needs brackets.
    private static bool IsSingle(string escape) => escape.Length == 1
        || (escape[0] == '\\' && (escape.Length == 2 || escape[1] is 'p' or 'P' || (escape[1] == 'u' && escape.Length == 6)));

    // Each character is an atom of its own: a quantifier behind the quoted text holds for the last.
    private void Literal(string text)
    {
        foreach (var c in text)
        {
            _atom = _out.Length;
            _out.Append(Regex.Escape(c.ToString()).Replace("}", "\\}", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal));
        }
    }

    private bool NameReference()
    {
        var end = _pattern.IndexOf('>', _at);
        if (end < _at + 4 || _pattern[_at + 2] != '<' || !_names.TryGetValue(_pattern[(_at + 3)..end], out var group))
        {
            return false;
        }

        Reference(group);
        _at = end + 1;
        return true;
    }

    /// <summary>As many digits as there are groups for.</summary>
    private void NumberReference()
    {
        var group = _pattern[_at + 1] - '0';
        for (_at += 2; _at < _pattern.Length && char.IsAsciiDigit(_pattern[_at]); _at++)
        {
            var longer = (group * 10) + _pattern[_at] - '0';
            if (longer > _groups)
            {
                break;
            }

            group = longer;
        }

        Reference(group);
    }

    private void Reference(int group) => _out.Append(CultureInfo.InvariantCulture, $@"(?:\{group})");

    private bool Follows(string text) => string.CompareOrdinal(_pattern, _at, text, 0, text.Length) == 0;

    private DataException Unsupported(string what) => new($"the regular expression '{_pattern}' uses {what}, which is not supported");
}
