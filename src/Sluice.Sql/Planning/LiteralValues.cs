using Sluice.Engine.Rows;

namespace Sluice.Sql.Planning;

/// <summary>Writes constants into columns.</summary>
internal static class LiteralValues
{
    /// <param name="value">As the type of the column keeps it; null for NULL.</param>
    public static void Set(Column column, int row, object? value)
    {
        switch (column)
        {
            case var _ when value is null:
                column.SetNull(row);
                break;
            case ValueColumn<bool> flags:
                flags.Set(row, (bool)value);
                break;
            case ValueColumn<int> numbers:
                numbers.Set(row, (int)value);
                break;
            case ValueColumn<long> numbers:
                numbers.Set(row, (long)value);
                break;
            case ValueColumn<float> numbers:
                numbers.Set(row, (float)value);
                break;
            case ValueColumn<double> numbers:
                numbers.Set(row, (double)value);
                break;
            case ValueColumn<SqlDecimal> numbers:
                numbers.Set(row, (SqlDecimal)value);
                break;
            case ValueColumn<Timestamp> moments:
                moments.Set(row, (Timestamp)value);
                break;
            case TextColumn texts:
                texts.Set(row, (Utf8)value);
                break;
            case ArrayColumn arrays:
                var array = (ArrayView)value;
                arrays.CopyFrom(row, array.Elements, array.Start, array.Length);
                break;
            case MapColumn maps:
                var map = (MapView)value;
                maps.CopyFrom(row, map.Keys, map.Values, map.Start, map.Length);
                break;
            case RowColumn rows:
                var view = (RowView)value;
                rows.CopyFrom(view.Fields, view.Row, row);
                break;
            default:
                throw new InvalidOperationException($"a constant of the kind {value.GetType().Name} cannot be written into a {column.GetType().Name}");
        }
    }
}
