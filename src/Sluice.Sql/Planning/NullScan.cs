using Sluice.Engine.Rows;

namespace Sluice.Sql.Planning;

/// <summary>Looks for nulls in a column: the kind of column is found out once, then its array is searched.</summary>
internal static class NullScan
{
    public static bool HasNull(Column column, int rows) => column switch
    {
        TextColumn texts => HasNegative(texts.Length, rows),
        ValueColumn<int> values => values.Nulls.AsSpan(0, rows).Contains(true),
        ValueColumn<long> values => values.Nulls.AsSpan(0, rows).Contains(true),
        ValueColumn<bool> values => values.Nulls.AsSpan(0, rows).Contains(true),
        ValueColumn<float> values => values.Nulls.AsSpan(0, rows).Contains(true),
        ValueColumn<double> values => values.Nulls.AsSpan(0, rows).Contains(true),
        ValueColumn<SqlDecimal> values => values.Nulls.AsSpan(0, rows).Contains(true),
        ValueColumn<Timestamp> values => values.Nulls.AsSpan(0, rows).Contains(true),
        ArrayColumn arrays => HasNegative(arrays.Length, rows),
        MapColumn maps => HasNegative(maps.Length, rows),
        RowColumn values => values.Nulls.AsSpan(0, rows).Contains(true),
        _ => OneByOne(column, rows),
    };

    private static bool HasNegative(int[] lengths, int rows) => lengths.AsSpan(0, rows).ContainsAnyInRange(int.MinValue, -1);

    private static bool OneByOne(Column column, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            if (column.IsNull(row))
            {
                return true;
            }
        }

        return false;
    }
}
