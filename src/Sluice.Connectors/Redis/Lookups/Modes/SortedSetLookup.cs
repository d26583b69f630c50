using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary><c>SORTEDSET</c>: a key and its elements, by ascending score.</summary>
internal sealed class SortedSetLookup : CollectionLookup
{
    public override string Name => "SORTEDSET";

    public override string RedisType => "zset";

    public override (string Name, string[] After) Elements => ("ZRANGE", ["0", "-1"]);

    public override string Count => "ZCARD";

    public override string? Hint(TableDefinition table)
    {
        var others = table.Columns.Where(c => !table.PrimaryKey.Contains(c.Name)).ToList();
        return others.Count == 2 && table.PrimaryKey.Count == 1 && others.FirstOrDefault(c => !c.Type.IsNumeric) is { } member && others.Exists(c => c.Type.IsNumeric)
            ? $"For a row of each member with its score, name the member too: PRIMARY KEY ({table.PrimaryKey[0]}, {member.Name}) NOT ENFORCED"
            : null;
    }
}
