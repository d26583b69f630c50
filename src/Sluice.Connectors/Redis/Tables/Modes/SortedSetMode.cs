using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Redis.Tables.Modes;

/// <summary><c>SORTEDSET</c>: a score and a member. The member is the element.</summary>
internal sealed class SortedSetMode() : ElementMode("ZADD", "ZREM", [1, 2])
{
    public override string Name => "SORTEDSET";

    public override int ElementSlot => 2;

    public override string ElementRole => "member";

    public override int ScoreSlot => 1;

    public override string RedisType => "zset";

    public override int[] RequiredSlots { get; } = [0, 1, 2];

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("score", "DOUBLE"), ("value", "STRING")];

    public override string? Misfit(IReadOnlyList<TableColumn> columns) => base.Misfit(columns)
        ?? (columns[1].Type.IsNumeric ? null : $"its score '{columns[1].Name}' is {columns[1].Type}; a score is of a numeric type");
}
