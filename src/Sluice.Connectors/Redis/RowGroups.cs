using System.Numerics;
using System.Runtime.CompilerServices;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Redis;

/// <summary>Brings rows of one key together without changing their order, so that one command serves them all.
/// Its arrays are kept between batches.</summary>
internal sealed class RowGroups(int capacity)
{
    private readonly int[] _table = new int[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, capacity * 2))];
    private readonly int[] _groupOf = new int[capacity];
    private readonly int[] _count = new int[capacity];
    private readonly int[] _firstRow = new int[capacity];
    private readonly uint[] _hash = new uint[capacity];

    /// <summary>Cuts the live rows into runs of at most <paramref name="length"/>.</summary>
    public static void Runs(WriteBlock block, int length)
    {
        Collect(block);
        for (var first = 0; first < block.LiveRows; first += length)
        {
            block.Groups.Add((first, Math.Min(length, block.LiveRows - first)));
        }
    }

    /// <summary>Groups the live rows by key, in the order in which keys first appear.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ByKey(WriteBlock block)
    {
        Collect(block);
        var keys = block.Keys;
        var groups = 0;
        var rows = block.Order.AsSpan(0, block.LiveRows);
        Array.Clear(_table);
        for (var i = 0; i < rows.Length; i++)
        {
            var key = keys[rows[i]];
            // Sources are often sorted: the group of the row before is the likeliest.
            var group = i > 0 && keys[rows[i - 1]].SequenceEqual(key) ? _groupOf[i - 1] : Find(keys, key, rows[i], ref groups);
            _groupOf[i] = group;
            _count[group]++;
        }

        if (groups == rows.Length)
        {
            for (var i = 0; i < groups; i++)
            {
                block.Groups.Add((i, 1));
                _count[i] = 0;
            }

            return;
        }

        Arrange(block, rows, groups);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Arrange(WriteBlock block, Span<int> rows, int groups)
    {
        var start = 0;
        for (var group = 0; group < groups; group++)
        {
            block.Groups.Add((start, _count[group]));
            var next = start + _count[group];
            // From here on: where the next row of the group goes.
            _count[group] = start;
            start = next;
        }

        // The table is free now and at least twice as long: rows are arranged in it.
        var arranged = _table.AsSpan(0, rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            arranged[_count[_groupOf[i]]++] = rows[i];
        }

        arranged.CopyTo(rows);
        Array.Clear(_count, 0, groups);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(TextColumn keys, ReadOnlySpan<byte> key, int row, ref int groups)
    {
        var hash = TextHash.Of(key);
        var mask = _table.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var group = _table[slot] - 1;
            if (group < 0)
            {
                _table[slot] = groups + 1;
                (_firstRow[groups], _hash[groups]) = (row, hash);
                return groups++;
            }

            if (_hash[group] == hash && keys[_firstRow[group]].SequenceEqual(key))
            {
                return group;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Collect(WriteBlock block)
    {
        var count = block.Rows!.Count;
        var live = 0;
        for (var row = 0; row < count; row++)
        {
            if (block.States[row] == RowState.Live)
            {
                block.Order[live++] = row;
            }
        }

        block.LiveRows = live;
    }
}
