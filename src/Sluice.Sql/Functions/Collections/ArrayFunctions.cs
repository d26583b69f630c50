using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Collections;

/// <summary>Arrays: their size, single elements, longer and shorter ones.</summary>
internal static class ArrayFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("CARDINALITY", [new([Family.Array], Returning.Int, Cardinality), new([Map], Returning.Int, MapFunctions.Cardinality)]),
        new("ELEMENT", [new([Family.Array], Returning.Element, Element)]),
        new("ARRAY_APPEND", [new([Family.Array, Any], WithElement, Append) { Fits = ElementFit.OfElement }]),
        new("ARRAY_PREPEND", [new([Family.Array, Any], WithElement, Prepend) { Fits = ElementFit.OfElement }]),
        new("ARRAY_CONCAT", [new([Family.Array, Family.Array], OfAll, Concat, Variadic: true) { Fits = ElementFit.OfArrays }]),
        new("ARRAY_CONTAINS", [new([Family.Array, Any], Returning.Boolean, Contains) { Fits = ElementFit.OfElement }]),
        new("ARRAY_POSITION", [new([Family.Array, Any], Returning.Int, Position) { Fits = ElementFit.OfElement }]),
        new("ARRAY_REMOVE", [new([Family.Array, Any], Returning.First, Remove) { Fits = ElementFit.OfElement }]),
        new("ARRAY_REVERSE", [new([Family.Array], Returning.First, Reverse)]),
        new("ARRAY_SLICE", [new([Family.Array, Int], Returning.First, SliceFrom), new([Family.Array, Int, Int], Returning.First, Slice)]),
        new("ARRAY_JOIN",
        [
            new([Family.Array, Character], Returning.Text, Join), new([Family.Array, Character, Character], Returning.Text, JoinWithNulls),
        ]),
    ];

    public static int Cardinality(ArrayView array) => array.Length;

    /// <summary>The only element; null for an empty array.</summary>
    public static Cell? Element(ArrayView array) => array.Length switch
    {
        0 => null,
        1 => new Cell(array.Elements, array.Start),
        _ => throw new DataException($"ELEMENT: the array has {array.Length.ToString(CultureInfo.InvariantCulture)} elements; it may have one at most"),
    };

    public static ArrayView Append(ArrayView array, Cell? element, SqlType[] types, ElementState state, ArrayColumn result)
    {
        var builder = new ArrayBuilder(result);
        AddAll(array, types, 0, state, builder);
        AddOne(element, types, state, builder);
        return builder.View;
    }

    public static ArrayView Prepend(ArrayView array, Cell? element, SqlType[] types, ElementState state, ArrayColumn result)
    {
        var builder = new ArrayBuilder(result);
        AddOne(element, types, state, builder);
        AddAll(array, types, 0, state, builder);
        return builder.View;
    }

    public static ArrayView Concat(ArrayView first, ArrayView[] arrays, SqlType[] types, ElementState state, ArrayColumn result)
    {
        var builder = new ArrayBuilder(result);
        AddAll(first, types, 0, state, builder);
        for (var i = 0; i < arrays.Length; i++)
        {
            AddAll(arrays[i], types, i + 1, state, builder);
        }

        return builder.View;
    }

    /// <summary>A null is found where an element is null.</summary>
    public static bool Contains(ArrayView array, Cell? value, SqlType[] types, ElementState state) => IndexOf(array, value, types, state) >= 0;

    /// <summary>From 1; 0 where it is not there.</summary>
    public static int Position(ArrayView array, Cell value, SqlType[] types, ElementState state) => IndexOf(array, value, types, state) + 1;

    public static ArrayView Remove(ArrayView array, Cell? value, SqlType[] types, ElementState state, ArrayColumn result)
    {
        var builder = new ArrayBuilder(result);
        for (var i = array.Start; i < array.Start + array.Length; i++)
        {
            if (!IsEqual(array.Elements, i, value, types, state))
            {
                var at = builder.Add();
                result.Elements.CopyFrom(array.Elements, i, at);
            }
        }

        return builder.View;
    }

    public static ArrayView Reverse(ArrayView array, ArrayColumn result)
    {
        var builder = new ArrayBuilder(result);
        for (var i = array.Start + array.Length - 1; i >= array.Start; i--)
        {
            var at = builder.Add();
            result.Elements.CopyFrom(array.Elements, i, at);
        }

        return builder.View;
    }

    public static ArrayView SliceFrom(ArrayView array, int from) => Slice(array, from, array.Length);

    /// <summary>Both ends count, from 1, negative ones from the end; 0 is 1.</summary>
    public static ArrayView Slice(ArrayView array, int from, int to)
    {
        var first = Math.Max(1, from < 0 ? from + array.Length + 1 : from);
        var last = to < 0 ? to + array.Length + 1 : to;
        last = last == 0 ? 1 : Math.Min(last, array.Length);
        return array.Length == 0 || last < first ? array with { Length = 0 } : array with { Start = array.Start + first - 1, Length = last - first + 1 };
    }

    /// <summary>Nulls are left out.</summary>
    public static Utf8 Join(ArrayView array, Utf8 delimiter, SqlType[] types, ByteHeap heap, FunctionContext context) =>
        JoinBy(array, delimiter, null, types, heap, context);

    public static Utf8 JoinWithNulls(ArrayView array, Utf8 delimiter, Utf8 forNull, SqlType[] types, ByteHeap heap, FunctionContext context) =>
        JoinBy(array, delimiter, forNull, types, heap, context);

    private static Utf8 JoinBy(ArrayView array, Utf8 delimiter, Utf8? forNull, SqlType[] types, ByteHeap heap, FunctionContext context)
    {
        var start = heap.Used;
        var any = false;
        for (var i = array.Start; i < array.Start + array.Length; i++)
        {
            var isNull = array.Elements.IsNull(i);
            if (isNull && forNull is null)
            {
                continue;
            }

            if (any)
            {
                heap.Append(delimiter.Span);
            }

            any = true;
            if (isNull)
            {
                heap.Append(forNull!.Value.Span);
            }
            else
            {
                TextForm.Append(array.Elements, i, types[0].Element, heap, context.Zone);
            }
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    private static void AddAll(ArrayView array, SqlType[] types, int argument, ElementState state, ArrayBuilder to)
    {
        for (var i = 0; i < array.Length; i++)
        {
            var at = to.Add();
            state.Write(types, argument, array.Elements, array.Start + i, to.Column.Elements, at);
        }
    }

    private static void AddOne(Cell? element, SqlType[] types, ElementState state, ArrayBuilder to)
    {
        var at = to.Add();
        if (element is { IsNull: false } cell)
        {
            state.WriteElement(types, 1, cell, to.Column.Elements, at);
        }
        else
        {
            to.Column.Elements.SetNull(at);
        }
    }

    private static int IndexOf(ArrayView array, Cell? value, SqlType[] types, ElementState state)
    {
        for (var i = 0; i < array.Length; i++)
        {
            if (IsEqual(array.Elements, array.Start + i, value, types, state))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsEqual(Column elements, int index, Cell? value, SqlType[] types, ElementState state) =>
        value is { IsNull: false } cell ? state.Equal(types, types[1], elements, index, cell.Column, cell.Row) : elements.IsNull(index);

    private static SqlType WithElement(IReadOnlyList<SqlType> arguments) => SqlType.Array(CommonType.Of(arguments[0].Element!, arguments[1])).NotNull();

    private static SqlType OfAll(IReadOnlyList<SqlType> arguments) => SqlType.Array(CommonType.Of(arguments.Select(a => a.Element!))).NotNull();
}
