using Sluice.Engine.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Binding;

/// <summary>What a name in the catalog stands for.</summary>
internal abstract record CatalogEntry(ObjectPath Path, SourceSpan Span, bool Temporary)
{
    /// <summary>In words, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A table as its CREATE TABLE says.</summary>
/// <param name="Span">Of its name in CREATE TABLE.</param>
/// <param name="PrimaryKey">Null where there is none.</param>
/// <param name="Options">In the order of the script, each key once.</param>
internal sealed record CatalogTable(
    ObjectPath Path,
    SourceSpan Span,
    bool Temporary,
    IReadOnlyList<TableColumnDefinition> Columns,
    TableKey? PrimaryKey,
    IReadOnlyList<WatermarkDefinition> Watermarks,
    IReadOnlyList<string> PartitionedBy,
    string? Comment,
    IReadOnlyList<TableOption> Options) : CatalogEntry(Path, Span, Temporary)
{
    public override string Kind => "table";

    public TableColumnDefinition? Find(string column) => Columns.FirstOrDefault(c => c.Name == column);

    /// <summary>The option, or null where it is not given.</summary>
    public TableOption? Option(string key) => Options.FirstOrDefault(o => o.Key == key);
}

/// <summary>A query with a name.</summary>
/// <param name="Columns">Names given to its columns; empty where the query's own are kept.</param>
/// <param name="Catalog">Names in the query are looked up here, as where it was created.</param>
internal sealed record CatalogView(
    ObjectPath Path, SourceSpan Span, bool Temporary, IReadOnlyList<Identifier> Columns, string? Comment, Query Query, string Catalog, string Database)
    : CatalogEntry(Path, Span, Temporary)
{
    public override string Kind => "view";
}

/// <summary>A table or view whose CREATE was wrong: its users are not told again.</summary>
internal sealed record BrokenEntry(ObjectPath Path, SourceSpan Span, bool Temporary) : CatalogEntry(Path, Span, Temporary)
{
    public override string Kind => "table";
}

/// <summary>A column of a table.</summary>
/// <param name="Type">Its declared type; of a computed column that of its expression.</param>
/// <param name="Span">Of its name, where it is declared.</param>
internal abstract record TableColumnDefinition(string Name, SqlType Type, SourceSpan Span, string? Comment);

/// <param name="KeyOnly">It is NOT NULL because it is in the primary key, and for nothing else.</param>
internal sealed record PhysicalTableColumn(string Name, SqlType Type, SourceSpan Span, string? Comment, bool KeyOnly = false) : TableColumnDefinition(Name, Type, Span, Comment);

/// <param name="Expression">Bound anew where the table is read: the session may be another.</param>
/// <param name="Text">As written.</param>
internal sealed record ComputedTableColumn(string Name, SqlType Type, SourceSpan Span, string? Comment, Expression Expression, string Text)
    : TableColumnDefinition(Name, Type, Span, Comment);

/// <param name="Key">The connector's word; null where it is the column's name.</param>
internal sealed record MetadataTableColumn(string Name, SqlType Type, SourceSpan Span, string? Comment, string? Key, bool Virtual)
    : TableColumnDefinition(Name, Type, Span, Comment);

/// <param name="Constraint">The name of the constraint; null where it has none.</param>
internal sealed record TableKey(string? Constraint, IReadOnlyList<string> Columns);

/// <param name="Column">The column, with its dots where it is a field of one.</param>
/// <param name="Text">The expression as written.</param>
internal sealed record WatermarkDefinition(string Column, Expression Expression, string Text, SourceSpan Span);

/// <summary>An option of WITH (..), ALTER TABLE .. SET (..) or a hint.</summary>
/// <param name="Shown">What messages show in place of a value that comes from a secret placeholder.</param>
internal sealed record TableOption(string Key, string Value, SourceSpan KeySpan, SourceSpan ValueSpan, string? Shown = null);
