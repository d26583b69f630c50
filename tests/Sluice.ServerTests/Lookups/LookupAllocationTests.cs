using System.Globalization;
using Sluice.Engine.Lookup;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Lookups;

/// <summary>Nothing else may run beside a test that counts what the process allocates.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LookupAllocationCollection : ICollectionFixture<RedisServer>
{
    public const string Name = "Lookup allocations";
}

[Collection(LookupAllocationCollection.Name)]
public sealed class LookupAllocationTests(RedisServer redis)
{
    [Fact]
    public async Task Asking_again_allocates_nothing_per_key()
    {
        for (var i = 0; i < 2000; i++)
        {
            redis.Command("SET", $"va:{i}", $"v{i}");
        }

        await using var table = new DimensionTable("k STRING, v STRING", "k", $"'port'='{redis.Port}', 'key-prefix'='va:'");
        var keys = DimensionTable.Keys(Enumerable.Range(0, 2000).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        var found = new FoundRows();
        for (var i = 0; i < 20; i++)
        {
            await table.Reader.ReadAsync(keys, found, default);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < 50; i++)
        {
            await table.Reader.ReadAsync(keys, found, default);
        }

        // 100,000 keys.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 800_000);
    }
}
