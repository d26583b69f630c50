namespace Sluice.Sql.Parsing.Syntax;

/// <summary>
/// A call of a function. Special forms are plain calls with their arguments in the order of the plain form:
/// <c>SUBSTRING(x FROM a FOR b)</c> is SUBSTRING(x, a, b), <c>POSITION(a IN x)</c> POSITION(a, x),
/// <c>OVERLAY(x PLACING y FROM a FOR b)</c> OVERLAY(x, y, a, b), <c>EXTRACT(unit FROM x)</c> EXTRACT(unit, x),
/// <c>FLOOR(x TO unit)</c> FLOOR(x, unit), <c>TIMESTAMPADD(unit, n, x)</c> itself, all with a <see cref="TimeUnitArgument"/>;
/// <c>TRIM([BOTH] [y] FROM x)</c> is TRIM(side, y, x), y being <c>' '</c> where it is left out, and <c>TRIM(x)</c> has one argument.
/// <c>CURRENT_DATE</c> and its kin have no parentheses.
/// </summary>
/// <param name="Name">As written; names of functions ignore case.</param>
/// <param name="Set">DISTINCT or ALL before the arguments, which is for aggregates.</param>
/// <param name="Aggregate">What follows the parentheses, which is for aggregates and windows; null where nothing does.</param>
internal sealed record FunctionCall(
    SourceSpan Span, QualifiedName Name, IReadOnlyList<Expression> Arguments, SetQuantifier? Set = null, AggregateClauses? Aggregate = null, bool Parentheses = true) : Expression(Span);

/// <summary>DISTINCT or ALL.</summary>
internal sealed record SetQuantifier(SourceSpan Span, bool Distinct) : SyntaxNode(Span);

/// <summary><c>WITHIN GROUP (ORDER BY ..)</c>, <c>FILTER (WHERE ..)</c>, <c>RESPECT|IGNORE NULLS</c> and <c>OVER ..</c>.</summary>
/// <param name="Span">From the first of them to the end of the last.</param>
/// <param name="Keyword">The word the first of them begins with.</param>
internal sealed record AggregateClauses(
    SourceSpan Span, SourceSpan Keyword, OrderByClause? WithinGroup, Expression? Filter, bool? IgnoreNulls, WindowSpecification? Over) : SyntaxNode(Span);

/// <summary>The window of OVER and of WINDOW: a name, or a specification in parentheses.</summary>
/// <param name="Name">The window referred to.</param>
/// <param name="Frame">ROWS or RANGE with its bounds, as written.</param>
internal sealed record WindowSpecification(
    SourceSpan Span, Identifier? Name, IReadOnlyList<Expression> PartitionBy, OrderByClause? OrderBy, string? Frame) : SyntaxNode(Span);

/// <summary><c>name =&gt; value</c>.</summary>
internal sealed record NamedArgument(SourceSpan Span, Identifier Name, Expression Value) : Expression(Span);

/// <summary>DEFAULT as an argument.</summary>
internal sealed record DefaultArgument(SourceSpan Span) : Expression(Span);

/// <summary>A unit of time as an argument.</summary>
internal sealed record TimeUnitArgument(SourceSpan Span, TimeUnit Unit) : Expression(Span);

internal enum TrimSide
{
    Both,
    Leading,
    Trailing,
}

internal sealed record TrimSideArgument(SourceSpan Span, TrimSide Side) : Expression(Span);

/// <summary><c>TABLE t [PARTITION BY ..] [ORDER BY ..]</c> or such a query as an argument of a table function.</summary>
internal sealed record TableArgument(SourceSpan Span, QualifiedName? Table, Query? Query, IReadOnlyList<Expression> PartitionBy, OrderByClause? OrderBy) : Expression(Span);

/// <summary><c>DESCRIPTOR(a, b)</c>.</summary>
internal sealed record DescriptorArgument(SourceSpan Span, IReadOnlyList<Identifier> Columns) : Expression(Span);
