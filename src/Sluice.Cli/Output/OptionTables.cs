using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Options;

namespace Sluice.Cli.Output;

/// <summary>The documentation of connectors, made from their option specifications: one Markdown file each.</summary>
internal static class OptionTables
{
    public static IEnumerable<(string FileName, string Text)> Of(IEnumerable<IConnectorPlugin> plugins) =>
        plugins.Select(plugin => ($"{plugin.Name}.md", Page(plugin)));

    private static string Page(IConnectorPlugin plugin)
    {
        var page = new StringBuilder();
        page.Append("# ").Append(plugin.Name).Append("\n\n").Append(plugin.Summary).Append('\n');
        if (plugin.Aliases.Count > 0)
        {
            page.Append("\nAlso written: ").AppendJoin(", ", plugin.Aliases.Select(a => $"`{a}`")).Append(".\n");
        }

        Table(page, "As a reader", plugin.Source?.Options);
        Table(page, "As a writer", plugin.Sink?.Options);
        return page.Append("\nThis page is generated from the specifications of the options; `eng/update-baselines` writes it.\n").ToString();
    }

    private static void Table(StringBuilder page, string title, IReadOnlyList<IOption>? options)
    {
        if (options is null)
        {
            return;
        }

        page.Append("\n## ").Append(title).Append("\n\n| name | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var option in options)
        {
            page.Append("| `").Append(option.Name).Append('`');
            if (option.Aliases.Count > 0)
            {
                page.Append(" (").AppendJoin(", ", option.Aliases.Select(a => $"`{a}`")).Append(')');
            }

            page.Append(" | ").Append(Cell(option.ValueKind))
                .Append(" | ").Append(option.IsRequired ? "required" : Default(option.DefaultText))
                .Append(" | ").Append(Cell(option.Doc)).Append(" |\n");
        }
    }

    private static string Default(string text) => text.Length == 0 ? "" : $"`{Visible(text)}`";

    /// <summary>Control characters, such as the default delimiter, as the script would write them.</summary>
    private static string Visible(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c == '|' ? "\\|" : c.ToString()));

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
