using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Selects;

/// <summary>Turns what the user lists under <c>column</c> into the items of a SELECT (S-10).</summary>
internal static class ColumnItems
{
    public const string All = "*";

    /// <summary>Words that look like names and are values, unless the table has a column of that name.</summary>
    private static readonly HashSet<string> s_values = new(StringComparer.OrdinalIgnoreCase)
    {
        "null", "true", "false", "current_date", "current_time", "current_timestamp", "current_user", "current_role",
        "localtime", "localtimestamp", "utc_date", "utc_time", "utc_timestamp", "sysdate",
    };

    /// <param name="listed">Names, <c>*</c> and expressions, as the user wrote them.</param>
    /// <param name="tableColumns">The columns of the table; null where it has not been asked: then <c>*</c> stays as it is.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> listed, IReadOnlyList<string>? tableColumns, Quoting quoting)
    {
        var items = new List<string>();
        foreach (var text in listed.Select(t => t.Trim()))
        {
            if (text == All && tableColumns is not null)
            {
                items.AddRange(tableColumns.Select(quoting.Quote));
            }
            else
            {
                items.Add(text == All || !IsName(text, tableColumns) ? text : quoting.Quote(text));
            }
        }

        return items;
    }

    /// <summary>The columns as far as the script alone tells them: their number and names, not their types. Null with <c>*</c>, or without a list.</summary>
    public static Schema? SchemaOf(IReadOnlyList<string> listed) => listed.Count == 0 || listed.Any(c => c.Trim() == All)
        ? null
        : new Schema([.. listed.Select(c => new Field(c.Trim(), DataType.Unknown))]);

    /// <summary>Whether a text is the name of a column and not an expression.</summary>
    public static bool IsName(string text, IReadOnlyList<string>? tableColumns) =>
        tableColumns?.Contains(text, StringComparer.OrdinalIgnoreCase) == true || (IsPlain(text) && !s_values.Contains(text));

    private static bool IsPlain(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || c >= 0x80);
}
