using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>From a table of the catalog to its rows, computed columns included.</summary>
internal sealed class TableScan(BindingContext context)
{
    /// <param name="hints">The OPTIONS hints behind its name.</param>
    /// <param name="span">Where it is used.</param>
    public Relation? Plan(CatalogTable table, IReadOnlyList<Hint> hints, SourceSpan span)
    {
        var use = Use(context, table, hints, span);

        // A declared NOT NULL is a promise of the data, which nobody has checked: expressions are ready for nulls.
        var read = new Relation([.. use.Readable.Select(c => new RelationColumn(c.Name, c.Type.Nullable(), span))], [new Chain(new ScanLeaf(use), [])]);
        return use.Readable.Count == table.Columns.Count ? read : Compute(table, read, span);
    }

    /// <summary>A table with its options and those of hints, which win.</summary>
    public static TableUse Use(BindingContext context, CatalogTable table, IReadOnlyList<Hint> hints, SourceSpan span)
    {
        var options = table.Options.ToList();
        foreach (var hint in hints)
        {
            foreach (var argument in hint.Arguments)
            {
                context.Error(argument.Span, "the hint OPTIONS takes 'key' = 'value' pairs");
            }

            foreach (var option in context.OptionsOf(hint.Entries))
            {
                options.RemoveAll(o => o.Key == option.Key);
                options.Add(option);
            }
        }

        return new TableUse(table, options, span);
    }

    private Relation? Compute(CatalogTable table, Relation read, SourceSpan span)
    {
        var binder = context.Binder();
        var scope = FromItem.Of(read, null).Scope;
        var outputs = new List<Output>();
        foreach (var column in table.Columns)
        {
            var index = read.Columns.ToList().FindIndex(c => c.Name == column.Name);
            var value = column is ComputedTableColumn computed ? binder.Bind(computed.Expression, scope) : read.Column(index);
            if (value is null)
            {
                return null;
            }

            outputs.Add(new Output(column.Name, value));
        }

        return new Relation([.. outputs.Select(o => new RelationColumn(o.Name, o.Value.Type, span))], read.Calc(outputs).Chains);
    }
}
