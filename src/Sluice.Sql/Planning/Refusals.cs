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

        foreach (var hint in select.Hints)
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

    public void Refuse(JoinTable join)
    {
        var word = join.Kind switch
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
        Error(join.Keyword, LookedUp(join.Right)
            ? "lookup joins (JOIN ... FOR SYSTEM_TIME AS OF) are not supported yet"
            : $"{(join.Natural ? "NATURAL JOIN" : word)} is not supported: {RowByRow}; what can be joined is UNNEST of an array or a map");
    }

    public void Refuse(SystemTimeClause time) => Error(time.Keyword, "FOR SYSTEM_TIME AS OF is not supported yet");

    public void Refuse(FunctionTable table) => Error(table.Keyword, $"the table function {table.Call.Name} is not supported; windows and table functions cannot run here, UNNEST can");

    public void Refuse(UnsupportedTable table) => Error(table.Keyword, $"{table.Construct} is not supported: {RowByRow}");

    /// <summary>Hints other than OPTIONS ask for another way to the same result.</summary>
    public void Ignored(Hint hint) => context.Warn(hint.Span, $"the hint {hint.Name} has no effect here");

    private static bool LookedUp(TableExpression table) => table switch
    {
        NamedTable { SystemTime: not null } => true,
        NestedTable nested => LookedUp(nested.Table),
        _ => false,
    };

    private void Error(SourceSpan span, string message) => context.Error(span, message);
}
