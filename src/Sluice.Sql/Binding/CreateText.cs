using System.Text;
using Sluice.Sql.Parsing;

namespace Sluice.Sql.Binding;

/// <summary>What SHOW CREATE TABLE and SHOW CREATE VIEW print: a statement that would create it again, apart from secrets.</summary>
internal static class CreateText
{
    private const string Hidden = "******";

    public static string Of(CatalogTable table)
    {
        var text = new StringBuilder($"CREATE {(table.Temporary ? "TEMPORARY " : "")}TABLE {table.Path.Quoted} (\n  ");
        var parts = table.Columns.Select(Column).ToList();
        parts.AddRange(table.Watermarks.Select(w => $"WATERMARK FOR {string.Join('.', w.Column.Split('.').Select(ObjectPath.Quote))} AS {w.Text}"));
        if (table.PrimaryKey is { } key)
        {
            var name = key.Constraint ?? $"PK_{string.Join('_', key.Columns)}";
            parts.Add($"CONSTRAINT {ObjectPath.Quote(name)} PRIMARY KEY ({Names(key.Columns)}) NOT ENFORCED");
        }

        text.Append(string.Join(",\n  ", parts)).Append("\n)");
        if (table.Comment is { } comment)
        {
            text.Append($"\nCOMMENT {Quote(comment)}");
        }

        if (table.PartitionedBy.Count > 0)
        {
            text.Append($"\nPARTITIONED BY ({Names(table.PartitionedBy)})");
        }

        if (table.Options.Count > 0)
        {
            text.Append("\nWITH (\n  ").Append(string.Join(",\n  ", table.Options.Select(o => $"{Quote(o.Key)} = {Quote(Shown(o))}"))).Append("\n)");
        }

        return text.ToString();
    }

    public static string Of(CatalogView view, IReadOnlyList<string> columns, SourceText source) =>
        $"CREATE {(view.Temporary ? "TEMPORARY " : "")}VIEW {view.Path.Quoted} ({Names(columns)})"
        + (view.Comment is { } comment ? $"\nCOMMENT {Quote(comment)}" : "")
        + $"\nAS {source.Written(view.Query.Span)}";

    private static string Column(TableColumnDefinition column)
    {
        var rest = column switch
        {
            ComputedTableColumn computed => $"AS {computed.Text}",
            MetadataTableColumn metadata => $"{metadata.Type} METADATA{(metadata.Key is { } key ? $" FROM {Quote(key)}" : "")}{(metadata.Virtual ? " VIRTUAL" : "")}",
            _ => column.Type.ToString(),
        };
        return $"{ObjectPath.Quote(column.Name)} {rest}{(column.Comment is { } comment ? $" COMMENT {Quote(comment)}" : "")}";
    }

    private static string Shown(TableOption option) => TableOptions.IsSecret(option.Key) ? Hidden : option.Shown ?? option.Value;

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(ObjectPath.Quote));

    private static string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
