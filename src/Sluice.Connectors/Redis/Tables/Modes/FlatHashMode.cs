using Sluice.Engine.Connectors;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Tables.Modes;

/// <summary><c>HASHMAP</c> with <c>flattenHash</c>: each column beside the key is a field of that name. A null removes its field.</summary>
internal sealed class FlatHashMode : TableMode
{
    private static readonly RespConstant s_set = new("HSET");
    private static readonly RespConstant s_remove = new("HDEL");

    private readonly RespConstant[] _fields;

    public FlatHashMode(params IReadOnlyList<string> fields) => _fields = [.. fields.Select(f => new RespConstant(f))];

    public override string Name => "HASHMAP";

    public override string Title => "HASHMAP with flattenHash";

    public override string RedisType => "hash";

    public override int[] RequiredSlots { get; } = [0];

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("col1", "STRING"), ("col2", "STRING")];

    protected override string MoreOptions => ", 'flattenHash' = 'true'";

    /// <summary>Fields are named as the columns are.</summary>
    public override TableMode For(IReadOnlyList<TableColumn> columns) => new FlatHashMode([.. columns.Skip(1).Select(c => c.Name)]);

    public override string? Misfit(IReadOnlyList<TableColumn> columns) => columns.Count >= 2
        ? null
        : "it has no column beside the key; each of them becomes a field of that name";

    public override string DescribeWrite(IReadOnlyList<string> columns) =>
        $"HSET {columns[0]} {string.Join(' ', columns.Skip(1).Select(c => $"{c.Trim('{', '}')} {c}"))}";

    public override string DescribeNull(IReadOnlyList<string> columns) => $"HDEL {columns[0]} and the name of each null column";

    /// <summary>The last row of each key has all its fields.</summary>
    public override void Encode(SinkBlock block, int start, int end)
    {
        var firstGroup = block.Plan.ByKey(block, start, end);
        for (var index = firstGroup; index < block.GroupCount; index++)
        {
            var group = block.Group(index);
            if (group.LastDelete >= 0)
            {
                TableCommands.DeleteKey(block, group.LastDelete, index);
            }

            if (group.LastDelete != group.Tail)
            {
                Write(block, group.Tail, index, removes: group.LastDelete < 0);
            }
        }
    }

    public override void EncodeOne(SinkBlock block, int row)
    {
        if (block.Ops[row] == RowOp.Delete)
        {
            TableCommands.DeleteKey(block, row, -1);
        }
        else
        {
            Write(block, row, -1, removes: true);
        }
    }

    private void Write(SinkBlock block, int row, int group, bool removes)
    {
        var given = 0;
        for (var i = 0; i < _fields.Length; i++)
        {
            given += block.Texts[i + 1].Length[row] < 0 ? 0 : 1;
        }

        var scope = group < 0 ? CommandScope.Row : CommandScope.Key;
        if (given > 0)
        {
            TableCommands.BeginWrite(block, s_set, row, 2 * given);
            for (var i = 0; i < _fields.Length; i++)
            {
                if (block.Texts[i + 1].Length[row] >= 0)
                {
                    block.Writer.Raw(_fields[i]);
                    block.Writer.Bulk(block.Texts[i + 1], row);
                }
            }

            End(block, row, scope, group);
        }

        if (removes && given < _fields.Length)
        {
            TableCommands.Begin(block, s_remove, row, _fields.Length - given);
            for (var i = 0; i < _fields.Length; i++)
            {
                if (block.Texts[i + 1].Length[row] < 0)
                {
                    block.Writer.Raw(_fields[i]);
                }
            }

            End(block, row, scope, group);
        }
    }

    private static void End(SinkBlock block, int row, CommandScope scope, int group)
    {
        var first = block.Ordered;
        block.Cover(row);
        block.EndCommand(scope, first, group);
    }
}
