using System.Globalization;
using System.Text;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Bench;

/// <summary>What is kept of dimension tables, on one thread and without a server: hits per second of processor time, alone and in a whole
/// join, what is allocated per row, and the memory that an entry takes beyond its key and record.</summary>
internal static class LookupBench
{
    private const int MemoryEntries = 1_000_000;
    private const int Hits = 4_000_000;
    private const int Rounds = 5;

    public static void Run()
    {
        foreach (var entries in new[] { 5_000, 10_000, 100_000, 1_000_000 })
        {
            Cache(entries);
        }

        Memory();
        Loading();
    }

    /// <summary>About 20 bytes.</summary>
    private static byte[] Key(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"user:profile:{number:0000000}"));

    private static void Cache(int entries)
    {
        var cache = new LruCache(new LookupSettings { MaxRows = entries, MaxBytes = 1L << 30 }, TimeProvider.System);
        var keys = Enumerable.Range(0, entries).Select(Key).ToArray();
        var record = new byte[24];
        foreach (var key in keys)
        {
            cache.Put(key, LruCache.Hash(key), true, record, 0);
        }

        // Keys one after the other in memory, in the order in which they are asked for: as a batch has them.
        var random = new Random(1);
        var asked = new KeyBatch();
        for (var i = 0; i < 1 << 18; i++)
        {
            asked.Add(keys[random.Next(entries)]);
        }

        Measure($"LRU, {entries:N0} entries", Hits, () =>
        {
            var found = 0;
            for (var i = 0; i < Hits; i++)
            {
                var key = asked[i & ((1 << 18) - 1)];
                found += cache.TryGet(key, LruCache.Hash(key), 0, out var row) ? row.Record.Length : 0;
            }

            return found;
        });
    }

    private static void Memory()
    {
        var record = new byte[24];
        var content = (Key(0).Length + record.Length) * (double)MemoryEntries;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var cache = new LruCache(new LookupSettings { MaxRows = MemoryEntries, MaxBytes = 1L << 40 }, TimeProvider.System);
        for (var i = 0; i < MemoryEntries; i++)
        {
            var key = Key(i);
            cache.Put(key, LruCache.Hash(key), true, record, 0);
        }

        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Say($"LRU     {(taken - content) / MemoryEntries,6:0.0} bytes of memory per entry beyond key and record, counted as {(cache.Bytes - content) / MemoryEntries:0.0} ({cache.Count:N0} entries)");
    }

    private static void Loading()
    {
        var record = new byte[24];
        var content = (Key(0).Length + record.Length) * (double)MemoryEntries;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var batches = new List<(KeyBatch, FoundRows)>();
        for (var i = 0; i < MemoryEntries;)
        {
            var (keys, found) = (new KeyBatch(), new FoundRows());
            found.Reset(1000);
            for (var end = i + 1000; i < end; i++)
            {
                var index = keys.Add(Key(i));
                found.Begin(index);
                found.Heap.Append(record);
                found.End(index);
            }

            batches.Add((keys, found));
        }

        var without = GC.GetTotalMemory(forceFullCollection: true);
        Snapshot? snapshot = null;
        Measure("ALL, loading", MemoryEntries, () =>
        {
            var builder = new Snapshot.Builder();
            foreach (var (keys, found) in batches)
            {
                builder.Add(keys, found);
            }

            snapshot = builder.Build();
            return (int)snapshot.Count;
        });
        var taken = GC.GetTotalMemory(forceFullCollection: true) - without;
        Say($"ALL     {(taken - content) / MemoryEntries,6:0.0} bytes of memory per entry beyond key and record, counted as {(snapshot!.Bytes - content) / MemoryEntries:0.0}");
        Measure("ALL, hits", MemoryEntries, () =>
        {
            var sum = 0;
            foreach (var (keys, _) in batches)
            {
                for (var i = 0; i < keys.Count; i++)
                {
                    sum += snapshot.TryGet(keys[i], LruCache.Hash(keys[i]), out var row) ? row.Record.Length : 0;
                }
            }

            return sum;
        });
        GC.KeepAlive(before);
    }

    private static void Measure(string title, int rows, Func<int> work)
    {
        work();
        var seconds = new List<double>();
        var allocated = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Environment.CpuUsage.TotalTime;
            work();
            seconds.Add((Environment.CpuUsage.TotalTime - start).TotalSeconds);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Say($"{title,-30} {rows / seconds.Order().ElementAt(Rounds / 2) / 1e6,7:0.00} M/s  {(double)allocated / rows:0.000} bytes allocated per row (median of {Rounds})");
    }

    private static void Say(FormattableString line) => Console.WriteLine("lookup  " + line.ToString(CultureInfo.InvariantCulture));
}
