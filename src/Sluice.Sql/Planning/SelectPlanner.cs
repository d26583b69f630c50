using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>SELECT .. FROM .. WHERE.</summary>
internal sealed class SelectPlanner(BindingContext context, QueryPlanner queries, QueryScope scope)
{
    /// <summary>Columns of one query.</summary>
    public const int MostColumns = 4096;

    private readonly ExpressionBinder _binder = context.Binder();

    public Relation? Plan(SelectBody select)
    {
        var refused = new Refusals(context).Refuse(select);
        var hints = new LookupHints(context, select.Hints);
        var from = select.From is { } table
            ? new FromPlanner(context, queries, scope, _binder, hints, select.Where?.Condition).Plan(table)
            : FromItem.Of(QueryPlanner.OneRow(select.Span), null);
        if (refused || from is null)
        {
            return null;
        }

        var before = context.Errors.Count;
        hints.RefuseUnused();
        var filter = select.Where is { } where ? _binder.BindCondition(where.Condition, from.Scope) : null;
        var outputs = Outputs(select, from);
        return context.Errors.Count > before ? null : from.Rows.Calc(outputs, filter);
    }

    private List<Output> Outputs(SelectBody select, FromItem from)
    {
        var outputs = new List<Output>();
        foreach (var item in select.Items)
        {
            if (item.Expression is Star star)
            {
                Expand(star, from, select.From is not null, outputs);
            }
            else if (_binder.Bind(item.Expression, from.Scope) is { } value)
            {
                outputs.Add(new Output(NameOf(item, outputs), value));
            }
        }

        return outputs;
    }

    private void Expand(Star star, FromItem from, bool hasFrom, List<Output> outputs)
    {
        if (!hasFrom)
        {
            context.Error(star.Span, "'*' needs a FROM");
            return;
        }

        var columns = from.Columns;
        if (star.Qualifier is { } qualifier)
        {
            columns = [.. columns.Where(c => c.Table == qualifier.Last.Name)];
            if (columns.Count == 0)
            {
                var tables = from.Columns.Select(c => c.Table).OfType<string>().Distinct();
                context.Error(qualifier.Span, $"there is no table '{qualifier}' in FROM{BindingContext.Suggestion(qualifier.ToString(), tables)}");
                return;
            }
        }

        if (outputs.Count + columns.Count > MostColumns)
        {
            context.Error(star.Span, $"with all of these columns the query has more than {MostColumns}");
            return;
        }

        foreach (var column in columns)
        {
            outputs.Add(new Output(Unique(column.Name, outputs), new BoundColumn(column.Index, column.Name, column.Type, star.Span)));
        }
    }

    /// <summary>The alias, the column's own name, or what Flink calls an expression without a name: by its place among the columns.</summary>
    private static string NameOf(SelectItem item, List<Output> outputs) => Unique(
        item.Alias?.Name ?? (item.Expression as ColumnReference)?.Name.Last.Name ?? $"EXPR${outputs.Count}", outputs);

    private static string Unique(string name, List<Output> outputs)
    {
        var unique = name;
        for (var i = 0; outputs.Any(o => o.Name == unique); i++)
        {
            unique = name + i;
        }

        return unique;
    }
}
