using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;

namespace Sluice.Cli.Output;

/// <summary>The documentation of connectors and formats, made from their option specifications: one Markdown file each.</summary>
internal static class OptionTables
{
    public static IEnumerable<(string FileName, string Text)> Of(IEnumerable<IConnectorPlugin> plugins, IEnumerable<IFormat> formats) =>
        plugins.Select(plugin => ($"{plugin.Name}.md", Page(plugin))).Concat(formats.Select(format => ($"format-{format.Name}.md", Page(format))));

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
        if (plugin.Table is { } table)
        {
            var uses = (table.Source, table.Sink) switch { (null, _) => "a sink", (_, null) => "a source", _ => "a source and a sink" };
            Table(page, $"As a table of SQL: {uses}", table.Options);
        }

        return End(page);
    }

    private static string Page(IFormat format)
    {
        var page = new StringBuilder();
        page.Append("# ").Append(format.Name).Append(" (format)\n\n").Append(format.Summary).Append('\n');
        Table(page, "Options", format.Options);
        return End(page);
    }

    private static string End(StringBuilder page) => page.Append("\nThis page is generated from the specifications of the options; `eng/update-baselines` writes it.\n").ToString();

    private static void Table(StringBuilder page, string title, IReadOnlyList<IOption>? options)
    {
        if (options is null)
        {
            return;
        }

        page.Append("\n## ").Append(title).Append("\n\n");
        if (options.Count == 0)
        {
            page.Append("It has no options.\n");
            return;
        }

        page.Append("| name | value | default | meaning |\n|---|---|---|---|\n");
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
