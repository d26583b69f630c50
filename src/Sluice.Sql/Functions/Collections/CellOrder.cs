using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Functions.Arithmetic;

namespace Sluice.Sql.Functions.Collections;

/// <summary>Compares two values that are not null: negative, 0 or positive.</summary>
internal delegate int CellCompare(Column x, int i, Column y, int j);

/// <summary>How values of two types compare, decided once for the types. Numbers of different types compare by value.</summary>
internal static class CellOrder
{
    public static CellCompare For(SqlType x, SqlType y) => x.Storage != y.Storage && x.IsNumeric && y.IsNumeric ? ForNumbers(x, y) : x.Storage switch
    {
        Storage.Boolean => Of<bool>(),
        Storage.Int => Of<int>(),
        Storage.Long => Of<long>(),
        Storage.Float => Of<float>(),
        Storage.Double => Of<double>(),
        Storage.Timestamp => Of<Timestamp>(),
        Storage.Decimal => (a, i, b, j) => DecimalScale.Compare(((ValueColumn<SqlDecimal>)a).Values[i], ((ValueColumn<SqlDecimal>)b).Values[j]),
        Storage.Array => ForArrays(Nullable(For(x.Element!, y.Element!))),
        Storage.Map => ForMaps(x, y),
        Storage.Row => ForRows([.. x.Fields.Zip(y.Fields, (f, g) => Nullable(For(f.Type, g.Type)))]),
        _ => (a, i, b, j) => ((TextColumn)a)[i].SequenceCompareTo(((TextColumn)b)[j]),
    };

    /// <summary>The same for values that may be null: nulls are equal and come first.</summary>
    public static CellCompare Nullable(CellCompare compare) => (x, i, y, j) =>
    {
        var (isNull, isOtherNull) = (x.IsNull(i), y.IsNull(j));
        return isNull || isOtherNull ? isOtherNull.CompareTo(isNull) : compare(x, i, y, j);
    };

    private static CellCompare Of<T>()
        where T : unmanaged, IComparable<T> => (a, i, b, j) => ((ValueColumn<T>)a).Values[i].CompareTo(((ValueColumn<T>)b).Values[j]);

    private static CellCompare ForNumbers(SqlType x, SqlType y)
    {
        var (left, right) = (NumberReader.For(x), NumberReader.For(y));
        var isExact = x.Kind is not (TypeKind.Float or TypeKind.Double) && y.Kind is not (TypeKind.Float or TypeKind.Double);
        return isExact
            ? (a, i, b, j) => DecimalScale.Compare(left.Decimal(a, i), right.Decimal(b, j))
            : (a, i, b, j) => left.Double(a, i).CompareTo(right.Double(b, j));
    }

    private static CellCompare ForArrays(CellCompare element) => (a, i, b, j) =>
    {
        var (x, y) = ((ArrayColumn)a, (ArrayColumn)b);
        for (var k = 0; k < x.Length[i] && k < y.Length[j]; k++)
        {
            var order = element(x.Elements, x.Start[i] + k, y.Elements, y.Start[j] + k);
            if (order != 0)
            {
                return order;
            }
        }

        return x.Length[i].CompareTo(y.Length[j]);
    };

    private static CellCompare ForRows(CellCompare[] fields) => (a, i, b, j) =>
    {
        var (x, y) = ((RowColumn)a, (RowColumn)b);
        for (var k = 0; k < fields.Length; k++)
        {
            var order = fields[k](x.Fields[k], i, y.Fields[k], j);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    };

    // Maps have no order; this says only whether they are equal, whatever the order of their entries.
    private static CellCompare ForMaps(SqlType x, SqlType y)
    {
        var keys = Nullable(For(x.Key ?? x.Element!, y.Key ?? y.Element!));
        var values = Nullable(x.Key is null ? Of<int>() : For(x.Element!, y.Element!));
        return (a, i, b, j) =>
        {
            var (left, right) = ((MapColumn)a, (MapColumn)b);
            if (left.Length[i] != right.Length[j])
            {
                return left.Length[i].CompareTo(right.Length[j]);
            }

            for (var k = left.Start[i]; k < left.Start[i] + left.Length[i]; k++)
            {
                var found = MapFunctions.Find(right.Keys, right.Start[j], right.Length[j], left.Keys, k, keys);
                if (found < 0 || values(left.Values, k, right.Values, found) != 0)
                {
                    return 1;
                }
            }

            return 0;
        };
    }
}
