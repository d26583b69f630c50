using System.Numerics;
using System.Runtime.CompilerServices;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>Brings the rows of one flush together by key, and finds what is left to do where rows overwrite each other (S-25).
/// Its tables are kept between flushes.</summary>
internal sealed class UnitPlan
{
    private int[] _slots = new int[64];
    private int[] _elements = new int[64];
    private int[] _tops = new int[64];
    private int[] _below = [];

    /// <summary>Groups the rows [start, end) that do something by key.</summary>
    /// <returns>The first of the new groups.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int ByKey(SinkBlock block, int start, int end)
    {
        var firstGroup = block.GroupCount;
        var size = SizeFor(end - start);
        if (_slots.Length < size)
        {
            _slots = new int[size];
        }

        Array.Clear(_slots, 0, size);
        var keys = block.Texts[0];
        var last = -1;
        for (var row = start; row < end; row++)
        {
            var op = block.Ops[row];
            if (op <= RowOp.Held)
            {
                continue;
            }

            // Rows of one key often come together.
            var group = last >= 0 && keys[last].SequenceEqual(keys[row]) ? block.GroupOf[last] : Find(block, keys, row, size - 1);
            block.GroupOf[row] = group;
            last = row;
            Append(block, ref block.Group(group), row, op);
        }

        return firstGroup;
    }

    /// <summary>Of the rows of each group after its last whole delete, those that are last for their element are final.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void LastPerElement(SinkBlock block, int firstGroup, int elementSlot, int rows)
    {
        var mask = -1;
        for (var g = firstGroup; g < block.GroupCount; g++)
        {
            ref var group = ref block.Group(g);
            if (group.Count == 1)
            {
                block.IsFinal[group.Head] = group.LastDelete < 0;
                continue;
            }

            mask = mask < 0 ? PrepareElements(rows) : mask;
            for (var row = group.Head; row >= 0; row = block.Next[row])
            {
                block.IsFinal[row] = false;
                if (row > group.LastDelete)
                {
                    var slot = FindElement(block, block.Texts[elementSlot], row, mask);
                    if (_elements[slot] != 0)
                    {
                        block.IsFinal[_elements[slot] - 1] = false;
                    }

                    // After the key was deleted there is no element to remove.
                    block.IsFinal[row] = block.Ops[row] == RowOp.Write || group.LastDelete < 0;
                    _elements[slot] = row + 1;
                }
            }
        }
    }

    /// <summary>Likewise where writing adds another element of the same text, at the head: removing one takes the latest of them
    /// away, and only where there is none in the flush must the server do it. That may then be done before anything is added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void LatestCancelled(SinkBlock block, int firstGroup, int elementSlot, int rows)
    {
        var mask = -1;
        for (var g = firstGroup; g < block.GroupCount; g++)
        {
            ref var group = ref block.Group(g);
            if (group.Removes)
            {
                mask = mask < 0 ? PrepareElements(rows) : mask;
                CancelLatest(block, group, block.Texts[elementSlot], mask);
                continue;
            }

            for (var row = group.Head; row >= 0; row = block.Next[row])
            {
                block.IsFinal[row] = row > group.LastDelete;
            }
        }
    }

    private void CancelLatest(SinkBlock block, KeyGroup group, TextColumn elements, int mask)
    {
        if (_below.Length < block.Ops.Length)
        {
            _below = new int[block.Ops.Length];
        }

        for (var row = group.Head; row >= 0; row = block.Next[row])
        {
            block.IsFinal[row] = false;
            if (row <= group.LastDelete)
            {
                continue;
            }

            var slot = FindElement(block, elements, row, mask);
            if (_elements[slot] == 0)
            {
                (_elements[slot], _tops[slot]) = (row + 1, -1);
            }

            var top = _tops[slot];
            if (block.Ops[row] == RowOp.Write)
            {
                (_below[row], _tops[slot], block.IsFinal[row]) = (top, row, true);
            }
            else if (top >= 0)
            {
                (block.IsFinal[top], _tops[slot]) = (false, _below[top]);
            }
            else
            {
                block.IsFinal[row] = group.LastDelete < 0;
            }
        }
    }

    private static void Append(SinkBlock block, ref KeyGroup group, int row, RowOp op)
    {
        if (group.Count++ > 0)
        {
            block.Next[group.Tail] = row;
            group.Tail = row;
        }

        block.Next[row] = -1;
        group.Removes |= op == RowOp.Remove;
        if (op == RowOp.Delete)
        {
            group.LastDelete = row;
        }
    }

    private int Find(SinkBlock block, TextColumn keys, int row, int mask)
    {
        var key = keys[row];
        var hash = TextHash.Of(key);
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var group = _slots[slot] - 1;
            if (group < 0)
            {
                group = block.NewGroup(row, hash);
                _slots[slot] = group + 1;
                return group;
            }

            ref var found = ref block.Group(group);
            if (found.Hash == hash && keys[found.Head].SequenceEqual(key))
            {
                return group;
            }
        }
    }

    /// <summary>The slot of the row's element within its group; its entry is 0 where the element is new.</summary>
    private int FindElement(SinkBlock block, TextColumn elements, int row, int mask)
    {
        var element = elements[row];
        var group = block.GroupOf[row];
        var hash = TextHash.Of(element) ^ ((uint)group * 0x9E3779B1);
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var other = _elements[slot] - 1;
            if (other < 0 || (block.GroupOf[other] == group && elements[other].SequenceEqual(element)))
            {
                return slot;
            }
        }
    }

    private int PrepareElements(int rows)
    {
        var size = SizeFor(rows);
        if (_elements.Length < size)
        {
            (_elements, _tops) = (new int[size], new int[size]);
        }

        Array.Clear(_elements, 0, size);
        return size - 1;
    }

    private static int SizeFor(int rows) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, rows * 2L));
}
