using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Collections;

/// <summary>Arrays as sets: each value once, in the order of its first place. Nulls are equal.</summary>
internal static class ArraySetFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("ARRAY_DISTINCT", [new([Family.Array], Returning.First, Distinct)]),
        new("ARRAY_UNION", [new([Family.Array, Family.Array], Union, UnionOf) { Fits = ElementFit.OfArrays }]),
        new("ARRAY_EXCEPT", [new([Family.Array, Family.Array], Returning.First, Except) { Fits = ElementFit.OfArrays }]),
        new("ARRAY_INTERSECT", [new([Family.Array, Family.Array], Returning.First, Intersect) { Fits = ElementFit.OfArrays }]),
    ];

    public static ArrayView Distinct(ArrayView array, SqlType[] types, SetState state, ArrayColumn result)
    {
        state.Prepare(types[0].Element!, types[0].Element!, types[^1].Element!);
        var builder = new ArrayBuilder(result);
        AddNew(array, state.FirstWrite!, state, builder);
        return builder.View;
    }

    public static ArrayView UnionOf(ArrayView first, ArrayView second, SqlType[] types, SetState state, ArrayColumn result)
    {
        state.Prepare(types[0].Element!, types[1].Element!, types[^1].Element!);
        var builder = new ArrayBuilder(result);
        AddNew(first, state.FirstWrite!, state, builder);
        AddNew(second, state.SecondWrite!, state, builder);
        return builder.View;
    }

    public static ArrayView Except(ArrayView first, ArrayView second, SqlType[] types, SetState state, ArrayColumn result) =>
        Filter(first, second, isWanted: false, types, state, result);

    public static ArrayView Intersect(ArrayView first, ArrayView second, SqlType[] types, SetState state, ArrayColumn result) =>
        Filter(first, second, isWanted: true, types, state, result);

    private static ArrayView Filter(ArrayView first, ArrayView second, bool isWanted, SqlType[] types, SetState state, ArrayColumn result)
    {
        state.Prepare(types[0].Element!, types[1].Element!, types[^1].Element!);
        var builder = new ArrayBuilder(result);
        for (var i = first.Start; i < first.Start + first.Length; i++)
        {
            if (MapFunctions.Find(second.Elements, second.Start, second.Length, first.Elements, i, state.AcrossReversed!) >= 0 == isWanted)
            {
                AddNew(first with { Start = i, Length = 1 }, state.FirstWrite!, state, builder);
            }
        }

        return builder.View;
    }

    /// <summary>Each is written to the end of the result, and stays only where the result does not have it yet.</summary>
    private static void AddNew(ArrayView array, CellWrite write, SetState state, ArrayBuilder to)
    {
        for (var i = array.Start; i < array.Start + array.Length; i++)
        {
            var view = to.View;
            var at = to.Add();
            write(array.Elements, i, to.Column.Elements, at);
            if (MapFunctions.Find(view.Elements, view.Start, view.Length, view.Elements, at, state.Result!) >= 0)
            {
                to.Column.Used--;
            }
        }
    }

    private static SqlType Union(IReadOnlyList<SqlType> arguments) => SqlType.Array(CommonType.Of(arguments[0].Element!, arguments[1].Element!)).NotNull();
}

/// <summary>How one place of call compares and copies elements.</summary>
internal sealed class SetState
{
    /// <summary>Two elements of the result.</summary>
    public CellCompare? Result { get; private set; }

    /// <summary>An element of the second array with one of the first.</summary>
    public CellCompare? AcrossReversed { get; private set; }

    public CellWrite? FirstWrite { get; private set; }

    public CellWrite? SecondWrite { get; private set; }

    public void Prepare(SqlType first, SqlType second, SqlType result)
    {
        Result ??= CellOrder.Nullable(CellOrder.For(result, result));
        AcrossReversed ??= CellOrder.Nullable(CellOrder.For(second, first));
        FirstWrite ??= CellCopy.For(first, result);
        SecondWrite ??= CellCopy.For(second, result);
    }
}
