namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary><c>SORTEDSET</c>: a key and its elements, by ascending score.</summary>
internal sealed class SortedSetLookup : CollectionLookup
{
    public override string Name => "SORTEDSET";

    public override string RedisType => "zset";

    public override (string Name, string[] After) Elements => ("ZRANGE", ["0", "-1"]);

    public override string Count => "ZCARD";
}
