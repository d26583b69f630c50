namespace Sluice.Sql.Parsing.Tokens;

internal enum TokenKind
{
    /// <summary>A keyword or a name without backticks. Its text is in upper case.</summary>
    Word,

    /// <summary>A name in backticks, without them.</summary>
    QuotedName,

    /// <summary>A text without its quotes.</summary>
    String,

    /// <summary>The same of U&amp;'..', whose escapes wait for a UESCAPE.</summary>
    UnicodeString,

    /// <summary>The digits of X'..'.</summary>
    Binary,

    Integer,
    Decimal,
    Approximate,

    Symbol,

    /// <summary><c>/*+</c>, and the <c>*/</c> that ends it.</summary>
    HintStart,
    HintEnd,

    /// <summary>What is no token; its text says why.</summary>
    Broken,

    End,
}

internal readonly record struct Token(TokenKind Kind, SourceSpan Span, string Text)
{
    public bool IsWord(string word) => Kind == TokenKind.Word && Text == word;

    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;
}
