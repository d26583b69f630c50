namespace Sluice.Sql.Parsing.Syntax;

/// <summary>CREATE TABLE with all its clauses; <paramref name="Like"/> and <paramref name="AsQuery"/> are of its variants.</summary>
/// <param name="AsKeyword">The AS of CREATE TABLE ... AS query.</param>
internal sealed record CreateTableStatement(
    SourceSpan Span,
    bool Temporary,
    bool IfNotExists,
    bool OrReplace,
    QualifiedName Name,
    IReadOnlyList<ColumnDefinition> Columns,
    IReadOnlyList<PrimaryKey> PrimaryKeys,
    IReadOnlyList<Watermark> Watermarks,
    StringLiteral? Comment,
    DistributionClause? Distribution,
    IReadOnlyList<Identifier> PartitionedBy,
    IReadOnlyList<OptionEntry> Options,
    LikeClause? Like,
    Query? AsQuery,
    SourceSpan? AsKeyword) : Statement(Span);

internal abstract record ColumnDefinition(SourceSpan Span, Identifier Name, StringLiteral? Comment) : SyntaxNode(Span);

/// <summary><c>a INT NOT NULL COMMENT '..'</c>. A PRIMARY KEY of the column stands among the table's.</summary>
internal sealed record PhysicalColumn(SourceSpan Span, Identifier Name, TypeSyntax Type, StringLiteral? Comment) : ColumnDefinition(Span, Name, Comment);

/// <summary><c>a AS expression</c>.</summary>
internal sealed record ComputedColumn(SourceSpan Span, Identifier Name, Expression Expression, StringLiteral? Comment) : ColumnDefinition(Span, Name, Comment);

/// <summary><c>a T METADATA [FROM 'key'] [VIRTUAL]</c>.</summary>
internal sealed record MetadataColumn(
    SourceSpan Span, Identifier Name, TypeSyntax Type, StringLiteral? Key, bool Virtual, StringLiteral? Comment) : ColumnDefinition(Span, Name, Comment);

/// <summary><c>[CONSTRAINT n] PRIMARY KEY (a, b) [NOT ENFORCED]</c>, also written at a column; UNIQUE likewise.</summary>
/// <param name="Keyword">PRIMARY KEY or UNIQUE.</param>
/// <param name="Enforced">Null where nothing is said.</param>
internal sealed record PrimaryKey(
    SourceSpan Span, SourceSpan Keyword, Identifier? Constraint, bool Unique, IReadOnlyList<Identifier> Columns, bool? Enforced) : SyntaxNode(Span);

/// <summary><c>WATERMARK FOR a AS expression</c>.</summary>
internal sealed record Watermark(SourceSpan Span, SourceSpan Keyword, QualifiedName Column, Expression Expression) : SyntaxNode(Span);

/// <summary><c>DISTRIBUTED [BY [HASH|RANGE] (a)] [INTO n BUCKETS]</c>.</summary>
internal sealed record DistributionClause(SourceSpan Span, SourceSpan Keyword, string? Kind, IReadOnlyList<Identifier> Columns, int? Buckets) : SyntaxNode(Span);

/// <summary><c>LIKE t (INCLUDING ALL ...)</c>.</summary>
internal sealed record LikeClause(SourceSpan Span, SourceSpan Keyword, QualifiedName Table, IReadOnlyList<LikeOption> Options) : SyntaxNode(Span);

internal enum LikeMerging
{
    Including,
    Excluding,
    Overwriting,
}

internal enum LikeFeature
{
    All,
    Constraints,
    Distribution,
    Generated,
    Metadata,
    Options,
    Partitions,
    Watermarks,
}

internal sealed record LikeOption(SourceSpan Span, LikeMerging Merging, LikeFeature Feature) : SyntaxNode(Span);

internal sealed record CreateViewStatement(
    SourceSpan Span, bool Temporary, bool IfNotExists, QualifiedName Name, IReadOnlyList<Identifier> Columns, StringLiteral? Comment, Query Query) : Statement(Span);

/// <summary>CREATE DATABASE and CREATE CATALOG.</summary>
internal sealed record CreateNamespaceStatement(
    SourceSpan Span, NamespaceKind Kind, bool IfNotExists, QualifiedName Name, StringLiteral? Comment, IReadOnlyList<OptionEntry> Options) : Statement(Span);

internal enum NamespaceKind
{
    Database,
    Catalog,
}

/// <param name="Cascade">Null where neither CASCADE nor RESTRICT is said, which means RESTRICT.</param>
internal sealed record DropNamespaceStatement(SourceSpan Span, NamespaceKind Kind, bool IfExists, QualifiedName Name, bool? Cascade) : Statement(Span);

/// <summary>DROP [TEMPORARY] TABLE and DROP [TEMPORARY] VIEW.</summary>
internal sealed record DropTableStatement(SourceSpan Span, bool View, bool Temporary, bool IfExists, QualifiedName Name) : Statement(Span);

/// <summary>ALTER TABLE t SET (..), RESET (..) and RENAME TO.</summary>
internal abstract record AlterTableStatement(SourceSpan Span, bool IfExists, QualifiedName Table) : Statement(Span);

internal sealed record AlterTableSet(SourceSpan Span, bool IfExists, QualifiedName Table, IReadOnlyList<OptionEntry> Options) : AlterTableStatement(Span, IfExists, Table);

internal sealed record AlterTableReset(SourceSpan Span, bool IfExists, QualifiedName Table, IReadOnlyList<StringLiteral> Keys) : AlterTableStatement(Span, IfExists, Table);

internal sealed record AlterTableRename(SourceSpan Span, bool IfExists, QualifiedName Table, QualifiedName NewName) : AlterTableStatement(Span, IfExists, Table);
