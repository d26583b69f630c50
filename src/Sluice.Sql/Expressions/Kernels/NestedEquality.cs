using Sluice.Engine.Rows;
using Sluice.Sql.Functions.Arithmetic;

namespace Sluice.Sql.Expressions.Kernels;

/// <summary>Equality of nested values of the same type. Nulls within them are equal to each other.</summary>
internal static class NestedEquality
{
    public static bool Equal(ArrayView left, ArrayView right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (!Equal(left.Elements, left.Start + i, right.Elements, right.Start + i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>In whatever order the entries are.</summary>
    public static bool Equal(MapView left, MapView right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (!Contains(right, left, left.Start + i))
            {
                return false;
            }
        }

        return true;
    }

    public static bool Equal(RowView left, RowView right)
    {
        for (var i = 0; i < left.Fields.Fields.Length; i++)
        {
            if (!Equal(left.Fields.Fields[i], left.Row, right.Fields.Fields[i], right.Row))
            {
                return false;
            }
        }

        return true;
    }

    public static bool Equal(Column left, int leftRow, Column right, int rightRow)
    {
        if (left.IsNull(leftRow) || right.IsNull(rightRow))
        {
            return left.IsNull(leftRow) && right.IsNull(rightRow);
        }

        return (left, right) switch
        {
            (TextColumn l, TextColumn r) => l.At(leftRow) == r.At(rightRow),
            (ValueColumn<bool> l, ValueColumn<bool> r) => l.Values[leftRow] == r.Values[rightRow],
            (ValueColumn<int> l, ValueColumn<int> r) => l.Values[leftRow] == r.Values[rightRow],
            (ValueColumn<long> l, ValueColumn<long> r) => l.Values[leftRow] == r.Values[rightRow],
            (ValueColumn<float> l, ValueColumn<float> r) => l.Values[leftRow].Equals(r.Values[rightRow]),
            (ValueColumn<double> l, ValueColumn<double> r) => l.Values[leftRow].Equals(r.Values[rightRow]),
            (ValueColumn<SqlDecimal> l, ValueColumn<SqlDecimal> r) => DecimalScale.Compare(l.Values[leftRow], r.Values[rightRow]) == 0,
            (ValueColumn<Timestamp> l, ValueColumn<Timestamp> r) => l.Values[leftRow] == r.Values[rightRow],
            (ArrayColumn l, ArrayColumn r) => Equal(
                new ArrayView(l.Elements, l.Start[leftRow], l.Length[leftRow]), new ArrayView(r.Elements, r.Start[rightRow], r.Length[rightRow])),
            (MapColumn l, MapColumn r) => Equal(
                new MapView(l.Keys, l.Values, l.Start[leftRow], l.Length[leftRow]), new MapView(r.Keys, r.Values, r.Start[rightRow], r.Length[rightRow])),
            (RowColumn l, RowColumn r) => Equal(new RowView(l, leftRow), new RowView(r, rightRow)),
            _ => false,
        };
    }

    private static bool Contains(MapView map, MapView other, int entry)
    {
        for (var i = map.Start; i < map.Start + map.Length; i++)
        {
            if (Equal(map.Keys, i, other.Keys, entry))
            {
                return Equal(map.Values, i, other.Values, entry);
            }
        }

        return false;
    }
}
