using Sluice.Engine.Connectors;
using Sluice.ServerTests.RedisTables;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Delivery;

/// <summary>A -U that waits for its follower, in a sink table that is written exactly once (S-23, S-27).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class HeldUpdateTests
{
    private readonly RedisCluster _cluster;
    private readonly RedisServer _single;
    private readonly Split _split = new("part 0");
    private readonly TestClock _clock = new();

    public HeldUpdateTests(RedisCluster cluster, RedisServer single)
    {
        (_cluster, _single) = (cluster, single);
        _cluster.Flush();
        _single.Command("FLUSHALL");
    }

    private string At(bool inCluster) => inCluster ? $"'clusterMode'='true', 'hostAndPorts'='{_cluster.Seeds}'" : $"'port'='{_single.Port}'";

    private string? Content(bool inCluster) => (inCluster ? _cluster.Dump() : RedisDump.Of(_single)).GetValueOrDefault("k");

    /// <summary>A process of the instance: the rows that it writes are those behind the position that it finds.</summary>
    private async Task<(SinkTable Table, IPositionStore Store, long From)> StartAsync(string mode, string columns, string primaryKey, bool inCluster)
    {
        var table = new SinkTable(columns, primaryKey, $"{mode}, {At(inCluster)}, 'sink.delivery-guarantee'='exactly-once', 'sink.buffer-flush.max-rows'='0'", _clock);
        if (inCluster)
        {
            // Who serves the positions is known from then on.
            await table.Sink.PrepareAsync(default);
        }

        var store = table.Sink.Positions(new JobInstance("held", [], Fingerprint.Of([])))!;
        var stored = await store.LoadAsync(default);
        store.Begin([_split], stored);
        var position = await store.ClaimAsync(_split, default);
        return (table, store, position.After?.Ordinal ?? 0);
    }

    private async Task WriteAsync(SinkTable table, string[] rows, long end)
    {
        var batch = table.Batch(rows);
        (batch.Split, batch.End) = (_split, new Position(end));
        await table.WriteAsync(batch);
    }

    [Theory]
    [InlineData(false, "'mode'='STRING'", "k STRING, v STRING", "k", "+I k 1", "-U k 1", "+U k 2", "string: 1", "string: 2")]
    [InlineData(true, "'mode'='STRING'", "k STRING, v STRING", "k", "+I k 1", "-U k 1", "+U k 2", "string: 1", "string: 2")]
    [InlineData(false, "'mode'='LIST'", "k STRING, v STRING", "k", "+I k 1", "-U k 1", "+U k 2", "list: 1", "list: 2")]
    [InlineData(true, "'mode'='LIST'", "k STRING, v STRING", "k", "+I k 1", "-U k 1", "+U k 2", "list: 1", "list: 2")]
    [InlineData(false, "'mode'='LIST'", "k STRING, v STRING", "k, v", "+I k 1", "-U k 1", "+U k 1", "list: 1", "list: 1")]
    [InlineData(true, "'mode'='LIST'", "k STRING, v STRING", "k, v", "+I k 1", "-U k 1", "+U k 1", "list: 1", "list: 1")]
    [InlineData(false, "'mode'='SET'", "k STRING, v STRING", "k, v", "+I k 1", "-U k 1", "+U k 2", "set: 1", "set: 2")]
    [InlineData(true, "'mode'='SET'", "k STRING, v STRING", "k, v", "+I k 1", "-U k 1", "+U k 2", "set: 1", "set: 2")]
    [InlineData(false, "'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "k, f", "+I k f 1", "-U k f 1", "+U k f 2", "hash: f=1", "hash: f=2")]
    [InlineData(true, "'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "k, f", "+I k f 1", "-U k f 1", "+U k f 2", "hash: f=1", "hash: f=2")]
    [InlineData(false, "'mode'='SORTEDSET'", "k STRING, s INT, v STRING", "k, v", "+I k 1 m", "-U k 1 m", "+U k 2 m", "zset: m | 1", "zset: m | 2")]
    [InlineData(true, "'mode'='SORTEDSET'", "k STRING, s INT, v STRING", "k, v", "+I k 1 m", "-U k 1 m", "+U k 2 m", "zset: m | 1", "zset: m | 2")]
    public async Task Whoever_goes_on_reads_it_again_and_nothing_stands_twice(bool inCluster, string mode, string columns, string primaryKey, string first, string before, string after, string old, string now)
    {
        string[][] batches = [[first], [before], [after]];

        // Ends while the -U waits: it is not written, and the position is the one before it.
        var (table, store, from) = await StartAsync(mode, columns, primaryKey, inCluster);
        Assert.Equal(0, from);
        await WriteAsync(table, batches[0], 1);
        await table.FlushAsync();
        await WriteAsync(table, batches[1], 2);
        await table.DisposeAsync();
        await store.DisposeAsync();
        Assert.Equal(old, Content(inCluster));

        // The next one reads the -U again, waits in vain, and so deletes.
        (table, store, from) = await StartAsync(mode, columns, primaryKey, inCluster);
        Assert.Equal(1, from);
        await WriteAsync(table, batches[1], 2);
        Assert.Equal(old, Content(inCluster));
        _clock.Advance(5000);
        await table.TickAsync();
        await table.FlushAsync();
        await table.DisposeAsync();
        await store.DisposeAsync();
        Assert.Null(Content(inCluster));

        (table, store, from) = await StartAsync(mode, columns, primaryKey, inCluster);
        Assert.Equal(2, from);
        await WriteAsync(table, batches[2], 3);
        await table.FlushAsync();
        await table.DisposeAsync();
        await store.DisposeAsync();
        Assert.Equal(now, Content(inCluster));

        (table, store, from) = await StartAsync(mode, columns, primaryKey, inCluster);
        Assert.Equal(3, from);
        await table.DisposeAsync();
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Its_follower_of_the_next_batch_goes_in_one_unit_with_it()
    {
        var (table, store, _) = await StartAsync("'mode'='STRING'", "k STRING, v STRING", "k", inCluster: false);
        await WriteAsync(table, ["+I k 1", "-U k 1"], 1);
        Assert.Equal(0L, _single.Command("DBSIZE"));
        await WriteAsync(table, ["+U k 2"], 2);
        await table.FlushAsync();
        Assert.Equal("2", _single.Command("GET", "k"));
        Assert.Equal("2", _single.Command("HGET", "sluice:position:held:part 0", "position"));
        Assert.Equal((3L, 2L, 1L, 0L, 0L), table.Rows);
        await table.DisposeAsync();
        await store.DisposeAsync();
    }
}
