namespace Sluice.Connectors.Selects;

/// <summary>The text of a query on one table.</summary>
internal static class SelectText
{
    /// <param name="items">Quoted names and expressions.</param>
    /// <param name="table">The quoted table.</param>
    /// <param name="conditions">Conditions that all must hold; null or empty ones are left out. They are put in parentheses.</param>
    public static string Of(IEnumerable<string> items, string table, params IEnumerable<string?> conditions)
    {
        var where = string.Join(" AND ", conditions.Where(c => !string.IsNullOrWhiteSpace(c)).Select(c => $"({c})"));
        return $"SELECT {string.Join(", ", items)} FROM {table}" + (where.Length == 0 ? "" : " WHERE " + where);
    }

    /// <summary>A statement or condition as the user wrote it, without what may end it.</summary>
    public static string Trim(string sql) => sql.Trim().TrimEnd(';').TrimEnd();
}
