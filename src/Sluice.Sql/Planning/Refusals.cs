using Sluice.Sql.Binding;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>What the engine cannot run, each with a sentence of its own under the word that asks for it. Nothing is passed over silently.</summary>
internal sealed class Refusals(BindingContext context)
{
    private const string RowByRow = "rows are worked on one by one here";

    /// <summary>The clauses of a SELECT; true where one of them is refused.</summary>
    public bool Refuse(SelectBody select)
    {
        var before = context.Errors.Count;
        if (select.Set is { Distinct: true } distinct)
        {
            Error(distinct.Span, $"SELECT DISTINCT is not supported: it would keep all rows seen so far, and {RowByRow}");
        }

        if (select.GroupBy is { } group)
        {
            Error(group.Keyword, $"GROUP BY is not supported: {RowByRow}, without aggregation");
        }

        if (select.Having is { } having)
        {
            Error(having.Keyword, $"HAVING is not supported: {RowByRow}, without aggregation; WHERE filters rows");
        }

        if (select.Window is { } window)
        {
            Error(window.Keyword, $"WINDOW is not supported: {RowByRow}, without windows");
        }

        if (select.Qualify is { } qualify)
        {
            Error(qualify.Keyword, $"QUALIFY is not supported: {RowByRow}, without windows");
        }

        foreach (var hint in select.Hints.Where(h => !LookupHints.Is(h)))
        {
            Ignored(hint);
        }

        return context.Errors.Count > before;
    }

    /// <summary>What stands around a query, LIMIT apart.</summary>
    public bool RefuseAround(Query query)
    {
        var before = context.Errors.Count;
        if (query.OrderBy is { } order)
        {
            Error(order.Keyword, $"ORDER BY is not supported: {RowByRow}, in the order of their source");
        }

        if (query.Offset is { } offset)
        {
            Error(offset.Keyword, "OFFSET is not supported: without an order there is no telling which rows would be left out");
        }

        return context.Errors.Count > before;
    }

    public void RefuseLimit(LimitClause limit) =>
        Error(limit.Keyword, "LIMIT is supported only at the end of a SELECT that is not part of another statement");

    public void Refuse(SetOperation operation)
    {
        var what = operation.Operator == SetOperator.Union ? "UNION" : operation.Operator.ToString().ToUpperInvariant() + (operation.All ? " ALL" : "");
        Error(operation.Keyword, operation.Operator == SetOperator.Union
            ? $"UNION is not supported: it would compare all rows seen so far; write UNION ALL, which keeps them all"
            : $"{what} is not supported: it would compare all rows seen so far, and {RowByRow}");
    }

    /// <param name="dimension">The table on the right side where it could be looked up.</param>
    public void Refuse(JoinTable join, CatalogTable? dimension) => Error(join.Keyword, dimension is not null
        ? $"a table is joined by looking up its rows as they are now: write {(join.Kind == JoinKind.Left ? "LEFT JOIN" : "JOIN")} {AsLookup(join.Right, dimension)}"
        : $"{WordOf(join)} is not supported: {RowByRow}; what can be joined is UNNEST of an array or a map, and tables with FOR SYSTEM_TIME AS OF");

    /// <summary>Joins with FOR SYSTEM_TIME AS OF that there are not; true where this is one.</summary>
    public bool RefuseLookup(JoinTable join, NamedTable named)
    {
        if (join.Natural || join.Using.Count > 0)
        {
            var word = join.Natural ? "NATURAL JOIN" : "USING";
            Error(join.Natural ? join.Keyword : join.Using[0].Span, $"{word} does not go with FOR SYSTEM_TIME AS OF; write JOIN {named.Name} FOR SYSTEM_TIME AS OF ... AS d ON ... = d.key");
            return true;
        }

        if (join.Kind is JoinKind.Right or JoinKind.Full or JoinKind.LeftSemi or JoinKind.LeftAnti)
        {
            Error(join.Keyword, $"{WordOf(join)} does not go with FOR SYSTEM_TIME AS OF: rows of '{named.Name}' are looked up for those of the left side; JOIN and LEFT JOIN do");
            return true;
        }

        return false;
    }

    public void Refuse(SystemTimeClause time, NamedTable named) => Error(time.Keyword,
        $"FOR SYSTEM_TIME AS OF goes with a table on the right side of a join: FROM s JOIN {named.Name} FOR SYSTEM_TIME AS OF PROCTIME() AS d ON s.key = d.key");

    public void Refuse(FunctionTable table) => Error(table.Keyword, $"the table function {table.Call.Name} is not supported; windows and table functions cannot run here, UNNEST can");

    public void Refuse(UnsupportedTable table) => Error(table.Keyword, $"{table.Construct} is not supported: {RowByRow}");

    /// <summary>Hints other than OPTIONS ask for another way to the same result.</summary>
    public void Ignored(Hint hint) => context.Warn(hint.Span, $"the hint {hint.Name} has no effect here");

    /// <summary>The OPTIONS hints behind the name of a table; others have no effect.</summary>
    public IReadOnlyList<Hint> OptionsOf(IReadOnlyList<Hint> hints)
    {
        var options = hints.Where(h => h.Name.Name.Equals("OPTIONS", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var hint in hints.Except(options))
        {
            Ignored(hint);
        }

        return options;
    }

    private static string WordOf(JoinTable join) => join.Natural ? "NATURAL JOIN" : join.Kind switch
    {
        JoinKind.Comma => "a join of tables",
        JoinKind.Cross => "CROSS JOIN",
        JoinKind.Inner => "JOIN",
        JoinKind.Left => "LEFT JOIN",
        JoinKind.Right => "RIGHT JOIN",
        JoinKind.Full => "FULL JOIN",
        JoinKind.LeftSemi => "LEFT SEMI JOIN",
        _ => "LEFT ANTI JOIN",
    };

    /// <summary>What stands behind JOIN where the rows of a table are looked up, with the names that the script gives it.</summary>
    private static string AsLookup(TableExpression right, CatalogTable table)
    {
        while (right is NestedTable nested)
        {
            right = nested.Table;
        }

        var alias = (right as NamedTable)?.Alias?.Name.Name;
        var written = (right as NamedTable)?.Name.ToString() ?? table.Path.Name;
        var keys = (table.PrimaryKey?.Columns ?? ["key"]).Select(k => $"... = {alias ?? table.Path.Name}.{k}");
        return $"{written} FOR SYSTEM_TIME AS OF PROCTIME(){(alias is null ? "" : $" AS {alias}")} ON {string.Join(" AND ", keys)}";
    }

    private void Error(SourceSpan span, string message) => context.Error(span, message);
}
