using Sluice.Connectors.MySql.Slicing;
using Sluice.Connectors.Selects;
using Sluice.Engine.Connectors;

namespace Sluice.Connectors.MySql;

/// <summary>What is read of a table, slice by slice.</summary>
/// <param name="Items">Quoted names and expressions.</param>
/// <param name="Table">Quoted.</param>
/// <param name="Key">The split key, quoted; null where there is none.</param>
internal sealed record TableQuery(IReadOnlyList<string> Items, string Table, string? Where, string? Key)
{
    /// <summary>Null where the rows of a slice come in no certain order.</summary>
    public KeyOrder? Order { get; init; }

    /// <summary>The key's place among the columns that the server sends: one of the user's, or a hidden one behind them.</summary>
    public int KeyIndex
    {
        get
        {
            for (var i = 0; i < Items.Count; i++)
            {
                if (Items[i].Equals(Key, StringComparison.OrdinalIgnoreCase))
                {
                    return i;
                }
            }

            return Items.Count;
        }
    }

    public string Sql(Slice slice, KeyRange range)
    {
        var conditions = Key is null ? [Where] : (string?[])[Where, slice.Condition(Key), KeyPosition.Condition(range.After, Key), KeyPosition.Bound(range.UpTo, Key)];
        if (Order is null || slice.IsNull)
        {
            return SelectText.Of(Items, Table, conditions);
        }

        IEnumerable<string> hidden = (KeyIndex == Items.Count, Order.Weight) switch
        {
            (true, { } weight) => [Key!, weight],
            (false, { } weight) => [weight],
            (true, null) => [Key!],
            _ => [],
        };
        return SelectText.Of(Items.Concat(hidden), Table, conditions) + $" ORDER BY {Key}";
    }
}

/// <summary>That the rows of a slice come in the order of the split key.</summary>
/// <param name="Column">The key.</param>
/// <param name="IsUnique">No two rows have the same key, as its collation compares, and none is NULL.</param>
/// <param name="Cuts">Whether batches end only between two keys, as exactly-once wants it; else a position may lie before the last rows of its batch.</param>
/// <param name="Weight">An expression that differs only where two keys do, for text that is not unique, where batches are cut.</param>
internal sealed record KeyOrder(MySqlColumn Column, bool IsUnique, bool Cuts, string? Weight);

/// <summary>What one query reads of a slice.</summary>
/// <param name="After">What is behind it; null: from the beginning.</param>
/// <param name="UpTo">The position at which batches must end, and not only somewhere behind it (<see cref="SplitStart.Cuts"/>); null: no certain one.
/// Where it <see cref="Position.IsEnd"/> the range goes on to the end of the slice. Rows that were added there since it was stored then count
/// as covered where others of the range do, as rows that are added to a finished instance (S-27).</param>
internal readonly record struct KeyRange(Position? After, Position? UpTo = null)
{
    /// <summary>The ranges between cuts, and the rest.</summary>
    public static IEnumerable<KeyRange> Between(Position? after, IReadOnlyList<Position> cuts)
    {
        foreach (var cut in cuts)
        {
            yield return new KeyRange(after, cut);
            after = cut;
        }

        if (after is not { IsEnd: true })
        {
            yield return new KeyRange(after);
        }
    }
}
