namespace Sluice.Engine.Rows;

/// <summary>An array value: a run of elements. Valid as long as the batch that it was taken from.</summary>
public readonly record struct ArrayView(Column Elements, int Start, int Length);

/// <summary>A map value: a run of entries.</summary>
public readonly record struct MapView(Column Keys, Column Values, int Start, int Length);

/// <summary>A row value: one row of several columns.</summary>
public readonly record struct RowView(RowColumn Fields, int Row);

/// <summary>Any value: one row of a column, which knows whether it is null.</summary>
public readonly record struct Cell(Column Column, int Row)
{
    public bool IsNull => Column.IsNull(Row);
}
