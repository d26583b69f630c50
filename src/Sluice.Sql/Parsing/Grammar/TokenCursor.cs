using System.Runtime.CompilerServices;
using Sluice.Engine.Options;
using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>Where the parser is in the tokens of a script, and the words for what it finds there.</summary>
internal sealed class TokenCursor(SourceText source, IReadOnlyList<Token> tokens)
{
    /// <summary>How deeply expressions, types and queries may nest.</summary>
    public const int MaxDepth = 500;

    /// <summary>How many operators, joins or set operations may follow each other: each makes the tree one level higher.</summary>
    public const int MaxChain = 1000;

    private const int LongestQuote = 40;

    // Shorter words are too near to everything.
    private const int ShortestSlip = 3;

    // A word without AS before it is taken as an alias; these are what it may be a slip of.
    private static readonly string[] s_clauses =
    [
        "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT", "OFFSET", "FETCH", "UNION", "INTERSECT", "EXCEPT", "JOIN",
        "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "USING", "AND", "OR", "BETWEEN", "LIKE",
    ];

    private int _depth;
    private int _alias = -1;

    public SourceText Source => source;

    public int Position { get; private set; }

    public Token Current => tokens[Position];

    /// <summary>The span of the last token that was taken.</summary>
    public SourceSpan Last => tokens[Math.Max(0, Position - 1)].Span;

    public bool AtEnd => Current.Kind == TokenKind.End;

    public Token Peek(int ahead = 1) => tokens[Math.Min(Position + ahead, tokens.Count - 1)];

    public bool At(string word) => Current.IsWord(word);

    public bool At(string word, string next) => Current.IsWord(word) && Peek().IsWord(next);

    public bool AtAny(params ReadOnlySpan<string> words) => Current.Kind == TokenKind.Word && words.Contains(Current.Text);

    public bool AtSymbol(string symbol) => Current.IsSymbol(symbol);

    public bool AtName() => Current.Kind == TokenKind.QuotedName || (Current.Kind == TokenKind.Word && !ReservedWords.Contains(Current.Text));

    public Token Next()
    {
        var token = Current;
        if (token.Kind == TokenKind.Broken)
        {
            throw Fail(token.Span, token.Text);
        }

        if (token.Kind != TokenKind.End)
        {
            Position++;
        }

        return token;
    }

    /// <summary>Takes a token of a value without quotes, which may be no token elsewhere: <c>SET a = 3s</c>.</summary>
    public void NextRaw()
    {
        if (Current.Kind == TokenKind.Broken && char.IsAsciiDigit(source.Text[Current.Span.Start]) && !source.HasSecret(Current.Span))
        {
            Position++;
        }
        else
        {
            Next();
        }
    }

    public bool Take(string word)
    {
        var taken = At(word);
        Position += taken ? 1 : 0;
        return taken;
    }

    /// <summary>Takes all of the words or none.</summary>
    public bool Take(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!Peek(i).IsWord(words[i]))
            {
                return false;
            }
        }

        Position += words.Length;
        return true;
    }

    public bool TakeSymbol(string symbol)
    {
        var taken = AtSymbol(symbol);
        Position += taken ? 1 : 0;
        return taken;
    }

    /// <summary>Takes words that must follow each other.</summary>
    /// <returns>The span of all of them.</returns>
    public SourceSpan Expect(params ReadOnlySpan<string> words)
    {
        var start = Current.Span.Start;
        foreach (var word in words)
        {
            if (!Take(word))
            {
                throw Expected($"'{word}'", words: [word]);
            }
        }

        return From(start);
    }

    /// <param name="after">What stands before it, such as <c>after the column list</c>.</param>
    public Token ExpectSymbol(string symbol, string after = "") => AtSymbol(symbol) ? Next() : throw Expected($"'{symbol}'", after);

    /// <summary>Ends a list that has at least one item.</summary>
    /// <returns>Whether another item follows; if not, the closing symbol has been taken.</returns>
    public bool MoreInList(string close, string what)
    {
        if (TakeSymbol(","))
        {
            return true;
        }

        if (!TakeSymbol(close))
        {
            throw Expected($"',' or '{close}'", $"after {what}");
        }

        return false;
    }

    public SourceSpan From(int start) => new(start, Math.Max(0, Last.End - start));

    public SourceSpan From(SyntaxNode first) => From(first.Span.Start);

    /// <param name="what">What it names, with an article: <c>the name of a table</c>.</param>
    public Identifier Name(string what)
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.QuotedName:
                Position++;
                return new Identifier(token.Span, token.Text, Quoted: true);
            case TokenKind.Word when !ReservedWords.Contains(token.Text):
                Position++;
                return new Identifier(token.Span, source.Text.Substring(token.Span.Start, token.Span.Length));
            case TokenKind.Word:
                var word = source.Written(token.Span);
                throw Slip() ?? Fail(token.Span, $"expected {what}, found the reserved word '{word}'; a name that is a reserved word is put in backticks: `{word}`");
            default:
                throw Expected(what);
        }
    }

    public QualifiedName QualifiedName(string what)
    {
        var parts = new List<Identifier> { Name(what) };
        while (AtSymbol(".") && !Peek().IsSymbol("*"))
        {
            Position++;
            parts.Add(Name($"a name after '{parts[^1].Name}.'"));
        }

        return new QualifiedName(From(parts[0]), parts);
    }

    /// <summary>Names in parentheses.</summary>
    public IReadOnlyList<Identifier> NameList(string what)
    {
        ExpectSymbol("(", $"before {what}");
        var names = new List<Identifier>();
        do
        {
            names.Add(Name(what));
        }
        while (MoreInList(")", what));
        return names;
    }

    public StringLiteral Text(string what)
    {
        if (Current.Kind != TokenKind.String)
        {
            throw Expected(what);
        }

        var token = Next();
        return new StringLiteral(token.Span, token.Text);
    }

    /// <param name="what">What it counts.</param>
    public int Number(string what)
    {
        if (Current.Kind != TokenKind.Integer)
        {
            throw Expected(what);
        }

        var token = Next();
        return int.TryParse(token.Text, out var value) ? value : throw Fail(token.Span, $"{token.Text} is too large for {what}");
    }

    /// <summary>Remembers that the last token was taken as an alias only because no AS is needed.</summary>
    public void MarkAlias() => _alias = Position - 1;

    public void Enter()
    {
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Fail(Current.Span, $"this is nested more than {MaxDepth} levels deep");
        }
    }

    public void Leave() => _depth--;

    /// <summary>Counts one more link of a chain such as <c>a + b + c</c>.</summary>
    public void Link(ref int count)
    {
        if (++count > MaxChain)
        {
            throw Fail(Current.Span, $"more than {MaxChain} operators follow each other here; put parts of them in parentheses, or use IN (...)");
        }
    }

    /// <summary>Goes on elsewhere: at the next statement, after an error.</summary>
    public void GoTo(int position)
    {
        Position = Math.Min(position, tokens.Count - 1);
        _depth = 0;
    }

    public static SyntaxException Fail(SourceSpan span, string message) => new(new SqlError(span, message));

    /// <summary>The error of finding something else.</summary>
    /// <param name="what">What was expected.</param>
    /// <param name="after">Where.</param>
    /// <param name="words">The keywords that would have been right, for a suggestion.</param>
    public SyntaxException Expected(string what, string after = "", params ReadOnlySpan<string> words)
    {
        if (Current.Kind == TokenKind.Broken)
        {
            return Fail(Current.Span, Current.Text);
        }

        var near = Current is { Kind: TokenKind.Word, Text.Length: >= ShortestSlip } ? NearestName.Of(Current.Text, words.ToArray()) : null;
        if (near is null && Slip() is { } slip)
        {
            return slip;
        }

        return Fail(Shown(), $"expected {what}{(after.Length > 0 ? " " : "")}{after}, found {Found()}{(near is null ? "" : $"; did you mean '{near}'?")}");
    }

    /// <summary>What stands at the cursor. A text is not quoted, for it may be a password.</summary>
    public string Found()
    {
        var token = Current;
        if (token.Kind == TokenKind.End)
        {
            return "the end of the script";
        }

        if (token.Kind is TokenKind.String or TokenKind.UnicodeString)
        {
            return "a text in quotes";
        }

        var written = source.Written(token.Span);
        return written.Length <= LongestQuote ? $"'{written}'" : $"'{written[..LongestQuote]}...'";
    }

    /// <summary>Takes all up to the parenthesis that closes the one just taken.</summary>
    /// <param name="open">The opening one.</param>
    public void SkipToClosing(SourceSpan open)
    {
        for (var depth = 1; depth > 0;)
        {
            if (AtEnd || AtSymbol(";"))
            {
                throw Fail(open, "this '(' is not closed in its statement");
            }

            var token = Next();
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
        }
    }

    /// <summary>Where an error at the cursor is shown: the end of a script is shown behind its last token.</summary>
    private SourceSpan Shown() => AtEnd && Position > 0 ? new SourceSpan(Last.End, 0) : Current.Span;

    /// <summary>The word before the cursor, if it was taken as an alias and looks like a keyword.</summary>
    private SyntaxException? Slip()
    {
        if (_alias != Position - 1 || _alias < 0 || tokens[_alias] is not { Kind: TokenKind.Word, Text.Length: >= ShortestSlip } word || NearestName.Of(word.Text, s_clauses) is not { } near)
        {
            return null;
        }

        return Fail(word.Span, $"'{source.Written(word.Span)}' stands here as an alias, and {Found()} cannot follow one; did you mean '{near}'?");
    }
}
