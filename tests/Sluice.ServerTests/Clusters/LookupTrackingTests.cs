using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Lookup;
using Sluice.ServerTests.Lookups;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>Each node tells which of its keys have changed, and what it no longer serves is forgotten (S-32).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class LookupTrackingTests
{
    private const string Tracking = "'mode'='STRING', 'cache'='LRU', 'cacheTracking'='true'";

    private readonly RedisCluster _cluster;
    private readonly ClusterKeys _keys;

    public LookupTrackingTests(RedisCluster cluster)
    {
        _cluster = cluster;
        _cluster.Flush();
        _keys = new ClusterKeys(cluster);
    }

    [Fact]
    public async Task Every_node_tells_of_its_keys()
    {
        var heard = new Heard();
        await using var table = await ClusterKeys.TableAsync(_cluster, "k STRING, v STRING", "k", Tracking, told: heard);
        var names = Enumerable.Range(0, 30).Select(i => $"k{i}").ToArray();
        Assert.Equal(names.Select(_ => "-"), await table.FindAsync(names));
        foreach (var (index, name) in names.Index())
        {
            _keys.Command("SET", name, "x");
            Assert.Equal(name, await heard.NextAsync(index));
        }

        Assert.Equal(names.Select(_ => "x"), await table.FindAsync(names));
    }

    [Fact]
    public async Task A_connection_that_one_node_ends_empties_the_cache()
    {
        var heard = new Heard();
        await using var table = await ClusterKeys.TableAsync(_cluster, "k STRING, v STRING", "k", Tracking, told: heard);
        await table.FindAsync(Enumerable.Range(0, 30).Select(i => $"k{i}"));
        Assert.Empty(heard.All);
        _cluster.CurrentPrimaries[1].Command("CLIENT", "KILL", "TYPE", "normal");
        Assert.Equal("(all)", await heard.NextAsync(0));
    }

    [Fact]
    public async Task A_slot_that_moves_is_forgotten_though_nothing_is_read()
    {
        var heard = new Heard();
        await using var table = await ClusterKeys.TableAsync(_cluster, "k STRING, v STRING", "k", Tracking, told: heard);
        Assert.Equal(["-"], await table.FindAsync("{gone}1"));
        var slot = _cluster.Slot("{gone}");
        var from = _cluster.OwnerOf(slot);
        await _cluster.MoveAsync(slot, from, _cluster.CurrentPrimaries.First(n => n != from));
        Assert.Equal("(all)", await heard.NextAsync(0));

        // Where it is now, it is watched again.
        Assert.Equal(["-"], await table.FindAsync("{gone}1"));
        var told = heard.Count;
        _cluster.Command("SET", "{gone}1", "x");
        while (await heard.NextAsync(told) != "{gone}1")
        {
            told++;
        }

        Assert.Equal(["x"], await table.FindAsync("{gone}1"));
    }

    [Fact]
    public async Task Nothing_stays_stale_though_slots_move_while_keys_are_written()
    {
        const int Keys = 40;
        var cache = new Cached();
        await using var table = new DimensionTable("k STRING, v STRING", "k", $"'clusterMode'='true', 'hostAndPorts'='{_cluster.Seeds}', {Tracking}") { Invalidations = cache };
        await table.PrepareAsync();
        using var ended = new CancellationTokenSource();
        var reader = Task.Run(() => ReadOnAsync(table, cache, Keys, ended.Token));
        var moving = Task.Run(async () =>
        {
            for (var move = 0; move < 12; move++)
            {
                var slot = _cluster.Slot(Name(move));
                var from = _cluster.OwnerOf(slot);
                await _cluster.MoveAsync(slot, from, _cluster.CurrentPrimaries.First(n => n != from));
            }
        });

        // Half of the keys come only when their slots have moved.
        var last = new string[Keys];
        for (var value = 0; !moving.IsCompleted || value < 200; value++)
        {
            var key = value % (Keys / 2);
            Write(Name(key), last[key] = $"{value}");
        }

        await moving;
        for (var key = Keys / 2; key < Keys; key++)
        {
            Write(Name(key), last[key] = "late");
        }

        for (var waited = 0; !Enumerable.Range(0, Keys).All(key => cache.Row(Name(key)) == last[key]); waited++)
        {
            await (reader.IsCompleted ? reader : Task.CompletedTask);
            Assert.True(waited < 6000, "a row stays stale: " + string.Join(' ', Enumerable.Range(0, Keys).Select(k => $"{cache.Row(Name(k))}/{last[k]}")));
            await Task.Delay(10);
        }

        await ended.CancelAsync();
        await reader;
    }

    /// <summary>The slots of the first keys move; others share them.</summary>
    private static string Name(int key) => $"{{{key % 10}}}{key}";

    /// <summary>A node that has just given a slot away redirects.</summary>
    private void Write(string key, string value)
    {
        for (var attempts = 0; ; attempts++)
        {
            try
            {
                _cluster.Command("SET", key, value);
                return;
            }
            catch (Exception e) when (e is RedisReplyException or InvalidOperationException)
            {
                Assert.True(attempts < 1000, e.Message);
                Thread.Sleep(5);
            }
        }
    }

    private static async Task ReadOnAsync(DimensionTable table, Cached cache, int keys, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            var missing = Enumerable.Range(0, keys).Select(Name).Where(n => cache.Row(n) is null).ToList();
            if (missing.Count == 0)
            {
                await Task.Delay(1, CancellationToken.None);
                continue;
            }

            var began = cache.Lru.Began();
            var (batch, found) = (DimensionTable.Keys(missing), new FoundRows());
            try
            {
                await table.Reader.ReadAsync(batch, found, default);
            }
            catch (Sluice.Engine.Errors.EndpointException)
            {
                await Task.Delay(20, CancellationToken.None);
                continue;
            }

            for (var i = 0; i < missing.Count; i++)
            {
                cache.Lru.Put(batch[i], LruCache.Hash(batch[i]), found.Has(i), found.Has(i) ? found[i] : default, began);
            }
        }
    }

    /// <summary>The engine's cache.</summary>
    private sealed class Cached : IInvalidations
    {
        public LruCache Lru { get; } = new(new LookupSettings { Cache = CacheMode.Lru, Tracks = true }, TimeProvider.System);

        public void Drop(ReadOnlySpan<byte> key) => Lru.Drop(key);

        public void DropAll() => Lru.DropAll();

        /// <summary>What the cache has of a key: a value, nothing known (null), or <c>-</c> for no row.</summary>
        public string? Row(string name)
        {
            var key = Encoding.UTF8.GetBytes(name);
            return !Lru.TryGet(key, LruCache.Hash(key), Lru.Now(), out var row) ? null
                : row.HasRow ? Encoding.UTF8.GetString(row.Record[4..]) : "-";
        }
    }
}
