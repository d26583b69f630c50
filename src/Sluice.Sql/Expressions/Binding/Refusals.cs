using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>What Flink has and the engine cannot run yet: refused with a sentence, never computed wrongly.</summary>
internal static class Refusals
{
    private static readonly HashSet<string> s_aggregates = new(StringComparer.OrdinalIgnoreCase)
    {
        "COUNT", "SUM", "SUM0", "AVG", "MIN", "MAX", "LISTAGG", "COLLECT", "ARRAY_AGG", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE", "ROW_NUMBER", "RANK",
        "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "LEAD", "LAG", "STDDEV_POP", "STDDEV_SAMP", "STDDEV", "VAR_POP", "VAR_SAMP", "VARIANCE",
        "APPROX_COUNT_DISTINCT", "PERCENTILE", "SINGLE_VALUE", "INTERSECTION", "FUSION", "EVERY", "ANY_VALUE", "MODE", "GROUPING", "GROUPING_ID", "GROUP_ID",
    };

    private static readonly HashSet<string> s_windows = new(StringComparer.OrdinalIgnoreCase)
    {
        "TUMBLE", "HOP", "SESSION", "CUMULATE", "TUMBLE_START", "TUMBLE_END", "TUMBLE_ROWTIME", "TUMBLE_PROCTIME", "HOP_START", "HOP_END", "HOP_ROWTIME", "HOP_PROCTIME",
        "SESSION_START", "SESSION_END", "SESSION_ROWTIME", "SESSION_PROCTIME",
    };

    /// <summary>Whether a name is that of an aggregate.</summary>
    public static bool IsAggregate(string name) => s_aggregates.Contains(name);

    /// <returns>The sentence and the words it is about; null where a call is not refused.</returns>
    public static SqlError? Of(FunctionCall call)
    {
        var name = call.Name.ToString().ToUpperInvariant();
        if (call.Aggregate is { Over: not null } over)
        {
            return new SqlError(over.Keyword, $"OVER windows are not supported yet, so {name} cannot be computed over one");
        }

        if (s_aggregates.Contains(name) || name is "JSON_OBJECTAGG" or "JSON_ARRAYAGG")
        {
            return new SqlError(call.Name.Span, $"aggregation is not supported yet: {name} would need the rows of a whole group");
        }

        if (s_windows.Contains(name))
        {
            return new SqlError(call.Name.Span, $"windows are not supported yet, so {name} has no value");
        }

        if (call.Aggregate is { } clauses)
        {
            return new SqlError(clauses.Keyword, $"this clause is for aggregates, and {name} is none");
        }

        return call.Set is { } set ? new SqlError(set.Span, $"{(set.Distinct ? "DISTINCT" : "ALL")} is for aggregates, and {name} is none") : null;
    }

    /// <returns>The sentence; null where an expression is not refused.</returns>
    public static string? Of(Expression syntax) => syntax switch
    {
        InQueryExpression => "IN with a query is not supported yet; IN with a list of values is",
        ExistsExpression => "EXISTS is not supported yet",
        SubqueryExpression => "a query as a value is not supported yet; queries may stand in FROM",
        QuantifiedExpression { Query: not null } quantified => $"{quantified.Quantifier.ToString().ToUpperInvariant()} with a query is not supported yet; with a list of values it is",
        CollectionQueryExpression collection => $"{collection.Collection}(query) is not supported yet",
        MultisetExpression => "MULTISET[...] is not supported yet; ARRAY[...] is",
        PeriodExpression => "OVERLAPS and its kin are not supported yet; compare the start and the end of the periods",
        JsonObjectExpression { Aggregate: true } => "aggregation is not supported yet: JSON_OBJECTAGG would need the rows of a whole group",
        JsonArrayExpression { Aggregate: true } => "aggregation is not supported yet: JSON_ARRAYAGG would need the rows of a whole group",
        Star => "* stands here where a value is expected",
        NamedArgument => "arguments by name are not supported; give them in their order",
        DefaultArgument => "DEFAULT is not supported here",
        TableArgument or DescriptorArgument => "table functions are not supported yet",
        TrimSideArgument or TimeUnitArgument => "a value is expected here",
        _ => null,
    };
}
