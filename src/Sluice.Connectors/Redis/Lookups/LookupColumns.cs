using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A column of a dimension table beside its key.</summary>
/// <param name="Name">In a hash the field's.</param>
/// <param name="Parser">Makes fields of records of it; null for an array.</param>
internal sealed record LookupField(string Name, SqlType Type, FieldParser? Parser);

/// <summary>Which columns of a dimension table play which part (S-28), and which of them are asked for.</summary>
internal sealed class LookupColumns
{
    private LookupColumns(TableDefinition table, IReadOnlyList<int> asked, TimeZoneInfo zone)
    {
        Table = table;
        Keys = table.PrimaryKey;
        Declared = [.. table.Columns.Where(c => !Keys.Contains(c.Name)).Select(c => new LookupField(c.Name, c.Type, FieldParsers.For(c.Type, zone)))];
        Asked = [.. asked.Select(i => Array.Find(Declared, f => f.Name == table.Columns[i].Name)!)];
        Layout = new RecordLayout(new Schema([.. Asked.Select(f => new Field(f.Name, f.Type))]));
    }

    public TableDefinition Table { get; }

    /// <summary>The names of the key's columns: one, or two.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>All columns beside the key, in the table's order.</summary>
    public LookupField[] Declared { get; }

    /// <summary>Those of them that records hold, in the order of the layout; there may be none.</summary>
    public LookupField[] Asked { get; }

    public RecordLayout Layout { get; }

    /// <param name="asked">Indexes of the table's columns.</param>
    /// <exception cref="ConfigException">The columns or the primary key do not fit the mode; prints what is expected.</exception>
    public static LookupColumns Of(TableDefinition table, IReadOnlyList<int> asked, LookupMode mode, TimeZoneInfo zone)
    {
        ConfigException Wrong(string what) =>
            new(table.Place, $"table '{table.Name}': {what}. As a dimension table, {mode.Title} expects: {mode.ExpectedTable(table.Name)}{(mode.Hint(table) is { } hint ? ". " + hint : "")}");

        if (table.Columns.FirstOrDefault(c => c.MetadataKey is not null) is { } metadata)
        {
            throw new ConfigException(metadata.Place, $"column '{metadata.Name}' is METADATA; a redis table has none");
        }

        if (table.PrimaryKey.Count != mode.KeyColumns)
        {
            throw Wrong(table.PrimaryKey.Count == 0
                ? "a redis table needs PRIMARY KEY (...) NOT ENFORCED"
                : $"PRIMARY KEY ({string.Join(", ", table.PrimaryKey)}) names {table.PrimaryKey.Count} columns; the rows are found by {(mode.KeyColumns == 1 ? "one" : "two")}");
        }

        foreach (var column in table.Columns)
        {
            var isFitting = mode.Takes(column.Type) || (table.PrimaryKey.Contains(column.Name) && LookupMode.IsScalar(column.Type));
            if (!isFitting)
            {
                throw Wrong($"column '{column.Name}' is {column.Type}; {mode.TakesWhat}");
            }
        }

        var values = table.Columns.Count - mode.KeyColumns;
        return mode.Misfit(values) is { } misfit ? throw Wrong(misfit) : new LookupColumns(table, asked, zone);
    }
}
