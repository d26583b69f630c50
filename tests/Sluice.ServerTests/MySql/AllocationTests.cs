using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.MySql;

/// <summary>Nothing else may run beside a test that counts what the process allocates.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationCollection : ICollectionFixture<MariaDbServer>
{
    public const string Name = "Allocations";
}

[Collection(AllocationCollection.Name)]
public sealed class AllocationTests(MariaDbServer server)
{
    [Fact]
    public async Task Reading_allocates_less_than_a_byte_per_row()
    {
        const int Rows = 400_000;
        var db = await server.NewDatabaseAsync($"CREATE TABLE t ENGINE=MyISAM AS SELECT seq AS id, CONCAT('user', seq) AS name, IF(seq % 3, NULL, seq * 1.25) AS balance, b'101' AS bits FROM seq_1_to_{Rows}");
        var source = SourceRun.Create("mysql", $$"""{"host":"{{server.Host}}","port":{{server.Port}},"username":"root","database":"{{db}}","sslMode":"disabled","table":"t","column":["*"]}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        var pool = new RowBatchPool(plan.Schema, BatchSize.Of(BatchSize.MaxRows));

        // More batches than reading ahead ever takes, so that the pool makes none while we count.
        foreach (var batch in Enumerable.Range(0, 10).Select(_ => pool.Rent()).ToList())
        {
            batch.Dispose();
        }

        Assert.Equal(Rows, await ReadAllAsync());
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Equal(Rows, await ReadAllAsync());
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Rows);

        async Task<long> ReadAllAsync()
        {
            var rows = 0L;
            await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(pool));
            while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } batch)
            {
                rows += batch.Count;
                batch.Dispose();
            }

            return rows;
        }
    }
}
