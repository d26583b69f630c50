using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>Which column of a table plays which part (S-22). Slot 0 is the key, the others follow in the table's order.</summary>
internal sealed class TableLayout
{
    private TableLayout(TableDefinition table, TableColumn[] columns, int[] indexes, bool deletesElements) =>
        (Table, Columns, Indexes, DeletesElements) = (table, columns, indexes, deletesElements);

    public TableDefinition Table { get; }

    /// <summary>The columns by slot.</summary>
    public TableColumn[] Columns { get; }

    /// <summary>The place in the table of each slot's column.</summary>
    public int[] Indexes { get; }

    /// <summary>Whether the primary key names the element as well, so that deletes remove that element alone (S-23).</summary>
    public bool DeletesElements { get; }

    /// <exception cref="ConfigException">The columns or the primary key do not fit the mode; prints what is expected.</exception>
    public static TableLayout Of(TableDefinition table, TableMode mode)
    {
        ConfigException Wrong(Place place, string what) =>
            new(place, $"table '{table.Name}': {what}. Mode {mode.Title} expects: {mode.ExpectedTable(table.Name)}");

        CheckColumns(table);
        if (table.PrimaryKey.Count == 0)
        {
            throw Wrong(table.Place, "a redis table needs PRIMARY KEY (...) NOT ENFORCED");
        }

        var key = table.IndexOf(table.PrimaryKey[0]);
        int[] indexes = [key, .. Enumerable.Range(0, table.Columns.Count).Where(i => i != key)];
        TableColumn[] columns = [.. indexes.Select(i => table.Columns[i])];
        if (mode.Misfit(columns) is { } misfit)
        {
            throw Wrong(table.Place, misfit);
        }

        if (table.PrimaryKey.Count == 1)
        {
            return new TableLayout(table, columns, indexes, deletesElements: false);
        }

        var element = mode.ElementSlot == 0 ? null : columns[mode.ElementSlot].Name;
        if (table.PrimaryKey.Count > 2 || table.PrimaryKey[1] != element)
        {
            throw Wrong(table.Place, $"PRIMARY KEY ({string.Join(", ", table.PrimaryKey)}) names {(element is null ? "more than the key" : $"other columns than the key and, where deletes are to remove that alone, the {mode.ElementRole} '{element}'")}");
        }

        return new TableLayout(table, columns, indexes, deletesElements: true);
    }

    private static void CheckColumns(TableDefinition table)
    {
        foreach (var column in table.Columns)
        {
            if (column.MetadataKey is not null)
            {
                throw new ConfigException(column.Place, $"column '{column.Name}' is METADATA; a redis table has none");
            }

            if (!column.Type.IsScalar || column.Type.Kind == TypeKind.Null)
            {
                throw new ConfigException(column.Place, $"column '{column.Name}' is {column.Type}; a redis table takes scalar types only, such as STRING, BIGINT or TIMESTAMP(3)");
            }
        }
    }
}
