namespace Sluice.Sql.Parsing.Syntax;

/// <summary>One statement, without its semicolon.</summary>
internal abstract record Statement(SourceSpan Span) : SyntaxNode(Span);

/// <summary>A bare query, whose rows are printed.</summary>
internal sealed record QueryStatement(SourceSpan Span, Query Query) : Statement(Span);

/// <param name="Keyword">INSERT INTO or INSERT OVERWRITE.</param>
/// <param name="Partition">PARTITION (..); empty where it is absent.</param>
/// <param name="Columns">Empty where none are named.</param>
internal sealed record InsertStatement(
    SourceSpan Span,
    SourceSpan Keyword,
    bool Overwrite,
    QualifiedName Table,
    IReadOnlyList<Hint> Hints,
    IReadOnlyList<OptionEntry> Partition,
    IReadOnlyList<QualifiedName> Columns,
    Query Query) : Statement(Span);

/// <summary><c>EXECUTE STATEMENT SET BEGIN ..; END</c> and <c>BEGIN STATEMENT SET; ..; END</c>.</summary>
internal sealed record StatementSet(SourceSpan Span, SourceSpan Keyword, IReadOnlyList<InsertStatement> Inserts) : Statement(Span);

/// <summary><c>SET</c> (both null: show the settings), <c>SET 'k'</c> (show one) and <c>SET 'k' = 'v'</c>, also without quotes.</summary>
internal sealed record SetStatement(SourceSpan Span, StringLiteral? Key, StringLiteral? Value) : Statement(Span);

/// <param name="Key">Null for all settings.</param>
internal sealed record ResetStatement(SourceSpan Span, StringLiteral? Key) : Statement(Span);

/// <param name="Details">ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN, PLAN_ADVICE; empty for EXPLAIN PLAN FOR and plain EXPLAIN.</param>
/// <param name="Subject">A query, an INSERT or a statement set.</param>
internal sealed record ExplainStatement(SourceSpan Span, IReadOnlyList<Identifier> Details, Statement Subject) : Statement(Span);

/// <summary>DESCRIBE t and DESC t.</summary>
internal sealed record DescribeStatement(SourceSpan Span, bool Extended, QualifiedName Table) : Statement(Span);

internal enum ShowKind
{
    Tables,
    Views,
    Databases,
    Catalogs,
    Functions,
    Modules,
    Jars,
    Jobs,
    Columns,
    Partitions,
    Procedures,
    CurrentCatalog,
    CurrentDatabase,
    CreateTable,
    CreateView,
    CreateCatalog,
}

/// <param name="Keyword">The words between SHOW and the first name.</param>
/// <param name="Subject">The table, the view, or the database behind FROM or IN.</param>
/// <param name="Like">The pattern of [NOT] LIKE or ILIKE.</param>
internal sealed record ShowStatement(
    SourceSpan Span, SourceSpan Keyword, ShowKind Kind, QualifiedName? Subject, StringLiteral? Like, bool NotLike, bool IgnoreCase) : Statement(Span);

/// <summary><c>USE [catalog.]database</c>, <c>USE CATALOG c</c>.</summary>
internal sealed record UseStatement(SourceSpan Span, bool Catalog, QualifiedName Name) : Statement(Span);
