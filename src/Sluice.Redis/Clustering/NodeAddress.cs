using System.Globalization;
using Sluice.Redis.Connections;

namespace Sluice.Redis.Clustering;

/// <summary>Where a node of a cluster is reached.</summary>
public readonly record struct NodeAddress(string Host, int Port)
{
    public override string ToString() => $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The node, reached as its cluster is: the same user, the same times.</summary>
    public RedisOptions In(RedisOptions cluster) => cluster with { Host = Host, Port = Port };
}
