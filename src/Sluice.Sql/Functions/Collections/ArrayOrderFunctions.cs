using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Collections;

/// <summary>ARRAY_SORT, ARRAY_MAX and ARRAY_MIN.</summary>
internal static class ArrayOrderFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("ARRAY_SORT",
        [
            new([Family.Array], Returning.First, Sort), new([Family.Array, Family.Boolean], Returning.First, SortBy),
            new([Family.Array, Family.Boolean, Family.Boolean], Returning.First, SortNulls),
        ]),
        new("ARRAY_MAX", [new([Family.Array], Returning.Element, Max)]),
        new("ARRAY_MIN", [new([Family.Array], Returning.Element, Min)]),
    ];

    /// <summary>Ascending, nulls first.</summary>
    public static ArrayView Sort(ArrayView array, SqlType[] types, SortState state, ArrayColumn result) => SortNulls(array, true, true, types, state, result);

    /// <summary>Nulls come first in ascending order and last in descending order.</summary>
    public static ArrayView SortBy(ArrayView array, bool ascending, SqlType[] types, SortState state, ArrayColumn result) =>
        SortNulls(array, ascending, ascending, types, state, result);

    public static ArrayView SortNulls(ArrayView array, bool ascending, bool nullsFirst, SqlType[] types, SortState state, ArrayColumn result)
    {
        var order = state.Order(array, types[0].Element!, ascending, nullsFirst);
        var builder = new ArrayBuilder(result);
        foreach (var index in order)
        {
            var at = builder.Add();
            result.Elements.CopyFrom(array.Elements, index, at);
        }

        return builder.View;
    }

    /// <summary>Nulls do not count; null where there is nothing else.</summary>
    public static Cell? Max(ArrayView array, SqlType[] types, SortState state) => Best(array, 1, types, state);

    /// <summary>Nulls do not count; null where there is nothing else.</summary>
    public static Cell? Min(ArrayView array, SqlType[] types, SortState state) => Best(array, -1, types, state);

    private static Cell? Best(ArrayView array, int sign, SqlType[] types, SortState state)
    {
        var compare = state.Compare(types[0].Element!);
        var best = -1;
        for (var i = array.Start; i < array.Start + array.Length; i++)
        {
            if (!array.Elements.IsNull(i) && (best < 0 || compare(array.Elements, i, array.Elements, best) * sign > 0))
            {
                best = i;
            }
        }

        return best < 0 ? null : new Cell(array.Elements, best);
    }
}

/// <summary>How one place of call orders elements, and its list of indices.</summary>
internal sealed class SortState : IComparer<int>
{
    private readonly List<int> _order = [];
    private CellCompare? _compare;
    private Column? _elements;
    private int _sign;
    private int _nullSign;

    public CellCompare Compare(SqlType element) => _compare ??= CellOrder.For(element, element);

    /// <summary>The indices of the elements in their order; equal ones keep theirs.</summary>
    public List<int> Order(ArrayView array, SqlType element, bool ascending, bool nullsFirst)
    {
        Compare(element);
        (_elements, _sign, _nullSign) = (array.Elements, ascending ? 1 : -1, nullsFirst ? -1 : 1);
        _order.Clear();
        for (var i = 0; i < array.Length; i++)
        {
            _order.Add(array.Start + i);
        }

        _order.Sort(this);
        return _order;
    }

    int IComparer<int>.Compare(int x, int y)
    {
        var (isNull, isOtherNull) = (_elements!.IsNull(x), _elements.IsNull(y));
        var order = isNull && isOtherNull ? 0 : isNull ? _nullSign : isOtherNull ? -_nullSign : _compare!(_elements, x, _elements, y) * _sign;
        return order != 0 ? order : x.CompareTo(y);
    }
}
