using Sluice.Sql.Binding;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>From a query to rows. What cannot be run is refused.</summary>
internal sealed class QueryPlanner(BindingContext context)
{
    /// <summary>Views that read views.</summary>
    public const int MostViews = 64;

    private readonly Refusals _refusals = new(context);
    private readonly Stack<ObjectPath> _views = new();

    /// <summary>One row without columns: what SELECT without FROM is over.</summary>
    public static Relation OneRow(SourceSpan span)
    {
        _ = span;
        return new Relation([], [new Chain(new ValuesLeaf([], [[]]), [])]);
    }

    /// <returns>Null after errors were reported, here or where a broken table was defined.</returns>
    public Relation? Plan(Query query) => Plan(query, QueryScope.Empty);

    /// <param name="limited">Whether LIMIT is somebody else's to deal with.</param>
    public Relation? Plan(Query query, QueryScope scope, bool limited = false)
    {
        var refused = _refusals.RefuseAround(query);
        if (query.Limit is { } limit && !limited)
        {
            _refusals.RefuseLimit(limit);
            refused = true;
        }

        foreach (var table in query.With?.Tables ?? [])
        {
            scope = scope.And(table.Name.Name, Common(table, scope));
        }

        var rows = Plan(query.Body, scope);
        return refused ? null : rows;
    }

    /// <summary>The rows of a table, a view or a table of WITH.</summary>
    public Relation? Table(QualifiedName name, IReadOnlyList<Hint> hints, QueryScope scope)
    {
        var options = _refusals.OptionsOf(hints);
        if (name.Parts is [var single] && scope.With.TryGetValue(single.Name, out var common))
        {
            RefuseOptions(options, "a table of WITH");
            return common;
        }

        switch (context.Find(name, scope.Catalog, scope.Database))
        {
            case CatalogTable table:
                return new TableScan(context).Plan(table, options, name.Span);
            case CatalogView view:
                RefuseOptions(options, "a view");
                return View(view, name.Span);
            default:
                return null;
        }
    }

    /// <summary>The rows of a view; its columns have the names that the view gives them.</summary>
    public Relation? View(CatalogView view, SourceSpan use)
    {
        if (_views.Contains(view.Path))
        {
            context.Error(use, $"view '{view.Path.Name}' reads itself");
            return null;
        }

        if (_views.Count == MostViews)
        {
            context.Error(use, $"more than {MostViews} views read one another here");
            return null;
        }

        var before = context.Errors.Count;
        _views.Push(view.Path);
        try
        {
            return Plan(view.Query, QueryScope.Of(view)) is { } rows ? Named(rows, view.Columns, $"view '{view.Path.Name}'", view.Span) : null;
        }
        finally
        {
            _views.Pop();
            if (context.Errors.Count > before && use != view.Span && _views.Count == 0)
            {
                // The query was right when the view was created; what it reads has changed since.
                context.Error(use, $"view '{view.Path.Name}' can no longer be read: its query has an error by now");
            }
        }
    }

    private Relation? Common(CommonTable table, QueryScope scope) =>
        Plan(table.Query, scope) is { } rows ? Named(rows, table.Columns, $"'{table.Name}'", table.Name.Span) : null;

    private Relation? Named(Relation rows, IReadOnlyList<Identifier> names, string whose, SourceSpan span)
    {
        if (names.Count == 0)
        {
            return rows;
        }

        if (names.Count != rows.Columns.Count)
        {
            context.Error(span, $"{whose} names {names.Count} columns, and its query has {rows.Columns.Count}");
            return null;
        }

        if (names.GroupBy(n => n.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            context.Error(twice.Last().Span, $"column '{twice.Key}' is named twice");
            return null;
        }

        return new Relation([.. rows.Columns.Select((c, i) => c with { Name = names[i].Name })], rows.Chains);
    }

    private Relation? Plan(QueryBody body, QueryScope scope)
    {
        switch (body)
        {
            case NestedQuery nested:
                return Plan(nested.Query, scope);
            case SelectBody select:
                return new SelectPlanner(context, this, scope).Plan(select);
            case TableBody table:
                return Table(table.Name, [], scope);
            case ValuesBody values:
                return new ValuesPlanner(context).Plan(values);
            case SetOperation { Operator: SetOperator.Union, All: true } union:
                // Both sides are looked at, so that the errors of both are told.
                var (left, right) = (Plan(union.Left, scope), Plan(union.Right, scope));
                return left is null || right is null ? null : new UnionPlanner(context).Plan(left, right, union);
            case SetOperation operation:
                _refusals.Refuse(operation);
                return null;
            default:
                context.Error(body.Span, "this query is not supported");
                return null;
        }
    }

    private void RefuseOptions(IReadOnlyList<Hint> options, string what)
    {
        if (options.Count > 0)
        {
            context.Error(options[0].Name.Span, $"the hint OPTIONS goes with a table, and this is {what}");
        }
    }
}
