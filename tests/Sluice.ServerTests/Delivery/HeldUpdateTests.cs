using Sluice.Engine.Connectors;
using Sluice.ServerTests.RedisTables;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Delivery;

/// <summary>A -U that waits for its follower, in a sink table that is written exactly once (S-23, S-27).</summary>
public sealed class HeldUpdateTests(RedisServer redis) : IClassFixture<RedisServer>
{
    private readonly Split _split = new("part 0");
    private readonly TestClock _clock = new();

    /// <summary>A process of the instance: the rows that it writes are those behind the position that it finds.</summary>
    private async Task<(SinkTable Table, IPositionStore Store, long From)> StartAsync(string mode, string columns, string primaryKey)
    {
        var table = new SinkTable(columns, primaryKey, $"{mode}, 'port'='{redis.Port}', 'sink.delivery-guarantee'='exactly-once', 'sink.buffer-flush.max-rows'='0'", _clock);
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
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "k", "+I k 1", "-U k 1", "+U k 2", "string: 1", "string: 2")]
    [InlineData("'mode'='LIST'", "k STRING, v STRING", "k", "+I k 1", "-U k 1", "+U k 2", "list: 1", "list: 2")]
    [InlineData("'mode'='LIST'", "k STRING, v STRING", "k, v", "+I k 1", "-U k 1", "+U k 1", "list: 1", "list: 1")]
    [InlineData("'mode'='SET'", "k STRING, v STRING", "k, v", "+I k 1", "-U k 1", "+U k 2", "set: 1", "set: 2")]
    [InlineData("'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "k, f", "+I k f 1", "-U k f 1", "+U k f 2", "hash: f=1", "hash: f=2")]
    [InlineData("'mode'='SORTEDSET'", "k STRING, s INT, v STRING", "k, v", "+I k 1 m", "-U k 1 m", "+U k 2 m", "zset: m | 1", "zset: m | 2")]
    public async Task Whoever_goes_on_reads_it_again_and_nothing_stands_twice(string mode, string columns, string primaryKey, string first, string before, string after, string old, string now)
    {
        redis.Command("FLUSHALL");
        string[][] batches = [[first], [before], [after]];

        // Ends while the -U waits: it is not written, and the position is the one before it.
        var (table, store, from) = await StartAsync(mode, columns, primaryKey);
        Assert.Equal(0, from);
        await WriteAsync(table, batches[0], 1);
        await table.FlushAsync();
        await WriteAsync(table, batches[1], 2);
        await table.DisposeAsync();
        await store.DisposeAsync();
        Assert.Equal(old, RedisDump.Of(redis)["k"]);

        // The next one reads the -U again, waits in vain, and so deletes.
        (table, store, from) = await StartAsync(mode, columns, primaryKey);
        Assert.Equal(1, from);
        await WriteAsync(table, batches[1], 2);
        Assert.Equal(old, RedisDump.Of(redis)["k"]);
        _clock.Advance(5000);
        await table.TickAsync();
        await table.FlushAsync();
        await table.DisposeAsync();
        await store.DisposeAsync();
        Assert.False(RedisDump.Of(redis).ContainsKey("k"));

        (table, store, from) = await StartAsync(mode, columns, primaryKey);
        Assert.Equal(2, from);
        await WriteAsync(table, batches[2], 3);
        await table.FlushAsync();
        await table.DisposeAsync();
        await store.DisposeAsync();
        Assert.Equal(now, RedisDump.Of(redis)["k"]);
        Assert.Equal("3", redis.Command("HGET", "sluice:position:held:part 0", "position"));
    }

    [Fact]
    public async Task Its_follower_of_the_next_batch_goes_in_one_unit_with_it()
    {
        redis.Command("FLUSHALL");
        var (table, store, _) = await StartAsync("'mode'='STRING'", "k STRING, v STRING", "k");
        await WriteAsync(table, ["+I k 1", "-U k 1"], 1);
        Assert.Equal(0L, redis.Command("DBSIZE"));
        await WriteAsync(table, ["+U k 2"], 2);
        await table.FlushAsync();
        Assert.Equal("2", redis.Command("GET", "k"));
        Assert.Equal("2", redis.Command("HGET", "sluice:position:held:part 0", "position"));
        Assert.Equal((3L, 2L, 1L, 0L, 0L), table.Rows);
        await table.DisposeAsync();
        await store.DisposeAsync();
    }
}
