using System.Globalization;
using Sluice.Engine.Lookup;

namespace Sluice.Bench;

/// <summary>What is kept of dimension tables, on one thread and without a server: rows per second of processor time of a whole join and of the
/// caches alone, what is allocated per row, and the memory that an entry takes beyond its key and record.</summary>
internal static class LookupBench
{
    private const int Rounds = 9;
    private const int MemoryEntries = 1_000_000;

    /// <summary>Keys that are asked for, in an order of their own.</summary>
    private const int Asked = 1 << 18;

    private static readonly byte[] s_record = new byte[24];

    public static async Task RunAsync()
    {
        foreach (var (cache, entries) in new[] { (CacheMode.Lru, 10_000), (CacheMode.Lru, 100_000), (CacheMode.All, 100_000) })
        {
            var join = await JoinBench.PrepareAsync(entries, cache);
            await MeasureAsync($"join, {Name(cache)}, {entries:N0} entries", JoinBench.Rows, join);
        }

        foreach (var entries in new[] { 5_000, 10_000, 100_000 })
        {
            await CacheAsync(entries);
        }

        Memory();
        await LoadingAsync();
    }

    private static string Name(CacheMode cache) => cache.ToString().ToUpperInvariant();

    private static async Task CacheAsync(int entries)
    {
        var cache = new LruCache(new LookupSettings { MaxRows = entries, MaxBytes = 1L << 30 }, TimeProvider.System);
        Fill(cache, entries);

        // Keys one after the other in memory, in the order in which they are asked for: as a batch has them.
        var random = new Random(1);
        var asked = new KeyBatch();
        for (var i = 0; i < Asked; i++)
        {
            asked.Add(JoinBench.Key(random.Next(entries)));
        }

        await MeasureAsync($"LRU alone, {entries:N0} entries", Asked, () =>
        {
            var found = 0;
            for (var i = 0; i < Asked; i++)
            {
                found += cache.TryGet(asked[i], LruCache.Hash(asked[i]), 0, out var row) && row.HasRow ? 1 : 0;
            }

            return Task.FromResult(found);
        });
    }

    private static void Fill(LruCache cache, int entries)
    {
        for (var i = 0; i < entries; i++)
        {
            var key = JoinBench.Key(i);
            cache.Put(key, LruCache.Hash(key), true, s_record, 0);
        }
    }

    private static void Memory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var cache = new LruCache(new LookupSettings { MaxRows = MemoryEntries, MaxBytes = 1L << 40 }, TimeProvider.System);
        Fill(cache, MemoryEntries);
        SayMemory("LRU", GC.GetTotalMemory(forceFullCollection: true) - before, cache.Bytes);
        GC.KeepAlive(cache);
    }

    private static async Task LoadingAsync()
    {
        var batches = Enumerable.Range(0, MemoryEntries / 1000).Select(Batch).ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Snapshot? snapshot = null;
        await MeasureAsync($"ALL, loading {MemoryEntries:N0} rows", MemoryEntries, () =>
        {
            var builder = new Snapshot.Builder();
            foreach (var (keys, found) in batches)
            {
                builder.Add(keys, found);
            }

            snapshot = builder.Build();
            return Task.FromResult((int)snapshot.Count);
        });
        SayMemory("ALL", GC.GetTotalMemory(forceFullCollection: true) - before, snapshot!.Bytes);
        GC.KeepAlive(snapshot);
    }

    private static (KeyBatch, FoundRows) Batch(int number)
    {
        var (keys, found) = (new KeyBatch(), new FoundRows());
        found.Reset(1000);
        for (var i = 0; i < 1000; i++)
        {
            keys.Add(JoinBench.Key((number * 1000) + i));
            found.Begin(i);
            found.Heap.Append(s_record);
            found.End(i);
        }

        return (keys, found);
    }

    private static async Task MeasureAsync(string title, int rows, Func<Task<int>> work)
    {
        // The first rounds fill the caches, and compile what the others run.
        await work();
        await work();
        var seconds = new List<double>();
        var allocated = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var start = Environment.CpuUsage.TotalTime;
            var done = await work();
            seconds.Add((Environment.CpuUsage.TotalTime - start).TotalSeconds);
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
            if (done != rows)
            {
                throw new InvalidOperationException($"{done} rows of {rows} were found");
            }
        }

        Say($"{title,-32} {rows / seconds.Order().ElementAt(Rounds / 2) / 1e6,6:0.00} M rows/s  {(double)allocated / rows:0.000} bytes allocated per row  (median of {Rounds})");
    }

    private static void SayMemory(string title, long taken, long counted)
    {
        var content = (JoinBench.Key(0).Length + s_record.Length) * (double)MemoryEntries;
        Say($"{title}, {MemoryEntries:N0} entries: {(taken - content) / MemoryEntries:0.0} bytes of memory per entry beyond key and record, counted as {(counted - content) / MemoryEntries:0.0}");
    }

    private static void Say(FormattableString line) => Console.WriteLine("lookup-hit  " + line.ToString(CultureInfo.InvariantCulture));
}
