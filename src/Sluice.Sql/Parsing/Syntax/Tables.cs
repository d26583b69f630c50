namespace Sluice.Sql.Parsing.Syntax;

/// <summary>What may stand in FROM.</summary>
internal abstract record TableExpression(SourceSpan Span) : SyntaxNode(Span);

/// <summary><c>AS t (a, b)</c>.</summary>
internal sealed record TableAlias(SourceSpan Span, Identifier Name, IReadOnlyList<Identifier> Columns) : SyntaxNode(Span);

/// <summary><c>t /*+ OPTIONS(..) */ FOR SYSTEM_TIME AS OF x AS alias</c>.</summary>
internal sealed record NamedTable(
    SourceSpan Span, QualifiedName Name, IReadOnlyList<Hint> Hints, SystemTimeClause? SystemTime, TableAlias? Alias) : TableExpression(Span);

internal sealed record SystemTimeClause(SourceSpan Span, SourceSpan Keyword, Expression Time) : SyntaxNode(Span);

/// <summary>A query in parentheses, VALUES included.</summary>
internal sealed record DerivedTable(SourceSpan Span, Query Query, bool Lateral, TableAlias? Alias) : TableExpression(Span);

/// <summary>A join in parentheses.</summary>
internal sealed record NestedTable(SourceSpan Span, TableExpression Table, TableAlias? Alias) : TableExpression(Span);

/// <summary><c>UNNEST(a) WITH ORDINALITY AS t (x, n)</c>.</summary>
internal sealed record UnnestTable(SourceSpan Span, SourceSpan Keyword, IReadOnlyList<Expression> Collections, bool WithOrdinality, TableAlias? Alias) : TableExpression(Span);

/// <summary><c>[LATERAL] TABLE(f(..))</c>, and <c>f(..)</c> itself, as Flink 2 allows.</summary>
internal sealed record FunctionTable(SourceSpan Span, SourceSpan Keyword, FunctionCall Call, bool Lateral, TableAlias? Alias) : TableExpression(Span);

/// <summary>MATCH_RECOGNIZE, PIVOT, UNPIVOT and TABLESAMPLE behind a table, read over and kept so that they can be refused.</summary>
/// <param name="Construct">The word.</param>
internal sealed record UnsupportedTable(SourceSpan Span, SourceSpan Keyword, string Construct, TableExpression Input) : TableExpression(Span);

internal enum JoinKind
{
    Comma,
    Cross,
    Inner,
    Left,
    Right,
    Full,
    LeftSemi,
    LeftAnti,
}

/// <param name="Keyword">The words of the join, from NATURAL or LEFT to JOIN; or the comma.</param>
/// <param name="On">The condition behind ON; with <paramref name="Using"/> and NATURAL absent.</param>
/// <param name="Using">The columns behind USING; empty otherwise.</param>
internal sealed record JoinTable(
    SourceSpan Span, JoinKind Kind, bool Natural, TableExpression Left, TableExpression Right, Expression? On, IReadOnlyList<Identifier> Using, SourceSpan Keyword) : TableExpression(Span);
