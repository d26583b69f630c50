namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary><c>LIST</c>: a key and its elements, in the order of the list.</summary>
internal sealed class ListLookup : CollectionLookup
{
    public override string Name => "LIST";

    public override string RedisType => "list";

    public override (string Name, string[] After) Elements => ("LRANGE", ["0", "-1"]);

    public override string Count => "LLEN";
}
