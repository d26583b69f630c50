namespace Sluice.ServerTests.Servers;

/// <summary>Tests that share one MariaDB, each in a database of its own: <c>[Collection(MariaDbCollection.Name)]</c>.</summary>
[CollectionDefinition(Name)]
public sealed class MariaDbCollection : ICollectionFixture<MariaDbServer>
{
    public const string Name = "MariaDB";
}

/// <summary>Tests that share one Redis; they use keys of their own: <c>[Collection(RedisCollection.Name)]</c>.</summary>
[CollectionDefinition(Name)]
public sealed class RedisCollection : ICollectionFixture<RedisServer>
{
    public const string Name = "Redis";
}

/// <summary>Tests that share both.</summary>
[CollectionDefinition(Name)]
public sealed class RedisAndMariaDbCollection : ICollectionFixture<RedisServer>, ICollectionFixture<MariaDbServer>
{
    public const string Name = "Redis and MariaDB";
}

/// <summary>Tests that share one Redis Cluster, and a single server to compare it with.</summary>
[CollectionDefinition(Name)]
public sealed class RedisClusterCollection : ICollectionFixture<RedisCluster>, ICollectionFixture<RedisServer>
{
    public const string Name = "Redis Cluster";
}
