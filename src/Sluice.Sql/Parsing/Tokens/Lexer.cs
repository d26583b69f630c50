using System.Text;

namespace Sluice.Sql.Parsing.Tokens;

/// <summary>Cuts a script into tokens. It never fails: what cannot be a token becomes a broken one that says why.</summary>
internal sealed class Lexer
{
    // Longest first.
    private static readonly string[] s_symbols =
        ["<>", "!=", "<=", ">=", "||", "=>", "(", ")", "[", "]", "{", "}", "<", ">", "=", "+", "-", "*", "/", "%", ".", ",", ";", ":", "?"];

    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private readonly List<SourceSpan> _comments = [];
    private int _at;
    private bool _inHint;

    private Lexer(string text) => _text = text;

    /// <returns>The tokens, the last of which is the end, and where the comments stand.</returns>
    public static (IReadOnlyList<Token> Tokens, IReadOnlyList<SourceSpan> Comments) Read(string text)
    {
        var lexer = new Lexer(text);
        while (lexer.SkipToToken())
        {
            lexer.ReadToken();
        }

        lexer._tokens.Add(new Token(TokenKind.End, new SourceSpan(text.Length, 0), ""));
        return (lexer._tokens, lexer._comments);
    }

    private char Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private bool StartsWith(string text) => string.CompareOrdinal(_text, _at, text, 0, text.Length) == 0;

    private bool SkipToToken()
    {
        while (_at < _text.Length)
        {
            if (char.IsWhiteSpace(_text[_at]) || _text[_at] == '\uFEFF')
            {
                _at++;
            }
            else if (StartsWith("--") || StartsWith("//"))
            {
                Comment(_text.IndexOf('\n', _at));
            }
            else if (StartsWith("/*") && Peek(2) != '+')
            {
                var end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                if (end < 0)
                {
                    Broken(_text.Length, 2, "this comment is not closed: its '*/' is missing");
                    return false;
                }

                Comment(end + 2);
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private void Comment(int end)
    {
        end = end < 0 ? _text.Length : end;
        _comments.Add(new SourceSpan(_at, end - _at));
        _at = end;
    }

    private void ReadToken()
    {
        var c = _text[_at];
        if (c == '\'')
        {
            ReadString(TokenKind.String, prefix: 0);
        }
        else if (c == '`')
        {
            ReadQuotedName();
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1)) && !FollowsName()))
        {
            ReadNumber();
        }
        else if (IsNameStart(c))
        {
            ReadWord();
        }
        else
        {
            ReadSymbol();
        }
    }

    /// <summary>Whether a point joins names: in <c>a.1</c> it does not begin a number.</summary>
    private bool FollowsName() => _tokens.Count > 0 && _tokens[^1].Span.End == _at && _tokens[^1].Kind is TokenKind.Word or TokenKind.QuotedName;

    private void ReadWord()
    {
        if (Peek() is 'x' or 'X' && Peek(1) == '\'')
        {
            ReadString(TokenKind.Binary, prefix: 1);
            return;
        }

        if (Peek() is 'n' or 'N' && Peek(1) == '\'')
        {
            ReadString(TokenKind.String, prefix: 1);
            return;
        }

        if (Peek() is 'u' or 'U' && Peek(1) == '&' && Peek(2) == '\'')
        {
            ReadString(TokenKind.UnicodeString, prefix: 2);
            return;
        }

        if (CharsetPrefix() is var charset and > 0)
        {
            ReadString(TokenKind.String, charset);
            return;
        }

        var end = _at + 1;
        while (end < _text.Length && IsNamePart(_text[end]))
        {
            end++;
        }

        Add(TokenKind.Word, end, _text[_at..end].ToUpperInvariant());
    }

    /// <summary>The length of <c>_UTF8</c> before a quote, else 0.</summary>
    private int CharsetPrefix()
    {
        var length = 1;
        if (Peek() != '_')
        {
            return 0;
        }

        while (char.IsAsciiLetterOrDigit(Peek(length)) || Peek(length) is '-' or '.' or ':' or '_')
        {
            length++;
        }

        return length > 1 && Peek(length) == '\'' ? length : 0;
    }

    private void ReadString(TokenKind kind, int prefix)
    {
        if (Quoted('\'', _at + prefix) is not var (value, end))
        {
            Broken(_text.Length, prefix + 1, "this text is not closed: its closing ' is missing (a ' inside a text is written '')");
            return;
        }

        Add(kind, end, value);
    }

    private void ReadQuotedName()
    {
        if (Quoted('`', _at) is not var (value, end))
        {
            Broken(_text.Length, 1, "this name is not closed: its closing ` is missing");
        }
        else if (value.Length == 0)
        {
            Broken(end, 2, "a name in backticks has at least one character");
        }
        else
        {
            Add(TokenKind.QuotedName, end, value);
        }
    }

    /// <summary>What stands between a quote and the next one that is not doubled; null where there is none.</summary>
    private (string Value, int End)? Quoted(char quote, int open)
    {
        var value = new StringBuilder();
        for (var at = open + 1; ;)
        {
            var close = _text.IndexOf(quote, at);
            if (close < 0)
            {
                return null;
            }

            value.Append(_text, at, close - at);
            if (close + 1 >= _text.Length || _text[close + 1] != quote)
            {
                return (value.ToString(), close + 1);
            }

            value.Append(quote);
            at = close + 2;
        }
    }

    private void ReadNumber()
    {
        var end = Digits(_at);
        var kind = TokenKind.Integer;
        if (end < _text.Length && _text[end] == '.')
        {
            (kind, end) = (TokenKind.Decimal, Digits(end + 1));
        }

        if (end < _text.Length && _text[end] is 'e' or 'E')
        {
            var sign = end + 1 < _text.Length && _text[end + 1] is '+' or '-' ? 1 : 0;
            var exponent = Digits(end + 1 + sign);
            if (exponent > end + 1 + sign)
            {
                (kind, end) = (TokenKind.Approximate, exponent);
            }
        }

        var name = end;
        while (name < _text.Length && IsNamePart(_text[name]))
        {
            name++;
        }

        if (name > end)
        {
            Broken(name, name - _at, $"'{_text[_at..name]}' is neither a number nor a name; a name that begins with a digit is put in backticks: `{_text[_at..name]}`");
            return;
        }

        Add(kind, end, _text[_at..end]);
    }

    private int Digits(int from)
    {
        while (from < _text.Length && char.IsAsciiDigit(_text[from]))
        {
            from++;
        }

        return from;
    }

    private void ReadSymbol()
    {
        if (StartsWith("/*+"))
        {
            _inHint = true;
            Add(TokenKind.HintStart, _at + 3, "/*+");
            return;
        }

        if (_inHint && StartsWith("*/"))
        {
            _inHint = false;
            Add(TokenKind.HintEnd, _at + 2, "*/");
            return;
        }

        foreach (var symbol in s_symbols)
        {
            if (StartsWith(symbol))
            {
                Add(TokenKind.Symbol, _at + symbol.Length, symbol == "!=" ? "<>" : symbol);
                return;
            }
        }

        ReadForeign();
    }

    private void ReadForeign()
    {
        var length = char.IsHighSurrogate(_text[_at]) && char.IsLowSurrogate(Peek(1)) ? 2 : 1;
        var found = _text.Substring(_at, length);
        var message = found switch
        {
            "\"" => "a double quote means nothing here: texts stand in single quotes, names in backticks",
            "|" => "a single '|' means nothing here; texts are joined with '||'",
            "!" => "a single '!' means nothing here; write NOT, or '<>' for not equal",
            "‘" or "’" or "“" or "”" => $"'{found}' is a typographic quote; texts stand in straight single quotes (')",
            _ => char.IsControl(found[0]) ? $"the control character U+{(int)found[0]:X4} means nothing here" : $"the character '{found}' means nothing here",
        };

        // A double quote is usually one of a pair.
        var end = _at + length;
        if (found == "\"" && _text.IndexOfAny(['"', '\n'], end) is var close and >= 0 && _text[close] == '"')
        {
            end = close + 1;
        }

        Broken(end, end - _at, message);
    }

    private void Add(TokenKind kind, int end, string text)
    {
        _tokens.Add(new Token(kind, new SourceSpan(_at, end - _at), text));
        _at = end;
    }

    private void Broken(int end, int shown, string message)
    {
        _tokens.Add(new Token(TokenKind.Broken, new SourceSpan(_at, shown), message));
        _at = end;
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or '$';

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';
}
