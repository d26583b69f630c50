using System.Buffers.Binary;
using System.Text;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>Tasks that look up and load while others change rows and tell of it.</summary>
public sealed class LruStressTests
{
    private const int Readers = 3;
    private const int Operations = 60_000;

    [Theory]
    [InlineData(100, 300)]
    [InlineData(8500, 10_000)]
    public async Task No_row_is_older_than_the_last_change_that_was_told(int most, int keys)
    {
        var cache = new LruCache(new LookupSettings { MaxRows = most, Tracks = true }, TimeProvider.System);
        var table = new Table(keys);
        using var end = new CancellationTokenSource();
        var writer = Task.Run(() => Change(table, cache, end.Token), TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(1, Readers).Select(seed => Task.Run(() => Read(table, cache, seed), TestContext.Current.CancellationToken)));
        await end.CancelAsync();
        await writer;
        Assert.InRange(cache.Count, 0, most);
        Assert.Equal(cache.Count, table.Keys.Count(k => cache.TryGet(k, LruCache.Hash(k), 0, out _)));
        cache.DropAll();
        Assert.Equal((0, 0), (cache.Count, cache.Bytes));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(9000)]
    public async Task Tasks_that_fill_a_cache_at_a_time_do_not_take_one_bound_for_the_other(int most)
    {
        var saysBytes = false;
        var cache = new LruCache(new LookupSettings { MaxRows = most, MaxBytes = 1L << 30 }, TimeProvider.System) { ByteBoundReached = () => saysBytes = true };
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(part => Task.Run(() => Fill(cache, part), TestContext.Current.CancellationToken)));
        Assert.False(saysBytes);
        Assert.InRange(cache.Count, 1, most);
    }

    /// <summary>Puts keys of its own, and peeks at those of all.</summary>
    private static void Fill(LruCache cache, int part)
    {
        for (var i = 0; i < Operations; i++)
        {
            var key = BitConverter.GetBytes((i * Readers) + part);
            cache.Put(key, LruCache.Hash(key), true, key, 0);
            Assert.InRange(cache.Peek(LruCache.Hash(BitConverter.GetBytes(i))), 0, byte.MaxValue);
        }
    }

    private static void Read(Table table, LruCache cache, int seed)
    {
        var random = new Random(seed);
        var record = new byte[12];
        for (var i = 0; i < Operations; i++)
        {
            var number = random.Next(table.Keys.Length);
            var key = table.Keys[number];
            var told = Volatile.Read(ref table.Told[number]);
            if (cache.TryGet(key, LruCache.Hash(key), 0, out var row))
            {
                Assert.Equal(number, BinaryPrimitives.ReadInt32LittleEndian(row.Record));
                Assert.True(BinaryPrimitives.ReadInt64LittleEndian(row.Record[4..]) >= told, "the row had changed before");
                continue;
            }

            var began = cache.Began();
            BinaryPrimitives.WriteInt32LittleEndian(record, number);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(4), Volatile.Read(ref table.Versions[number]));
            if (i % 64 == 0)
            {
                Thread.Yield();
            }

            cache.Put(key, LruCache.Hash(key), true, record, began);
        }
    }

    private static void Change(Table table, LruCache cache, CancellationToken end)
    {
        var random = new Random(0);
        for (var version = 1L; !end.IsCancellationRequested; version++)
        {
            var number = random.Next(table.Keys.Length);
            Volatile.Write(ref table.Versions[number], version);
            if (version % 1000 == 0)
            {
                cache.DropAll();
            }
            else
            {
                cache.Drop(table.Keys[number]);
            }

            Volatile.Write(ref table.Told[number], version);
        }
    }

    /// <summary>Rows are the number of their key and how often the table has changed.</summary>
    private sealed class Table(int keys)
    {
        public byte[][] Keys { get; } = [.. Enumerable.Range(0, keys).Select(i => Encoding.UTF8.GetBytes($"key {i}"))];

        public long[] Versions { get; } = new long[keys];

        public long[] Told { get; } = new long[keys];
    }
}
