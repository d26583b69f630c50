namespace Sluice.Sql.Parsing.Syntax;

/// <summary>A query with all that may stand around it.</summary>
internal sealed record Query(
    SourceSpan Span, WithClause? With, QueryBody Body, OrderByClause? OrderBy = null, LimitClause? Limit = null, OffsetClause? Offset = null) : SyntaxNode(Span);

/// <param name="Keyword">The words the clause begins with, which a refusal points at; so in every clause.</param>
internal sealed record WithClause(SourceSpan Span, SourceSpan Keyword, IReadOnlyList<CommonTable> Tables) : SyntaxNode(Span);

/// <summary><c>name (a, b) AS (query)</c>.</summary>
internal sealed record CommonTable(SourceSpan Span, Identifier Name, IReadOnlyList<Identifier> Columns, Query Query) : SyntaxNode(Span);

internal abstract record QueryBody(SourceSpan Span) : SyntaxNode(Span);

/// <summary>A query in parentheses as a side of a set operation, or around a whole one.</summary>
internal sealed record NestedQuery(SourceSpan Span, Query Query) : QueryBody(Span);

internal enum SetOperator
{
    Union,
    Intersect,
    Except,
}

/// <param name="Keyword">UNION, UNION ALL, ...</param>
internal sealed record SetOperation(SourceSpan Span, SetOperator Operator, bool All, QueryBody Left, QueryBody Right, SourceSpan Keyword) : QueryBody(Span);

/// <summary><c>VALUES (1, 'a'), (2, 'b')</c>; a row without parentheses has one value.</summary>
internal sealed record ValuesBody(SourceSpan Span, SourceSpan Keyword, IReadOnlyList<RowExpression> Rows) : QueryBody(Span);

/// <summary><c>TABLE t</c> as a query.</summary>
internal sealed record TableBody(SourceSpan Span, SourceSpan Keyword, QualifiedName Name) : QueryBody(Span);

internal sealed record SelectBody(
    SourceSpan Span,
    SourceSpan Keyword,
    IReadOnlyList<Hint> Hints,
    SetQuantifier? Set,
    IReadOnlyList<SelectItem> Items,
    TableExpression? From,
    WhereClause? Where,
    GroupByClause? GroupBy,
    HavingClause? Having,
    WindowClause? Window,
    QualifyClause? Qualify) : QueryBody(Span);

/// <summary>An expression or a <see cref="Star"/>, with its alias.</summary>
internal sealed record SelectItem(SourceSpan Span, Expression Expression, Identifier? Alias) : SyntaxNode(Span);

internal sealed record WhereClause(SourceSpan Span, SourceSpan Keyword, Expression Condition) : SyntaxNode(Span);

internal sealed record GroupByClause(SourceSpan Span, SourceSpan Keyword, SetQuantifier? Set, IReadOnlyList<GroupItem> Items) : SyntaxNode(Span);

internal enum GroupKind
{
    Expression,
    GroupingSets,
    Cube,
    Rollup,
}

/// <param name="Sets">The parts of CUBE, ROLLUP or GROUPING SETS; for an expression that one alone. An empty set is an empty row.</param>
internal sealed record GroupItem(SourceSpan Span, GroupKind Kind, IReadOnlyList<Expression> Sets) : SyntaxNode(Span);

internal sealed record HavingClause(SourceSpan Span, SourceSpan Keyword, Expression Condition) : SyntaxNode(Span);

internal sealed record WindowClause(SourceSpan Span, SourceSpan Keyword, IReadOnlyList<NamedWindow> Windows) : SyntaxNode(Span);

internal sealed record NamedWindow(SourceSpan Span, Identifier Name, WindowSpecification Window) : SyntaxNode(Span);

internal sealed record QualifyClause(SourceSpan Span, SourceSpan Keyword, Expression Condition) : SyntaxNode(Span);

internal sealed record OrderByClause(SourceSpan Span, SourceSpan Keyword, IReadOnlyList<OrderItem> Items) : SyntaxNode(Span);

/// <param name="NullsFirst">Null where it is not said.</param>
internal sealed record OrderItem(SourceSpan Span, Expression Expression, bool Descending, bool? NullsFirst) : SyntaxNode(Span);

/// <summary><c>LIMIT n</c>, <c>FETCH NEXT n ROWS ONLY</c>.</summary>
/// <param name="Count">Null for LIMIT ALL.</param>
internal sealed record LimitClause(SourceSpan Span, SourceSpan Keyword, Expression? Count) : SyntaxNode(Span);

internal sealed record OffsetClause(SourceSpan Span, SourceSpan Keyword, Expression Start) : SyntaxNode(Span);
