using Sluice.Sql.Functions;

namespace Sluice.Sql.Planning;

/// <summary>What SHOW FUNCTIONS lists.</summary>
internal static class FunctionNames
{
    /// <summary>Forms that look like functions and are the language's own.</summary>
    private static readonly string[] s_forms =
    [
        "array", "cast", "coalesce", "if", "ifnull", "json_array", "json_exists", "json_object", "json_query", "json_value", "map", "nullif", "row", "try_cast",
    ];

    public static IEnumerable<string> All => FunctionTable.Names.Select(n => n.ToLowerInvariant()).Concat(s_forms).Distinct().Order(StringComparer.Ordinal);
}
