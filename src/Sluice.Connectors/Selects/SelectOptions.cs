using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Selects;

/// <summary>The options that say what is read from a database (S-10), whichever it is.</summary>
internal static class SelectOptions
{
    public static readonly Option<OptionNode?> Table = Option.Node("table", "text or list of texts",
        "The table, or several: `users`, `db.users`, `t_[0-99]`, `t_[00-15]` (which keeps its width).");

    public static readonly Option<OptionNode?> Column = Option.Node("column", "list of texts",
        "Columns in the order wanted: names, `*`, and SQL expressions. What is a column of the table, or looks like a plain name, is quoted; anything else is passed through.");

    public static readonly Option<string?> Where = Option.Text("where", null, "A condition in the database's SQL; it is put in parentheses.");

    public static readonly Option<OptionNode?> QuerySql = Option.Node("querySql", "text or list of texts",
        "A SELECT of one's own, or several; replaces `table`, `column`, `where` and `splitPk`. A `;` at the end is allowed.");

    /// <summary>A text or a list of texts with their places; empty where the option is absent.</summary>
    public static IReadOnlyList<PlacedText> Texts(IOption option, OptionNode? node)
    {
        var items = node switch
        {
            null => [],
            { Kind: OptionKind.List } => node.Items,
            _ => [node],
        };
        return [.. items.Select(i => i.IsScalar && !string.IsNullOrWhiteSpace(i.Text)
            ? new PlacedText(i.Text.Trim(), i.Place)
            : throw new ConfigException(i.Place, $"'{option.Name}' holds {i.Show()}; allowed: {option.ValueKind}"))];
    }

    /// <summary>The listed tables with their ranges expanded.</summary>
    /// <exception cref="ConfigException">The list is empty.</exception>
    public static IReadOnlyList<PlacedText> Tables(OptionNode? node) => node is { Kind: OptionKind.List, Items.Count: 0 }
        ? throw new ConfigException(node.Place, "'table' is empty: fill in the tables to read")
        : [.. Texts(Table, node).SelectMany(t => TableRanges.Expand(t.Text, t.Place).Select(name => new PlacedText(name, t.Place)))];

    public static IReadOnlyList<PlacedText> Queries(OptionNode? node) => node is { Kind: OptionKind.List, Items.Count: 0 }
        ? throw new ConfigException(node.Place, "'querySql' is empty: fill in a SELECT")
        : [.. Texts(QuerySql, node).Select(q => q with { Text = SelectText.Trim(q.Text) })];

    /// <summary>The listed columns.</summary>
    /// <param name="place">Where they should stand.</param>
    public static IReadOnlyList<string> Columns(OptionNode? node, Place place)
    {
        var columns = Texts(Column, node);
        return columns.Count > 0
            ? [.. columns.Select(c => c.Text)]
            : throw new ConfigException(node?.Place ?? place, "'column' is " + (node is null ? "missing" : "empty") + ": list the columns to read, or [\"*\"] for all of them");
    }

    public static string? Condition(string? where) => where is null || SelectText.Trim(where) is "" ? null : SelectText.Trim(where);
}

/// <summary>A text of the script and where it stands.</summary>
internal sealed record PlacedText(string Text, Place Place);
