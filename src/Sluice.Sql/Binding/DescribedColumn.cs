using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Binding;

/// <summary>The columns of a table or view as DESCRIBE and SHOW COLUMNS list them.</summary>
/// <param name="Null">Whether NULL is allowed.</param>
internal sealed record DescribedColumn(string Name, string Type, bool Null, string Key, string Extras, string Watermark, string? Comment)
{
    public static IReadOnlyList<DescribedColumn> Of(CatalogTable table) => [.. table.Columns.Select(c => Of(c, table))];

    /// <param name="first">What the first column is called: name, or field.</param>
    public static string Render(IReadOnlyList<DescribedColumn> columns, string first)
    {
        var comments = columns.Any(c => c.Comment is not null);
        IReadOnlyList<string> names = [first, "type", "null", "key", "extras", "watermark", .. comments ? ["comment"] : Array.Empty<string>()];
        return TextTable.Render(names,
            [.. columns.Select(c => (IReadOnlyList<string>)[c.Name, c.Type, c.Null ? "TRUE" : "FALSE", c.Key, c.Extras, c.Watermark, .. comments ? [c.Comment ?? ""] : Array.Empty<string>()])]);
    }

    private static DescribedColumn Of(TableColumnDefinition column, CatalogTable table)
    {
        var watermark = table.Watermarks.FirstOrDefault(w => w.Column == column.Name);
        var isTime = column is ComputedTableColumn { Expression: FunctionCall { Name.Last.Name: var name } } && name.Equals("PROCTIME", StringComparison.OrdinalIgnoreCase);
        return new DescribedColumn(
            column.Name,
            column.Type.Nullable() + (watermark is not null ? " *ROWTIME*" : isTime ? " *PROCTIME*" : ""),
            column.Type.IsNullable,
            table.PrimaryKey?.Columns.Contains(column.Name) == true ? $"PRI({string.Join(", ", table.PrimaryKey.Columns)})" : "",
            column switch
            {
                ComputedTableColumn computed => $"AS {computed.Text}",
                MetadataTableColumn metadata => $"METADATA{(metadata.Key is { } key ? $" FROM '{key}'" : "")}{(metadata.Virtual ? " VIRTUAL" : "")}",
                _ => "",
            },
            watermark?.Text ?? "",
            column.Comment);
    }
}
