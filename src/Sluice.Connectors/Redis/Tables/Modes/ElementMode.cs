using System.Runtime.CompilerServices;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Tables.Modes;

/// <summary>A structure whose elements are overwritten by name: members of sets, fields of hashes. All rows of a key go in one
/// command, of each element only the last one.</summary>
/// <param name="argumentSlots">What the writing command takes, for each element.</param>
internal abstract class ElementMode(string write, string remove, int[] argumentSlots) : TableMode
{
    private readonly RespConstant _write = new(write);
    private readonly RespConstant _remove = new(remove);

    public override string DescribeWrite(IReadOnlyList<string> columns) =>
        $"{write} {columns[0]} {string.Join(' ', argumentSlots.Select(slot => columns[slot]))}";

    public override string DescribeRemove(IReadOnlyList<string> columns) => $"{remove} {columns[0]} {columns[ElementSlot]}";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Encode(SinkBlock block, int start, int end)
    {
        var firstGroup = block.Plan.ByKey(block, start, end);
        block.Plan.LastPerElement(block, firstGroup, ElementSlot, end - start);
        for (var index = firstGroup; index < block.GroupCount; index++)
        {
            var group = block.Group(index);
            if (group.LastDelete >= 0)
            {
                TableCommands.DeleteKey(block, group.LastDelete, index);
            }

            Write(block, Cover(block, group.Head, RowOp.Write), index);
            Remove(block, Cover(block, group.Head, RowOp.Remove), index);
        }
    }

    public override void EncodeOne(SinkBlock block, int row)
    {
        var first = block.Ordered;
        switch (block.Ops[row])
        {
            case RowOp.Delete:
                TableCommands.DeleteKey(block, row, -1);
                break;
            case RowOp.Remove:
                block.Cover(row);
                Remove(block, first, -1);
                break;
            default:
                block.Cover(row);
                Write(block, first, -1);
                break;
        }
    }

    /// <summary>Covers the final rows of a chain that do this.</summary>
    private static int Cover(SinkBlock block, int head, RowOp op)
    {
        var first = block.Ordered;
        for (var row = head; row >= 0; row = block.Next[row])
        {
            if (block.IsFinal[row] && block.Ops[row] == op)
            {
                block.Cover(row);
            }
        }

        return first;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(SinkBlock block, int first, int group)
    {
        var rows = block.Order.AsSpan(first, block.Ordered - first);
        if (rows.IsEmpty)
        {
            return;
        }

        TableCommands.BeginWrite(block, _write, rows[0], rows.Length * argumentSlots.Length);
        foreach (var row in rows)
        {
            foreach (var slot in argumentSlots)
            {
                block.Writer.Bulk(block.Texts[slot], row);
            }
        }

        block.EndCommand(group < 0 ? CommandScope.Row : CommandScope.Key, first, group);
    }

    private void Remove(SinkBlock block, int first, int group)
    {
        var rows = block.Order.AsSpan(first, block.Ordered - first);
        if (rows.IsEmpty)
        {
            return;
        }

        TableCommands.Begin(block, _remove, rows[0], rows.Length);
        foreach (var row in rows)
        {
            block.Writer.Bulk(block.Texts[ElementSlot], row);
        }

        block.EndCommand(group < 0 ? CommandScope.Row : CommandScope.Key, first, group);
    }
}
