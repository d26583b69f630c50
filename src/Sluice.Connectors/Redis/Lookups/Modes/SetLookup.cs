namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary><c>SET</c>: a key and its elements, in any order.</summary>
internal sealed class SetLookup : CollectionLookup
{
    public override string Name => "SET";

    public override string RedisType => "set";

    public override (string Name, string[] After) Elements => ("SMEMBERS", []);

    public override string Count => "SCARD";
}
