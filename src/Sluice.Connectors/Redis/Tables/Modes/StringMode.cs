using System.Runtime.CompilerServices;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Tables.Modes;

/// <summary><c>STRING</c>: the value of a key. A null value deletes it. Without an expiry runs of keys go in one MSET, except in a cluster.</summary>
internal sealed class StringMode : TableMode
{
    /// <summary>Measured for job scripts: longer runs gain nothing, and keep the server from other clients.</summary>
    private const int KeysPerCommand = 64;

    private static readonly RespConstant s_set = new("SET");
    private static readonly RespConstant s_mset = new("MSET");
    private static readonly RespConstant s_px = new("PX");

    public override string Name => "STRING";

    public override int[] RequiredSlots { get; } = [0];

    public override int NullableSlot => 1;

    public override RowOp OpOfNull => RowOp.Delete;

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("value", "STRING")];

    public override string DescribeWrite(IReadOnlyList<string> columns) => $"SET {columns[0]} {columns[1]}";

    public override string DescribeNull(IReadOnlyList<string> columns) => DescribeRemove(columns);

    /// <summary>The last row of each key is all that matters, and the order of different keys is not seen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Encode(SinkBlock block, int start, int end)
    {
        var firstGroup = block.Plan.ByKey(block, start, end);
        var first = block.Ordered;
        var deletes = 0;
        for (var group = firstGroup; group < block.GroupCount; group++)
        {
            var row = block.Group(group).Tail;
            if (block.Ops[row] == RowOp.Delete)
            {
                deletes++;
                continue;
            }

            block.Cover(row);
            if (block.Ordered - first == (block.Expiration == 0 && block.MergesKeys ? KeysPerCommand : 1))
            {
                Set(block, first);
                first = block.Ordered;
            }
        }

        Set(block, first);
        if (deletes > 0)
        {
            DeleteAll(block, firstGroup);
        }
    }

    public override void EncodeOne(SinkBlock block, int row)
    {
        var first = block.Ordered;
        block.Cover(row);
        if (block.Ops[row] == RowOp.Delete)
        {
            Delete(block, first);
        }
        else
        {
            Set(block, first);
        }
    }

    private static void DeleteAll(SinkBlock block, int firstGroup)
    {
        var first = block.Ordered;
        for (var group = firstGroup; group < block.GroupCount; group++)
        {
            var row = block.Group(group).Tail;
            if (block.Ops[row] == RowOp.Delete)
            {
                block.Cover(row);
                if (block.Ordered - first == (block.MergesKeys ? KeysPerCommand : 1))
                {
                    Delete(block, first);
                    first = block.Ordered;
                }
            }
        }

        Delete(block, first);
    }

    /// <summary>Writes the rows from <paramref name="first"/> of the order on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Set(SinkBlock block, int first)
    {
        var rows = block.Order.AsSpan(first, block.Ordered - first);
        if (rows.IsEmpty)
        {
            return;
        }

        var (to, keys, values) = (block.Writer, block.Texts[0], block.Texts[1]);
        to.Begin(1 + (2 * rows.Length) + (block.Expiration == 0 ? 0 : 2));
        to.Raw(rows.Length == 1 ? s_set : s_mset);
        foreach (var row in rows)
        {
            to.Bulk(keys, row);
            to.Bulk(values, row);
        }

        if (block.Expiration != 0)
        {
            to.Raw(s_px);
            to.Bulk(block.Expiration);
        }

        block.EndCommand(ScopeOf(rows.Length), first, -1);
    }

    private static void Delete(SinkBlock block, int first)
    {
        var rows = block.Order.AsSpan(first, block.Ordered - first);
        if (rows.IsEmpty)
        {
            return;
        }

        block.Writer.Begin(1 + rows.Length);
        block.Writer.Raw(TableCommands.Del);
        foreach (var row in rows)
        {
            block.Writer.Bulk(block.Texts[0], row);
        }

        block.EndCommand(ScopeOf(rows.Length), first, -1);
    }

    private static CommandScope ScopeOf(int rows) => rows == 1 ? CommandScope.Row : CommandScope.Run;
}
