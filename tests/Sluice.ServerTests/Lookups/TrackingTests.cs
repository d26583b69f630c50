using System.Globalization;
using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Lookups;

/// <summary>The server tells which keys have changed (S-32).</summary>
public sealed class TrackingTests(RedisServer redis) : IClassFixture<RedisServer>
{
    private const string Tracking = "'cache'='LRU', 'cacheTracking'='true'";

    private DimensionTable Table(IInvalidations told, string options = "", string columns = "k STRING, v STRING", string primaryKey = "k", int? port = null) =>
        new(columns, primaryKey, $"'port'='{port ?? redis.Port}', {Tracking}{(options.Length > 0 ? ", " + options : "")}") { Invalidations = told };

    [Fact]
    public async Task A_key_that_was_read_is_told_of_when_it_changes_comes_goes_or_all_go()
    {
        redis.Command("MSET", "a:1", "x", "a:2", "y", "b:1", "z");
        var heard = new Heard();
        await using var table = Table(heard, "'key-prefix'='a:'");
        await table.PrepareAsync();
        Assert.Equal(["x", "y", "-"], await table.FindAsync("1", "2", "3"));
        redis.Command("SET", "b:1", "zz");
        redis.Command("SET", "a:2", "yy");
        Assert.Equal("2", await heard.NextAsync(0));
        redis.Command("SET", "a:3", "new");
        Assert.Equal("3", await heard.NextAsync(1));
        redis.Command("DEL", "a:1");
        Assert.Equal("1", await heard.NextAsync(2));
        redis.Command("FLUSHDB");
        Assert.Equal("(all)", await heard.NextAsync(3));
        Assert.Equal(["-", "-", "-"], await table.FindAsync("1", "2", "3"));
    }

    [Fact]
    public async Task The_end_of_a_reader_leaves_nothing_behind()
    {
        redis.Command("SET", "end:1", "x");
        var heard = new Heard();
        await using var table = Table(heard);
        await table.FindAsync("end:1");
        Assert.Empty(heard.All);
        await table.CloseAsync();
        Assert.Equal(["(all)"], heard.All);
    }

    [Theory]
    [InlineData("'mode'='HASHMAP'", "k STRING, v STRING", "tr:hash", "HSET tr:hash other 1", "tr:hash")]
    [InlineData("'mode'='LIST'", "k STRING, v TEXTS", "tr:list", "RPUSH tr:list x", "tr:list")]
    [InlineData("'hashName'='tr:one'", "k STRING, v STRING", "f", "HSET tr:one another 1", "(all)")]
    public async Task What_is_not_told_apart_is_dropped_together(string options, string columns, string key, string command, string told)
    {
        var heard = new Heard();
        await using var table = Table(heard, options, columns);
        await table.FindAsync(key);
        redis.Command(command.Split(' '));
        Assert.Equal(told, await heard.NextAsync(0));
    }

    [Fact]
    public async Task A_change_of_a_sorted_set_concerns_all_pairs()
    {
        var heard = new Heard();
        await using var table = Table(heard, "'mode'='SORTEDSET'", "k STRING, m STRING, s DOUBLE", "k, m");
        Assert.Equal(["-"], await table.FindAsync(DimensionTable.Pairs(("tr:z", "m"))));
        redis.Command("ZADD", "tr:z", "1", "m");
        Assert.Equal("(all)", await heard.NextAsync(0));
        Assert.Equal(["1.0"], await table.FindAsync(DimensionTable.Pairs(("tr:z", "m"))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_connection_empties_the_cache_and_is_replaced_though_nothing_is_read(bool isSilent)
    {
        redis.Command("SET", "cut:1", "x");
        await using var proxy = new TcpProxy(redis.Port) { OnlyFirst = true };
        var heard = new Heard();
        await using var table = Table(heard, "'socket.timeout'='1s'", port: proxy.Port);
        Assert.Equal(["x"], await table.FindAsync("cut:1"));
        Assert.Equal((1, 0), (proxy.Accepted, heard.Count));
        if (isSilent)
        {
            proxy.IsBlackHole = true;
        }
        else
        {
            proxy.FirstLeft = 0;
        }

        Assert.Equal("(all)", await heard.NextAsync(0));
        for (var waited = 0; proxy.Accepted < 2; waited++)
        {
            Assert.True(waited < 3000, "no new connection within 30 s");
            await Task.Delay(10);
        }

        // It watches again what is read from now on.
        Assert.Equal(["x"], await table.FindAsync("cut:1"));
        redis.Command("SET", "cut:1", "y");
        Assert.Equal("cut:1", await heard.NextAsync(1));
        Assert.Equal(["y"], await table.FindAsync("cut:1"));
    }

    [Fact]
    public async Task A_server_that_cannot_tell_or_may_not_is_refused()
    {
        await using var old = await RedisServer.StartNewAsync("--rename-command", "HELLO", "");
        await using var table = Table(new Heard(), port: old.Port);
        var config = await Assert.ThrowsAsync<ConfigException>(table.PrepareAsync);
        Assert.Contains("'cacheTracking' needs a server that tells which keys change, which is Redis 6 or later", config.Message, StringComparison.Ordinal);

        redis.Command("ACL", "SETUSER", "untracked", "reset", "on", ">pw", "~*", "+@all", "-client|tracking");
        await using var forbidden = Table(new Heard(), "'username'='untracked', 'password'='pw'");
        var refused = await Assert.ThrowsAsync<RefusedException>(forbidden.PrepareAsync);
        Assert.Contains("NOPERM", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_row_is_older_than_the_last_change_that_was_told_of()
    {
        const int Keys = 8;
        var cache = new Watched(Keys);
        for (var key = 0; key < Keys; key++)
        {
            redis.Command("SET", $"race:{key}", "1");
        }

        await using var table = Table(cache, "'key-prefix'='race:'");
        using var ended = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(seed => Task.Run(() => ReadOnAsync(table, cache, seed, ended.Token))).ToArray();
        var last = new long[Keys];
        await Task.Run(() =>
        {
            using var writer = redis.Connect();
            var random = new Random(7);
            for (var value = 2; value < 20_000; value++)
            {
                var key = random.Next(Keys);
                writer.Command([.. new[] { "SET", $"race:{key}", value.ToString(CultureInfo.InvariantCulture) }.Select(Encoding.UTF8.GetBytes)]);
                last[key] = value;
            }
        });

        // What is stale now would stay so for ever, as nothing changes any more.
        for (var waited = 0; !Enumerable.Range(0, Keys).All(key => cache.Cached(key) == last[key]); waited++)
        {
            await (Array.Find(readers, r => r.IsCompleted) ?? Task.CompletedTask);
            Assert.True(waited < 3000, "a row stays stale: " + string.Join(' ', Enumerable.Range(0, Keys).Select(k => $"{cache.Cached(k)}/{last[k]}")));
            await Task.Delay(10);
        }

        await ended.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(cache.Told > 100, $"{cache.Told} changes were told of");
        Assert.True(cache.Hits > 0);
    }

    private static async Task ReadOnAsync(DimensionTable table, Watched cache, int seed, CancellationToken ended)
    {
        var random = new Random(seed);
        while (!ended.IsCancellationRequested)
        {
            var key = random.Next(cache.Floors.Length);
            if (cache.Hit(key))
            {
                if (random.Next(64) == 0)
                {
                    await Task.Yield();
                }

                continue;
            }

            var began = cache.Lru.Began();
            var batch = DimensionTable.Keys($"{key}");
            var found = new FoundRows();
            Task read;
            lock (table)
            {
                read = table.Reader.ReadAsync(batch, found, default);
            }

            await read;
            cache.Completed(key, found[0], began);
        }
    }

    /// <summary>The cache, and what each key's row must be at least after what was told of it.</summary>
    private sealed class Watched(int keys) : IInvalidations
    {
        private readonly long[] _completed = new long[keys];
        private long _told;
        private long _hits;

        public LruCache Lru { get; } = new(new LookupSettings { Cache = CacheMode.Lru, Tracks = true }, TimeProvider.System);

        public long[] Floors { get; } = new long[keys];

        public long Told => Volatile.Read(ref _told);

        public long Hits => Volatile.Read(ref _hits);

        public void Drop(ReadOnlySpan<byte> key)
        {
            // Whatever was read of the key by now came before this message, so that the change is newer.
            var index = int.Parse(key, CultureInfo.InvariantCulture);
            var floor = Volatile.Read(ref _completed[index]) + 1;
            Lru.Drop(key);
            Volatile.Write(ref Floors[index], floor);
            Interlocked.Increment(ref _told);
        }

        public void DropAll() => Lru.DropAll();

        public void Completed(int key, ReadOnlySpan<byte> record, long began)
        {
            var bytes = KeyOf(key);
            Lru.Put(bytes, LruCache.Hash(bytes), true, record, began);
            var value = ValueOf(record);
            for (var before = Volatile.Read(ref _completed[key]); before < value;)
            {
                before = Interlocked.CompareExchange(ref _completed[key], value, before);
            }
        }

        public bool Hit(int key)
        {
            var floor = Volatile.Read(ref Floors[key]);
            if (Cached(key) is not { } value)
            {
                return false;
            }

            Interlocked.Increment(ref _hits);
            Assert.True(value >= floor, $"key {key} is {value}, and a change was told of after {floor - 1}");
            return true;
        }

        public long? Cached(int key)
        {
            var bytes = KeyOf(key);
            return Lru.TryGet(bytes, LruCache.Hash(bytes), Lru.Now(), out var row) ? ValueOf(row.Record) : null;
        }

        private static byte[] KeyOf(int key) => Encoding.UTF8.GetBytes(key.ToString(CultureInfo.InvariantCulture));

        /// <summary>The record is a text: its length in four bytes, and the digits.</summary>
        private static long ValueOf(ReadOnlySpan<byte> record) => long.Parse(record[4..], CultureInfo.InvariantCulture);
    }
}
