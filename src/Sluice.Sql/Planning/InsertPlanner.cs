using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>INSERT: the rows of its query as the columns of its table.</summary>
internal sealed class InsertPlanner(BindingContext context)
{
    private readonly ExpressionBinder _binder = context.Binder();

    /// <summary>Adds the INSERT to a plan.</summary>
    /// <returns>False after errors were reported, here or where a broken table was defined.</returns>
    public bool Plan(InsertStatement insert, PlanBuilder plan)
    {
        if (insert.Overwrite)
        {
            context.Error(insert.Keyword, "INSERT OVERWRITE is not supported: no sink here can replace what it holds; use INSERT INTO");
        }

        var use = Target(insert);
        var rows = new QueryPlanner(context).Plan(insert.Query);
        if (use is null || rows is null || insert.Overwrite)
        {
            return false;
        }

        if (Columns(insert, use, rows) is { } assigned && plan.SinkOf(use) is { } sink)
        {
            var outputs = assigned.Select((value, i) => new Output(use.Writable[i].Name, value)).ToList();
            var notNull = Enumerable.Range(0, outputs.Count).Where(i => IsEnforced(use.Writable[i]) && outputs[i].Value.Type.IsNullable).ToList();
            plan.Add(rows.Calc(outputs), new PlannedSink(sink, use, notNull) { Statement = insert.Span });
            return true;
        }

        return false;
    }

    /// <summary>Keys are the sink's own to judge: a NULL there is an error of that record (S-23a).</summary>
    private static bool IsEnforced(TableColumnDefinition column) => column is { Type.IsNullable: false } and not PhysicalTableColumn { KeyOnly: true };

    private TableUse? Target(InsertStatement insert)
    {
        var options = new Refusals(context).OptionsOf(insert.Hints);
        switch (context.Find(insert.Table))
        {
            case CatalogTable table:
                return TableScan.Use(context, table, options, insert.Table.Span);
            case CatalogView:
                context.Error(insert.Table.Span, $"'{insert.Table}' is a view; INSERT INTO takes a table");
                return null;
            default:
                return null;
        }
    }

    /// <summary>A value for each column that the sink takes; null after errors were reported.</summary>
    private List<BoundExpression>? Columns(InsertStatement insert, TableUse use, Relation rows)
    {
        var before = context.Errors.Count;
        var partitions = Partitions(insert, use);
        var targets = Targets(insert, use, partitions);
        if (targets is null)
        {
            return null;
        }

        if (targets.Count != rows.Columns.Count)
        {
            var wanted = string.Join(", ", targets.Select(i => $"{use.Writable[i].Name} {use.Writable[i].Type.Nullable()}"));
            var given = string.Join(", ", rows.Columns.Select(c => $"{c.Name} {c.Type.Nullable()}"));
            context.Error(insert.Table.Span,
                $"the query has {Count(rows.Columns.Count)} ({given}), and {(insert.Columns.Count > 0 ? "the INSERT names" : $"table '{use.Table.Path.Name}' takes")} {Count(targets.Count)} ({wanted})");
            return null;
        }

        var values = new List<BoundExpression>();
        for (var i = 0; i < use.Writable.Count; i++)
        {
            var column = use.Writable[i];
            var place = targets.IndexOf(i);
            var value = place >= 0 ? rows.Column(place) : partitions.GetValueOrDefault(i);
            if (value is null && !column.Type.IsNullable)
            {
                context.Error(insert.Table.Span, $"column '{column.Name}' is NOT NULL, and the INSERT gives no value for it");
            }
            else if (value is null)
            {
                values.Add(new BoundLiteral(null, column.Type.Nullable(), insert.Table.Span));
            }
            else if (_binder.Assign(value, column.Type.Nullable(), $"column '{column.Name}' of table '{use.Table.Path.Name}'") is { } assigned)
            {
                values.Add(assigned);
            }
        }

        return context.Errors.Count > before ? null : values;
    }

    /// <summary>The static values of PARTITION (a = 1), by column of the sink.</summary>
    private Dictionary<int, BoundExpression> Partitions(InsertStatement insert, TableUse use)
    {
        var values = new Dictionary<int, BoundExpression>();
        foreach (var entry in insert.Partition)
        {
            var index = IndexOf(use, entry.Key.Value);
            if (!use.Table.PartitionedBy.Contains(entry.Key.Value) || index < 0)
            {
                context.Error(entry.Key.Span, $"table '{use.Table.Path.Name}' is not partitioned by '{entry.Key.Value}'{BindingContext.Suggestion(entry.Key.Value, use.Table.PartitionedBy)}");
            }
            else if (entry.Value is { } value && _binder.Bind(value, Scope.Empty) is { } bound && !values.TryAdd(index, bound))
            {
                context.Error(entry.Key.Span, $"partition column '{entry.Key.Value}' is given twice");
            }
        }

        return values;
    }

    /// <summary>The columns that the query's columns go to, in their order.</summary>
    private List<int>? Targets(InsertStatement insert, TableUse use, Dictionary<int, BoundExpression> partitions)
    {
        if (insert.Columns.Count == 0)
        {
            return [.. Enumerable.Range(0, use.Writable.Count).Where(i => !partitions.ContainsKey(i))];
        }

        var before = context.Errors.Count;
        var targets = new List<int>();
        foreach (var name in insert.Columns)
        {
            var index = name.Parts.Count == 1 ? IndexOf(use, name.Last.Name) : -1;
            if (index >= 0 && (targets.Contains(index) || partitions.ContainsKey(index)))
            {
                context.Error(name.Span, $"column '{name}' is given a value twice");
            }
            else if (index < 0)
            {
                context.Error(name.Span, name.Parts.Count > 1
                    ? $"'{name}' is a field of a row; INSERT takes whole columns"
                    : use.Table.Find(name.Last.Name) is null
                        ? $"table '{use.Table.Path.Name}' has no column '{name}'{BindingContext.Suggestion(name.Last.Name, use.Writable.Select(c => c.Name))}"
                        : $"column '{name}' cannot be written: it is computed or VIRTUAL");
            }

            targets.Add(index);
        }

        return context.Errors.Count > before ? null : targets;
    }

    private static int IndexOf(TableUse use, string column)
    {
        for (var i = 0; i < use.Writable.Count; i++)
        {
            if (use.Writable[i].Name == column)
            {
                return i;
            }
        }

        return -1;
    }

    private static string Count(int columns) => columns == 1 ? "1 column" : $"{columns} columns";
}
