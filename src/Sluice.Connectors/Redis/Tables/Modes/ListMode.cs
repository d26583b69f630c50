using System.Runtime.CompilerServices;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Tables.Modes;

/// <summary><c>LIST</c>: each row that writes pushes its element at the head. Sending a push twice is not the same as once, so that
/// everything on one key goes in one command, which the server applies as a whole or not at all.</summary>
internal sealed class ListMode : TableMode
{
    private static readonly RespConstant s_push = new("LPUSH");
    private static readonly RespConstant s_remove = new("LREM");
    private static readonly RespConstant s_one = new("1");

    public override string Name => "LIST";

    public override int ElementSlot => 1;

    public override int[] RequiredSlots { get; } = [0, 1];

    public override bool Replaces => false;

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("value", "STRING")];

    public override string RoleOf(int slot) => slot == 1 ? "list element" : base.RoleOf(slot);

    public override string DescribeWrite(IReadOnlyList<string> columns) => $"LPUSH {columns[0]} {columns[1]}";

    public override string DescribeRemove(IReadOnlyList<string> columns) => $"LREM {columns[0]} 1 {columns[1]}";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Encode(SinkBlock block, int start, int end)
    {
        if (block.IsBySlot)
        {
            EncodeEach(block, start, end);
            return;
        }

        var firstGroup = block.Plan.ByKey(block, start, end);
        block.Plan.LatestCancelled(block, firstGroup, ElementSlot, end - start);
        for (var index = firstGroup; index < block.GroupCount; index++)
        {
            var group = block.Group(index);
            var (writes, removes) = Count(block, group.Head);
            if (writes == 0 && group.LastDelete >= 0)
            {
                TableCommands.DeleteKey(block, group.LastDelete, index);
            }
            else if (writes == 0)
            {
                RemoveEach(block, group.Head);
            }
            else if (removes == 0 && group.LastDelete < 0)
            {
                PushOnly(block, index, writes);
            }
            else
            {
                RemoveAndPush(block, index, writes, removes);
            }
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
                Remove(block, row);
                break;
            default:
                block.Cover(row);
                TableCommands.BeginWrite(block, s_push, row, 1);
                block.Writer.Bulk(block.Texts[1], row);
                block.EndCommand(CommandScope.Row, first, -1);
                TableCommands.Expire(block, row);
                break;
        }
    }

    /// <summary>All of a slot is applied in one step anyway, and so each row may be refused by itself.</summary>
    private void EncodeEach(SinkBlock block, int start, int end)
    {
        for (var row = start; row < end; row++)
        {
            block.GroupOf[row] = -1;
            if (block.Ops[row] > RowOp.Held)
            {
                EncodeOne(block, row);
            }
        }
    }

    private static (int Writes, int Removes) Count(SinkBlock block, int head)
    {
        var (writes, removes) = (0, 0);
        for (var row = head; row >= 0; row = block.Next[row])
        {
            writes += block.IsFinal[row] && block.Ops[row] == RowOp.Write ? 1 : 0;
            removes += block.IsFinal[row] && block.Ops[row] == RowOp.Remove ? 1 : 0;
        }

        return (writes, removes);
    }

    private static void PushOnly(SinkBlock block, int index, int writes)
    {
        var first = block.Ordered;
        var head = block.Group(index).Head;
        TableCommands.BeginWrite(block, s_push, head, writes);
        PushElements(block, head);
        block.EndCommand(CommandScope.Key, first, index);
    }

    /// <summary>What was there before goes first, then come the new elements.</summary>
    private static void RemoveAndPush(SinkBlock block, int index, int writes, int removes)
    {
        var first = block.Ordered;
        var (head, deletes) = (block.Group(index).Head, block.Group(index).LastDelete >= 0);
        TableCommands.BeginScript(block, head, (deletes ? 2 : 0) + (4 * removes) + 2 + writes);
        if (deletes)
        {
            TableCommands.BeginStep(block, TableCommands.Del, 0);
        }

        for (var row = head; row >= 0; row = block.Next[row])
        {
            if (block.IsFinal[row] && block.Ops[row] == RowOp.Remove)
            {
                TableCommands.BeginStep(block, s_remove, 2);
                block.Writer.Raw(s_one);
                block.Writer.Bulk(block.Texts[1], row);
                block.Cover(row);
            }
        }

        TableCommands.BeginStep(block, s_push, writes);
        PushElements(block, head);
        block.EndCommand(CommandScope.Key, first, index);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PushElements(SinkBlock block, int head)
    {
        for (var row = head; row >= 0; row = block.Next[row])
        {
            if (block.IsFinal[row] && block.Ops[row] == RowOp.Write)
            {
                block.Writer.Bulk(block.Texts[1], row);
                block.Cover(row);
            }
        }
    }

    private static void RemoveEach(SinkBlock block, int head)
    {
        for (var row = head; row >= 0; row = block.Next[row])
        {
            if (block.IsFinal[row] && block.Ops[row] == RowOp.Remove)
            {
                Remove(block, row);
            }
        }
    }

    private static void Remove(SinkBlock block, int row)
    {
        var first = block.Ordered;
        block.Cover(row);
        TableCommands.Begin(block, s_remove, row, 2);
        block.Writer.Raw(s_one);
        block.Writer.Bulk(block.Texts[1], row);
        block.EndCommand(CommandScope.Row, first, -1);
    }
}
