using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions;

/// <summary>Adds one array to the column of a function's results, whose rows are handed over as views: only the elements matter.</summary>
internal ref struct ArrayBuilder(ArrayColumn column)
{
    private readonly int _start = column.Used;

    public ArrayColumn Column { get; } = column;

    public readonly ArrayView View => new(Column.Elements, _start, Column.Used - _start);

    /// <returns>The index in the column's elements, where the caller sets the value.</returns>
    public readonly int Add()
    {
        Column.Elements.Grow(Column.Used + 1);
        return Column.Used++;
    }
}

/// <summary>The same for a map.</summary>
internal ref struct MapBuilder(MapColumn column)
{
    private readonly int _start = column.Used;

    public MapColumn Column { get; } = column;

    public readonly MapView View => new(Column.Keys, Column.Values, _start, Column.Used - _start);

    public readonly int Count => Column.Used - _start;

    public readonly int Start => _start;

    public readonly int Add()
    {
        Column.Keys.Grow(Column.Used + 1);
        Column.Values.Grow(Column.Used + 1);
        return Column.Used++;
    }
}
