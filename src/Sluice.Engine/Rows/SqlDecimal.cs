namespace Sluice.Engine.Rows;

/// <summary>An exact number of up to 38 digits: <paramref name="Unscaled"/> × 10^-<paramref name="Scale"/>. Values in a column
/// have the scale of the column's type. Numbers compare by value.</summary>
public readonly record struct SqlDecimal(Int128 Unscaled, int Scale);
