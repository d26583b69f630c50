using Sluice.Engine.Rows;

namespace Sluice.Sql.Expressions.Kernels;

/// <summary>Where an element stands in its column; -1: there is none.</summary>
internal static class MapSearch
{
    /// <param name="index">Counted from 1.</param>
    public static int Within(ArrayView array, long index) => index >= 1 && index <= array.Length ? array.Start + (int)index - 1 : -1;

    public static int Find(MapView map, Utf8 key)
    {
        var keys = (TextColumn)map.Keys;
        for (var i = map.Start; i < map.Start + map.Length; i++)
        {
            if (keys.Length[i] == key.Length && keys[i].SequenceEqual(key.Span))
            {
                return i;
            }
        }

        return -1;
    }

    public static int Find(MapView map, bool key) => FindIn(map, key);

    public static int Find(MapView map, int key) => FindIn(map, key);

    public static int Find(MapView map, long key) => FindIn(map, key);

    public static int Find(MapView map, float key) => FindIn(map, key);

    public static int Find(MapView map, double key) => FindIn(map, key);

    public static int Find(MapView map, SqlDecimal key) => FindIn(map, key);

    public static int Find(MapView map, Timestamp key) => FindIn(map, key);

    private static int FindIn<T>(MapView map, T key)
        where T : unmanaged, IEquatable<T>
    {
        var keys = (ValueColumn<T>)map.Keys;
        for (var i = map.Start; i < map.Start + map.Length; i++)
        {
            if (!keys.Nulls[i] && keys.Values[i].Equals(key))
            {
                return i;
            }
        }

        return -1;
    }
}
