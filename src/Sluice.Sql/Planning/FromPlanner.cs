using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>From what stands in FROM to rows.</summary>
/// <param name="where">The condition of WHERE: of a join without ON it has the key.</param>
internal sealed class FromPlanner(BindingContext context, QueryPlanner queries, QueryScope scope, ExpressionBinder binder, LookupHints hints, Expression? where)
{
    private readonly Refusals _refusals = new(context);

    /// <returns>Null after errors were reported, here or where a broken table was defined.</returns>
    public FromItem? Plan(TableExpression table)
    {
        switch (table)
        {
            case NamedTable named:
                return Named(named);
            case DerivedTable derived:
                return Derived(derived);
            case NestedTable nested:
                return Plan(nested.Table) is { } inner ? Aliased(inner, nested.Alias) : null;
            case UnnestTable unnest:
                return Unnested(FromItem.Of(QueryPlanner.OneRow(unnest.Span), null), unnest, keepEmpty: false);
            case JoinTable join:
                return Join(join);
            case FunctionTable function:
                _refusals.Refuse(function);
                return null;
            case UnsupportedTable unsupported:
                _refusals.Refuse(unsupported);
                return null;
            default:
                context.Error(table.Span, "this is not supported in FROM");
                return null;
        }
    }

    private FromItem? Named(NamedTable named)
    {
        if (named.SystemTime is { } time)
        {
            _refusals.Refuse(time, named);
            return null;
        }

        return queries.Table(named.Name, named.Hints, scope) is { } rows ? Aliased(FromItem.Of(rows, named.Name.Last.Name), named.Alias) : null;
    }

    private FromItem? Derived(DerivedTable derived)
    {
        if (derived.Lateral)
        {
            // What a LATERAL query may see beside it is not known to it here.
            context.Error(derived.Span, "LATERAL before a query is not supported; CROSS JOIN UNNEST(...) is");
            return null;
        }

        if (queries.Plan(derived.Query, scope) is not { } rows)
        {
            return null;
        }

        var alias = derived.Alias;
        if (alias is { Columns.Count: 0 } && derived.Query.Body is ValuesBody && rows.Columns.Count == 1)
        {
            // The one column of VALUES is called as its table is.
            alias = alias with { Columns = [alias.Name] };
        }

        return Aliased(FromItem.Of(rows, null), alias);
    }

    private FromItem? Aliased(FromItem item, TableAlias? alias)
    {
        if (alias is null)
        {
            return item;
        }

        if (alias.Columns.Count > 0 && alias.Columns.Count != item.Columns.Count)
        {
            context.Error(alias.Span, $"'{alias.Name}' names {Columns(alias.Columns.Count)}, and the table has {item.Columns.Count}");
            return null;
        }

        if (NamesTwice(alias))
        {
            return null;
        }

        return new FromItem(item.Rows, [.. item.Columns.Select((c, i) => c with { Table = alias.Name.Name, Name = alias.Columns.Count > 0 ? alias.Columns[i].Name : c.Name })]);
    }

    private FromItem? Join(JoinTable join)
    {
        var left = Plan(join.Left);
        if (Plain(join.Right) is NamedTable { SystemTime: { } time } named)
        {
            return LookedUp(left, join, named, time);
        }

        if (Plain(join.Left) is NamedTable { SystemTime: not null })
        {
            return null;
        }

        if (join.Right is not UnnestTable unnest || join.Natural || join.Using.Count > 0 || join.Kind is not (JoinKind.Comma or JoinKind.Cross or JoinKind.Inner or JoinKind.Left))
        {
            _refusals.Refuse(join, DimensionOf(Plain(join.Right)));
            return null;
        }

        if (join.Kind is JoinKind.Inner or JoinKind.Left && join.On is not BooleanLiteral { Value: true })
        {
            context.Error(join.On?.Span ?? join.Keyword, "the condition of a join with UNNEST is ON TRUE; put conditions into WHERE");
            return null;
        }

        return left is null ? null : Unnested(left, unnest, join.Kind == JoinKind.Left);
    }

    private FromItem? LookedUp(FromItem? left, JoinTable join, NamedTable named, SystemTimeClause time)
    {
        if (_refusals.RefuseLookup(join, named) || Dimension(named) is not { } use || left is null)
        {
            return null;
        }

        var columns = new Relation([.. use.Table.Columns.Select(c => new RelationColumn(c.Name, c.Type.Nullable(), named.Name.Span))], []);
        return Aliased(FromItem.Of(columns, named.Name.Last.Name), named.Alias) is { } dimension
            ? new LookupPlanner(context, binder).Plan(left, new LookupSyntax(join, named, time, where), use, dimension.Columns)
            : null;
    }

    /// <summary>The table that is looked up; null after an error was reported.</summary>
    private TableUse? Dimension(NamedTable named)
    {
        if (named.Name.Parts is [var single] && scope.With.ContainsKey(single.Name))
        {
            context.Error(named.Name.Span, $"'{named.Name}' is a table of WITH; FOR SYSTEM_TIME AS OF goes with a table whose connector finds rows by their key");
            return null;
        }

        switch (context.Find(named.Name, scope.Catalog, scope.Database))
        {
            case CatalogTable table:
                return hints.Applied(TableScan.Use(context, table, _refusals.OptionsOf(named.Hints), named.Name.Span), named.Alias?.Name.Name);
            case CatalogView:
                context.Error(named.Name.Span, $"'{named.Name}' is a view; FOR SYSTEM_TIME AS OF goes with a table whose connector finds rows by their key");
                return null;
            default:
                return null;
        }
    }

    /// <summary>The table that a name stands for where it could be looked up; else null.</summary>
    private CatalogTable? DimensionOf(TableExpression table) => table is NamedTable { Name: var name } && (name.Parts.Count > 1 || !scope.With.ContainsKey(name.Last.Name))
        && context.Catalog.PathOf(name, scope.Catalog, scope.Database) is { } path
        && context.Catalog.Find(path) is CatalogTable found && found.Option(TableOptions.Connector) is { } connector && context.LookupConnectors.Contains(connector.Value)
            ? found
            : null;

    /// <summary>What stands in parentheses of its own.</summary>
    private static TableExpression Plain(TableExpression table) => table is NestedTable { Alias: null } nested ? Plain(nested.Table) : table;

    private FromItem? Unnested(FromItem left, UnnestTable unnest, bool keepEmpty)
    {
        if (unnest.Collections.Count != 1)
        {
            context.Error(unnest.Collections[1].Span, "UNNEST takes one collection here; unnest the others in joins of their own");
            return null;
        }

        if (binder.Bind(unnest.Collections[0], left.Scope) is not { } collection)
        {
            return null;
        }

        if (collection.Type.Kind is not (Engine.Types.TypeKind.Array or Engine.Types.TypeKind.Map or Engine.Types.TypeKind.Multiset))
        {
            context.Error(collection.Span, $"UNNEST takes an ARRAY, MAP or MULTISET, and this is {collection.Type.Nullable()}");
            return null;
        }

        var types = Unnest.ElementColumns(collection.Type, keepEmpty, unnest.WithOrdinality);
        if (NamesOf(unnest, collection.Type, types.Count) is not { } names)
        {
            return null;
        }

        IReadOnlyList<RelationColumn> elements = [.. types.Select((t, i) => new RelationColumn(names[i], t, unnest.Span))];
        var first = left.Rows.Columns.Count;
        var rows = left.Rows.Then([.. left.Rows.Columns, .. elements], new UnnestStep(collection, names, keepEmpty, unnest.WithOrdinality));
        return new FromItem(rows, [.. left.Columns, .. elements.Select((e, i) => new ScopeColumn(unnest.Alias?.Name.Name, e.Name, e.Type, first + i))]);
    }

    /// <summary>The names of the columns that an element becomes: those of the alias, which a single column shares
    /// with its table, else those of the row's fields or Flink's own.</summary>
    private string[]? NamesOf(UnnestTable unnest, Engine.Types.SqlType collection, int count)
    {
        if (unnest.Alias is { Columns: { Count: > 0 } given } alias)
        {
            if (NamesTwice(alias))
            {
                return null;
            }

            if (given.Count == count)
            {
                return [.. given.Select(c => c.Name)];
            }

            context.Error(alias.Span, $"'{alias.Name}' names {Columns(given.Count)}, and an element has {count}");
            return null;
        }

        if (unnest.Alias is { } table && count == 1)
        {
            return [table.Name.Name];
        }

        IEnumerable<string> names = collection switch
        {
            { Kind: Engine.Types.TypeKind.Map } => ["KEY", "VALUE"],
            { Element: { Kind: Engine.Types.TypeKind.Row } row } => row.Fields.Select(f => f.Name),
            _ => ["EXPR$0"],
        };
        return [.. names.Concat(unnest.WithOrdinality ? ["ORDINALITY"] : [])];
    }

    private bool NamesTwice(TableAlias alias)
    {
        var twice = alias.Columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            context.Error(twice.Last().Span, $"column '{twice.Key}' is named twice");
        }

        return twice is not null;
    }

    private static string Columns(int count) => count == 1 ? "1 column" : $"{count} columns";
}
