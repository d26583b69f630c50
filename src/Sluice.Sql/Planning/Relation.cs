using Sluice.Engine.Types;
using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing;

namespace Sluice.Sql.Planning;

/// <summary>The rows of a query: named columns, and one chain of steps for each source that they come from (UNION ALL has several).</summary>
internal sealed record Relation(IReadOnlyList<RelationColumn> Columns, IReadOnlyList<Chain> Chains)
{
    /// <summary>The same rows after one more step.</summary>
    public Relation Then(IReadOnlyList<RelationColumn> columns, Step step) => new(columns, [.. Chains.Select(c => c.Then(step))]);

    /// <summary>A projection and a filter.</summary>
    public Relation Calc(IReadOnlyList<Output> outputs, BoundExpression? filter = null) =>
        Then([.. outputs.Select(o => new RelationColumn(o.Name, o.Value.Type, o.Value.Span))], new CalcStep(outputs, filter));

    /// <summary>A column as an expression over these rows.</summary>
    public BoundColumn Column(int index) => new(index, Columns[index].Name, Columns[index].Type, Columns[index].Span);
}

/// <param name="Span">What made the column, for messages about it.</param>
internal sealed record RelationColumn(string Name, SqlType Type, SourceSpan Span);

/// <summary>The way of rows from one source: each step's expressions are over the columns of the one before it.</summary>
internal sealed record Chain(Leaf Leaf, IReadOnlyList<Step> Steps)
{
    public Chain Then(Step step) => new(Leaf, [.. Steps, step]);
}

/// <summary>Where a chain begins.</summary>
internal abstract record Leaf
{
    /// <summary>How many columns there are to choose from.</summary>
    public abstract int Count { get; }
}

/// <summary>A table that is read: all its columns that its connector makes.</summary>
internal sealed record ScanLeaf(TableUse Table) : Leaf
{
    public override int Count => Table.Readable.Count;
}

/// <summary>Rows that stand in the script. Each value is an expression without columns, of the column's type.</summary>
internal sealed record ValuesLeaf(IReadOnlyList<RelationColumn> Columns, IReadOnlyList<IReadOnlyList<BoundExpression>> Rows) : Leaf
{
    public override int Count => Columns.Count;
}

internal abstract record Step;

internal sealed record Output(string Name, BoundExpression Value);

/// <summary>Rows that pass the filter, with these columns.</summary>
internal sealed record CalcStep(IReadOnlyList<Output> Outputs, BoundExpression? Filter) : Step;

/// <summary>One row for each element of a collection: the columns that come in, followed by those of the element.</summary>
internal sealed record UnnestStep(BoundExpression Collection, IReadOnlyList<string> Names, bool KeepEmpty, bool WithOrdinality) : Step;

/// <summary>A table with the options it is used with: those of its definition and those of its hint. Uses that are equal share a source.</summary>
internal sealed class TableUse(CatalogTable table, IReadOnlyList<TableOption> options, SourceSpan span) : IEquatable<TableUse>
{
    public CatalogTable Table { get; } = table;

    public IReadOnlyList<TableOption> Options { get; } = options;

    /// <summary>Where the table is used.</summary>
    public SourceSpan Span { get; } = span;

    /// <summary>The columns that the connector makes: all but the computed ones.</summary>
    public IReadOnlyList<TableColumnDefinition> Readable { get; } = [.. table.Columns.Where(c => c is not ComputedTableColumn)];

    /// <summary>The columns that the connector takes: physical ones, and metadata that is not virtual.</summary>
    public IReadOnlyList<TableColumnDefinition> Writable { get; } = [.. table.Columns.Where(c => c is PhysicalTableColumn or MetadataTableColumn { Virtual: false })];

    public bool Equals(TableUse? other) => other is not null && ReferenceEquals(Table, other.Table)
        && Options.Select(o => (o.Key, o.Value)).ToHashSet().SetEquals(other.Options.Select(o => (o.Key, o.Value)));

    public override bool Equals(object? obj) => Equals(obj as TableUse);

    public override int GetHashCode() => Table.Path.GetHashCode();
}
