namespace Sluice.Connectors.Redis.Tables.Modes;

/// <summary><c>HASHMAP</c>: a field and its value. A null value removes the field.</summary>
internal sealed class HashMapMode() : ElementMode("HSET", "HDEL", [1, 2])
{
    public override string Name => "HASHMAP";

    public override int ElementSlot => 1;

    public override string ElementRole => "field";

    public override string RedisType => "hash";

    public override int[] RequiredSlots { get; } = [0, 1];

    public override int NullableSlot => 2;

    public override string DescribeNull(IReadOnlyList<string> columns) => DescribeRemove(columns);

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("field", "STRING"), ("value", "STRING")];
}
