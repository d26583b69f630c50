using System.Text;
using Sluice.Sql.Parsing;

namespace Sluice.Sql.Binding;

/// <summary>A result as Flink's SQL client prints it: a frame, values to the right, and how many rows there are.</summary>
internal static class TextTable
{
    public static string Render(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (rows.Count == 0)
        {
            return "Empty set";
        }

        var widths = columns.Select((name, i) => Math.Max(Width(name), rows.Max(r => Width(r[i])))).ToList();
        var text = new StringBuilder();
        var line = "+" + string.Concat(widths.Select(w => new string('-', w + 2) + "+"));
        text.Append(line).Append('\n');
        Row(text, columns, widths);
        text.Append(line).Append('\n');
        foreach (var row in rows)
        {
            Row(text, row, widths);
        }

        return text.Append(line).Append('\n').Append(rows.Count == 1 ? "1 row in set" : $"{rows.Count} rows in set").ToString();
    }

    private static void Row(StringBuilder text, IReadOnlyList<string> values, List<int> widths)
    {
        text.Append('|');
        for (var i = 0; i < values.Count; i++)
        {
            text.Append(' ', 1 + widths[i] - Width(values[i])).Append(values[i]).Append(" |");
        }

        text.Append('\n');
    }

    private static int Width(string text) => text.EnumerateRunes().Sum(TextColumns.Width);
}
