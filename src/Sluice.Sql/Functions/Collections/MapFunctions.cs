using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Collections;

/// <summary>Maps.</summary>
internal static class MapFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("MAP_KEYS", [new([Map], types => SqlType.Array(types[0].Key!).NotNull(), Keys)]),
        new("MAP_VALUES", [new([Map], types => SqlType.Array(types[0].Element!).NotNull(), Values)]),
        new("MAP_ENTRIES", [new([Map], EntriesType, Entries)]),
        new("MAP_FROM_ARRAYS", [new([Family.Array, Family.Array], types => SqlType.Map(types[0].Element!, types[1].Element!).NotNull(), FromArrays)]),
        new("MAP_FROM_ENTRIES", [new([Family.Array], FromEntriesType, FromEntries)]),
        new("MAP_UNION", [new([Map, Map], UnionType, Union, Variadic: true) { Fits = ElementFit.OfMaps }]),
    ];

    public static int Cardinality(MapView map) => map.Length;

    public static ArrayView Keys(MapView map) => new(map.Keys, map.Start, map.Length);

    public static ArrayView Values(MapView map) => new(map.Values, map.Start, map.Length);

    public static ArrayView Entries(MapView map, ArrayColumn result)
    {
        var builder = new ArrayBuilder(result);
        var rows = (RowColumn)result.Elements;
        for (var i = map.Start; i < map.Start + map.Length; i++)
        {
            var at = builder.Add();
            rows.Set(at);
            rows.Fields[0].CopyFrom(map.Keys, i, at);
            rows.Fields[1].CopyFrom(map.Values, i, at);
        }

        return builder.View;
    }

    /// <summary>Both arrays are of the same length. Of equal keys the last counts.</summary>
    public static MapView FromArrays(ArrayView keys, ArrayView values, SqlType[] types, MapState state, MapColumn result)
    {
        if (keys.Length != values.Length)
        {
            throw new DataException($"MAP_FROM_ARRAYS: there are {keys.Length.ToString(CultureInfo.InvariantCulture)} keys and "
                + $"{values.Length.ToString(CultureInfo.InvariantCulture)} values; their number must be the same");
        }

        var builder = new MapBuilder(result);
        for (var i = 0; i < keys.Length; i++)
        {
            Put(keys.Elements, keys.Start + i, values.Elements, values.Start + i, types[^1], types[0].Element!, types[1].Element!, state, builder);
        }

        return builder.View;
    }

    /// <summary>From rows of a key and a value; a null among them makes the result null.</summary>
    public static MapView? FromEntries(ArrayView entries, SqlType[] types, MapState state, MapColumn result)
    {
        var rows = (RowColumn)entries.Elements;
        var fields = types[0].Element!.Fields;
        var builder = new MapBuilder(result);
        for (var i = entries.Start; i < entries.Start + entries.Length; i++)
        {
            if (rows.IsNull(i))
            {
                return null;
            }

            Put(rows.Fields[0], i, rows.Fields[1], i, types[^1], fields[0].Type, fields[1].Type, state, builder);
        }

        return builder.View;
    }

    /// <summary>Later maps win where keys are equal.</summary>
    public static MapView Union(MapView first, MapView[] maps, SqlType[] types, MapUnionState state, MapColumn result)
    {
        var builder = new MapBuilder(result);
        PutAll(first, 0, types, state, builder);
        for (var m = 0; m < maps.Length; m++)
        {
            PutAll(maps[m], m + 1, types, state, builder);
        }

        return builder.View;
    }

    /// <summary>The index of a value among others; -1 where it is not there.</summary>
    public static int Find(Column among, int start, int length, Column of, int value, CellCompare compare)
    {
        for (var i = start; i < start + length; i++)
        {
            if (compare(among, i, of, value) == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static void PutAll(MapView map, int argument, SqlType[] types, MapUnionState state, MapBuilder to)
    {
        for (var i = map.Start; i < map.Start + map.Length; i++)
        {
            Put(map.Keys, i, map.Values, i, types[^1], types[argument].Key!, types[argument].Element!, state.Of(argument), to);
        }
    }

    private static void Put(
        Column keys, int key, Column values, int value, SqlType map, SqlType keyType, SqlType valueType, MapState state, MapBuilder to)
    {
        state.Prepare(keyType, valueType, map);
        var view = to.View;
        var at = to.Add();
        state.Key!(keys, key, to.Column.Keys, at);
        var before = Find(view.Keys, view.Start, view.Length, view.Keys, at, state.Compare!);
        if (before >= 0)
        {
            to.Column.Used--;
            at = before;
        }

        state.Value!(values, value, to.Column.Values, at);
    }

    private static SqlType EntriesType(IReadOnlyList<SqlType> arguments) =>
        SqlType.Array(SqlType.Row([new RowField("key", arguments[0].Key!), new RowField("value", arguments[0].Element!)])).NotNull();

    private static SqlType FromEntriesType(IReadOnlyList<SqlType> arguments) => arguments[0].Element is { Kind: TypeKind.Row, Fields.Count: 2 } row
        ? SqlType.Map(row.Fields[0].Type, row.Fields[1].Type)
        : throw new ConfigException($"MAP_FROM_ENTRIES takes an array of rows of two fields, not {arguments[0]}");

    private static SqlType UnionType(IReadOnlyList<SqlType> arguments) =>
        SqlType.Map(CommonType.Of(arguments.Select(a => a.Key!)), CommonType.Of(arguments.Select(a => a.Element!))).NotNull();
}

/// <summary>How one place of call copies entries.</summary>
internal sealed class MapState
{
    public CellWrite? Key { get; private set; }

    public CellWrite? Value { get; private set; }

    /// <summary>Two keys of the result.</summary>
    public CellCompare? Compare { get; private set; }

    public void Prepare(SqlType key, SqlType value, SqlType map)
    {
        Key ??= CellCopy.For(key, map.Key!);
        Value ??= CellCopy.For(value, map.Element!);
        Compare ??= CellOrder.Nullable(CellOrder.For(map.Key!, map.Key!));
    }
}

/// <summary>The same for each of several maps.</summary>
internal sealed class MapUnionState
{
    private readonly List<MapState> _states = [];

    public MapState Of(int map)
    {
        while (_states.Count <= map)
        {
            _states.Add(new MapState());
        }

        return _states[map];
    }
}
