using Sluice.Engine.Rows;

namespace Sluice.Connectors.Datagen;

/// <summary>Arrays of one length.</summary>
internal sealed class RandomArray(Generator element, int length) : Generator
{
    public override long MostBytes => element.MostBytes * length;

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var arrays = (ArrayColumn)column;
        var first = arrays.Used;
        for (var row = start; row < start + count; row++)
        {
            arrays.Start[row] = arrays.Used;
            arrays.Length[row] = length;
            arrays.Used += length;
        }

        arrays.Elements.Grow(arrays.Used);
        return element.Fill(arrays.Elements, first, arrays.Used - first, run);
    }
}

/// <summary>Maps with so many entries, or fewer where keys came out equal.</summary>
internal sealed class RandomMap(Generator key, Generator value, int length) : Generator
{
    public override long MostBytes => (key.MostBytes + value.MostBytes) * length;

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var maps = (MapColumn)column;
        var first = maps.Used;
        maps.Used += length * count;
        maps.Keys.Grow(maps.Used);
        maps.Values.Grow(maps.Used);
        var bytes = key.Fill(maps.Keys, first, maps.Used - first, run) + value.Fill(maps.Values, first, maps.Used - first, run);
        for (var row = start; row < start + count; row++)
        {
            maps.Start[row] = first;
            maps.Length[row] = KeepDistinct(maps.Keys, first);
            first += length;
        }

        return bytes;
    }

    /// <summary>Moves the keys that are no repetition to the front. The values need not follow: any will do.</summary>
    private int KeepDistinct(Column keys, int first)
    {
        var kept = 0;
        for (var i = 0; i < length; i++)
        {
            if (!IsAmong(keys, first, kept, first + i))
            {
                keys.CopyFrom(keys, first + i, first + kept);
                kept++;
            }
        }

        return kept;
    }

    private static bool IsAmong(Column keys, int first, int count, int candidate)
    {
        for (var i = first; i < first + count; i++)
        {
            if (AreEqual(keys, i, candidate))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AreEqual(Column keys, int one, int other) => keys switch
    {
        TextColumn texts => texts[one].SequenceEqual(texts[other]),
        ValueColumn<int> { Values: var values } => values[one] == values[other],
        ValueColumn<long> { Values: var values } => values[one] == values[other],
        ValueColumn<bool> { Values: var values } => values[one] == values[other],
        ValueColumn<float> { Values: var values } => values[one].Equals(values[other]),
        ValueColumn<double> { Values: var values } => values[one].Equals(values[other]),
        ValueColumn<SqlDecimal> { Values: var values } => values[one].Unscaled == values[other].Unscaled,
        ValueColumn<Timestamp> { Values: var values } => values[one] == values[other],
        _ => throw new ArgumentOutOfRangeException(nameof(keys), keys, "no key of a map"),
    };
}

/// <summary>Rows whose fields have generators of their own.</summary>
internal sealed class RandomRow(IReadOnlyList<Generator> fields) : Generator
{
    public override long MostBytes { get; } = fields.Sum(f => f.MostBytes);

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var rows = (RowColumn)column;
        rows.Nulls.AsSpan(start, count).Clear();
        var bytes = 0L;
        for (var i = 0; i < fields.Count; i++)
        {
            bytes += fields[i].Fill(rows.Fields[i], start, count, run);
        }

        return bytes;
    }
}
