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

    /// <summary>The same rows with more columns, which come last.</summary>
    public Relation Append(IReadOnlyList<Output> outputs) => outputs.Count == 0 ? this : Calc([.. Same(), .. outputs]);

    /// <summary>The rows that pass a filter.</summary>
    public Relation Where(BoundExpression filter) => Calc([.. Same()], filter);

    /// <summary>A projection and a filter.</summary>
    public Relation Calc(IReadOnlyList<Output> outputs, BoundExpression? filter = null) =>
        Then([.. outputs.Select(o => new RelationColumn(o.Name, o.Value.Type, o.Value.Span))], new CalcStep(outputs, filter));

    /// <summary>A column as an expression over these rows.</summary>
    public BoundColumn Column(int index) => new(index, Columns[index].Name, Columns[index].Type, Columns[index].Span);

    private IEnumerable<Output> Same() => Columns.Select((c, i) => new Output(c.Name, Column(i)));
}

/// <param name="Span">What made the column, for messages about it.</param>
internal sealed record RelationColumn(string Name, SqlType Type, SourceSpan Span);

/// <summary>The way of rows from one source: each step's expressions are over the columns of the one before it.</summary>
internal sealed record Chain(Leaf Leaf, IReadOnlyList<Step> Steps)
{
    public Chain Then(Step step) => new(Leaf, [.. Steps, step]);

    /// <summary>How many columns a step gets.</summary>
    public int InputsOf(int step)
    {
        var count = Leaf.Count;
        foreach (var before in Steps.Take(step))
        {
            count = before switch
            {
                CalcStep calc => calc.Outputs.Count,
                UnnestStep unnest => count + unnest.Names.Count,
                LookupStep lookup => count + lookup.Columns.Count,
                _ => count,
            };
        }

        return count;
    }
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

    /// <summary>What a row is called in messages, before its number.</summary>
    public string Origin { get; init; } = "VALUES, row";
}

internal abstract record Step;

internal sealed record Output(string Name, BoundExpression Value);

/// <summary>Rows that pass the filter, with these columns.</summary>
internal sealed record CalcStep(IReadOnlyList<Output> Outputs, BoundExpression? Filter) : Step;

/// <summary>One row for each element of a collection: the columns that come in, followed by those of the element.</summary>
internal sealed record UnnestStep(BoundExpression Collection, IReadOnlyList<string> Names, bool KeepEmpty, bool WithOrdinality) : Step;

/// <summary>A row of a dimension table for each row: the columns that come in, followed by the table's (S-28).</summary>
/// <param name="Keys">Columns that come in with the text of the key: one for each column of the table's primary key, in its order.</param>
/// <param name="Values">The columns that are the key as values of its columns; -1 where nobody needs it.</param>
/// <param name="Columns">Which of the table's readable columns come out.</param>
/// <param name="KeepMissing">Rows without a match stay, with nulls.</param>
internal sealed record LookupStep(TableUse Table, IReadOnlyList<int> Keys, IReadOnlyList<int> Values, IReadOnlyList<int> Columns, bool KeepMissing) : Step
{
    /// <summary>Whether the rows that come in are a few keys of the script, so that nothing need be kept of the table.</summary>
    public bool Once { get; init; }

    /// <summary>Which column of the primary key a readable column is; -1 where it is none and has to be fetched.</summary>
    public int KeyOf(int column) => Table.Table.PrimaryKey!.Columns.ToList().IndexOf(Table.Readable[column].Name);
}

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
