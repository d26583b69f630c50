using Sluice.Engine.Errors;

namespace Sluice.Connectors.Selects;

/// <summary>What <c>*</c> means over several tables: the columns of the first one, by name. The others may have them in
/// another order, but no more and no fewer.</summary>
internal sealed class StarColumns(IReadOnlyList<string> listed)
{
    private readonly bool _hasStar = listed.Contains(ColumnItems.All, StringComparer.Ordinal);
    private string _first = "";
    private IReadOnlyList<string>? _columns;

    /// <summary>The items to select from a table.</summary>
    /// <param name="own">The columns of the table itself.</param>
    /// <exception cref="ConfigException">With <c>*</c>, it has another number of columns than the first.</exception>
    public IReadOnlyList<string> Items(PlacedText table, IReadOnlyList<string> own, Quoting quoting)
    {
        if (!_hasStar)
        {
            return ColumnItems.Of(listed, own, quoting);
        }

        if (_columns is null)
        {
            (_columns, _first) = (own, table.Text);
        }

        return own.Count == _columns.Count
            ? ColumnItems.Of(listed, _columns, quoting)
            : throw new ConfigException(table.Place,
                $"table '{table.Text}' has {own.Count} columns, '{_first}' has {_columns.Count}: with \"*\" all tables must have the same; list the columns by name");
    }
}
