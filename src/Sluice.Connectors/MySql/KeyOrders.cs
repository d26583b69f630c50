using System.Globalization;
using System.Text;
using Sluice.Connectors.MySql.Slicing;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.MySql;

/// <summary>Finds out whether a table can be read in the order of its split key (S-27c).</summary>
/// <param name="isNeeded">Exactly-once: in order, whatever that costs. Else only where it costs nothing.</param>
internal sealed class KeyOrders(MySqlConnection connection, bool isNeeded)
{
    /// <summary>Collations that compare in several rounds: what their weights say is not for us to tell.</summary>
    private const string SeveralRounds = "_w2";

    /// <param name="query">The table, not ordered.</param>
    /// <param name="slice">One that is typical.</param>
    /// <param name="parts">The table's name and, before it, its database's where that is given.</param>
    /// <returns>Null where rows are read in whatever order the server likes.</returns>
    public KeyOrder? Find(TableQuery query, Slice slice, MySqlColumn key, IReadOnlyList<string> parts)
    {
        var facts = Facts(key, parts);
        if (isNeeded)
        {
            if (key.IsNullable || facts.Collation?.EndsWith(SeveralRounds, StringComparison.Ordinal) == true)
            {
                return null;
            }

            return new KeyOrder(key, facts.IsUnique, Cuts: !facts.IsUnique, facts.IsUnique || !key.IsString || key.IsBinary ? null : WeightOf(query.Key!, facts));
        }

        var order = new KeyOrder(key, facts.IsUnique && !key.IsNullable, Cuts: false, null);
        return IsFree(query, query with { Order = order }, slice, facts.IsClustered) ? order : null;
    }

    /// <summary>Whether the server sorts nothing and reads what it would read anyway: the same index, or the table itself, which is the primary
    /// key where it is clustered. An index that holds all columns is smaller, and one that finds the rows of 'where' is better.</summary>
    private bool IsFree(TableQuery unordered, TableQuery ordered, Slice slice, bool isClustered) =>
        Plan(ordered.Sql(slice, default)) is { } plan && Plan(unordered.Sql(slice, default)) is { } other
        && !plan.Extra.Contains("filesort", StringComparison.OrdinalIgnoreCase) && !plan.Extra.Contains("temporary", StringComparison.OrdinalIgnoreCase)
        && (other.Key.Length > 0 ? other.Key == plan.Key : isClustered && plan.Key == "PRIMARY");

    private (string Key, string Extra)? Plan(string sql)
    {
        try
        {
            using var result = connection.Query("EXPLAIN " + sql, null);
            var rows = result.ToList();
            var (key, extra) = (IndexOf(result, "key"), IndexOf(result, "Extra"));
            return rows is [var row] && key >= 0 && extra >= 0 ? (Text(row[key]), Text(row[extra])) : null;
        }
        catch (ConfigException)
        {
            // A view that may be read and not explained.
            return null;
        }
    }

    private static int IndexOf(MySqlResult result, string name)
    {
        for (var i = 0; i < result.Columns.Count; i++)
        {
            if (result.Columns[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private (bool IsUnique, bool IsClustered, string? Charset, string? Collation) Facts(MySqlColumn key, IReadOnlyList<string> parts)
    {
        var schema = parts.Count > 1 ? Literal(parts[^2]) : "DATABASE()";
        var (table, column) = (Literal(parts[^1]), Literal(key.Name));
        using var result = connection.Query(
            $"""
            SELECT (SELECT COUNT(*) FROM information_schema.STATISTICS s WHERE s.TABLE_SCHEMA = {schema} AND s.TABLE_NAME = {table}
                AND s.NON_UNIQUE = 0 AND s.COLUMN_NAME = {column} AND s.SEQ_IN_INDEX = 1 AND s.SUB_PART IS NULL
                AND (SELECT COUNT(*) FROM information_schema.STATISTICS o WHERE o.TABLE_SCHEMA = {schema} AND o.TABLE_NAME = {table} AND o.INDEX_NAME = s.INDEX_NAME) = 1),
              (SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table}),
              c.CHARACTER_SET_NAME, c.COLLATION_NAME
            FROM information_schema.COLUMNS c WHERE c.TABLE_SCHEMA = {schema} AND c.TABLE_NAME = {table} AND c.COLUMN_NAME = {column}
            """, null);
        return result.ToList() is [var row]
            ? (int.Parse(Text(row[0]), CultureInfo.InvariantCulture) > 0 && !key.IsNullable, Text(row[1]).Equals("InnoDB", StringComparison.OrdinalIgnoreCase),
                row[2] is null ? null : Text(row[2]), row[3] is null ? null : Text(row[3]))
            : (false, false, null, null);
    }

    /// <summary>What the collation compares, without what it takes for spaces at the end: most take values that differ only there as equal.</summary>
    private static string WeightOf(string key, (bool IsUnique, bool IsClustered, string? Charset, string? Collation) facts) => facts.Charset is null
        ? $"HEX(WEIGHT_STRING({key}))"
        : $"TRIM(TRAILING HEX(WEIGHT_STRING(CONVERT(' ' USING {facts.Charset}) COLLATE {facts.Collation})) FROM HEX(WEIGHT_STRING({key})))";

    private static string Text(byte[]? value) => value is null ? "" : Encoding.UTF8.GetString(value);

    private static string Literal(string text) => SqlLiteral.Text(Encoding.UTF8.GetBytes(text));
}
