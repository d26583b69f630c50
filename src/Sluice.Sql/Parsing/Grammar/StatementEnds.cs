using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>The keywords that could have gone on with a statement, for a suggestion where something else stands behind it.</summary>
internal static class StatementEnds
{
    private static readonly string[] s_query =
    [
        "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT", "OFFSET", "FETCH", "UNION", "INTERSECT", "EXCEPT", "JOIN", "LEFT",
        "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ON", "USING",
    ];

    public static string[] Of(Statement statement) => statement switch
    {
        QueryStatement or InsertStatement or CreateViewStatement or ExplainStatement => s_query,
        CreateTableStatement => ["WITH", "LIKE", "AS", "COMMENT", "PARTITIONED"],
        ShowStatement => ["LIKE", "ILIKE", "FROM", "IN"],
        _ => [],
    };
}
