namespace Sluice.Sql.Parsing.Syntax;

/// <summary>A part of a script. The tree is immutable; every node knows the text it was written as.</summary>
/// <param name="Span">From its first to its last character, parentheses around an expression excluded.</param>
internal abstract record SyntaxNode(SourceSpan Span);

/// <summary>A name, without its backticks and with its case.</summary>
internal sealed record Identifier(SourceSpan Span, string Name, bool Quoted = false) : SyntaxNode(Span)
{
    public override string ToString() => Name;
}

/// <summary>One or more names joined by dots: <c>catalog.database.table</c>, <c>t.a.b</c>.</summary>
internal sealed record QualifiedName(SourceSpan Span, IReadOnlyList<Identifier> Parts) : SyntaxNode(Span)
{
    public Identifier Last => Parts[^1];

    public override string ToString() => string.Join('.', Parts.Select(p => p.Name));
}

/// <summary><c>'key' = 'value'</c> in WITH (...), SET (...), PARTITION (...) and in hints.</summary>
/// <param name="Key">A text, or in hints and partitions a name.</param>
/// <param name="Value">A text; in PARTITION (...) any literal, or null where only a column is named.</param>
internal sealed record OptionEntry(SourceSpan Span, StringLiteral Key, Expression? Value) : SyntaxNode(Span)
{
    /// <summary>The value where it is a text.</summary>
    public string? Text => (Value as StringLiteral)?.Value;
}

/// <summary>One hint of <c>/*+ ... */</c>: <c>OPTIONS('k'='v')</c>, <c>LOOKUP('table'='t', ...)</c>, <c>BROADCAST(t)</c>.</summary>
/// <param name="Name">As written; names of hints ignore case.</param>
/// <param name="Entries">Its <c>'k'='v'</c> pairs.</param>
/// <param name="Arguments">Its arguments that are no pairs.</param>
internal sealed record Hint(SourceSpan Span, Identifier Name, IReadOnlyList<OptionEntry> Entries, IReadOnlyList<Expression> Arguments) : SyntaxNode(Span);
