namespace Sluice.Connectors.Redis.Tables.Modes;

/// <summary><c>SET</c>: members of a set.</summary>
internal sealed class SetMode() : ElementMode("SADD", "SREM", [1])
{
    public override string Name => "SET";

    public override int ElementSlot => 1;

    public override string ElementRole => "member";

    public override int[] RequiredSlots { get; } = [0, 1];

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("value", "STRING")];
}
