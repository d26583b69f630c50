using System.Globalization;
using System.Text;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>The rows of a whole dimension table (S-30).</summary>
public sealed class SnapshotTests
{
    [Fact]
    public void A_table_without_rows_knows_no_key()
    {
        var snapshot = new Snapshot.Builder().Build();
        Assert.Equal(0, snapshot.Count);
        Assert.Null(Get(snapshot, "a"));
    }

    [Fact]
    public void Keys_without_a_row_are_left_out()
    {
        var builder = new Snapshot.Builder();
        Add(builder, ("a", "1"), ("b", null), ("", "empty"), ("c", ""));
        var snapshot = builder.Build();
        Assert.Equal((3, "1", null, "empty", ""), (snapshot.Count, Get(snapshot, "a"), Get(snapshot, "b"), Get(snapshot, ""), Get(snapshot, "c")));
    }

    [Fact]
    public void The_last_row_of_a_key_counts()
    {
        var builder = new Snapshot.Builder();
        Add(builder, ("a", "1"), ("b", "2"));
        Add(builder, ("b", "longer than before"), ("c", "3"));
        Add(builder, ("a", ""));
        var snapshot = builder.Build();
        Assert.Equal((3, "", "longer than before", "3"), (snapshot.Count, Get(snapshot, "a"), Get(snapshot, "b"), Get(snapshot, "c")));
    }

    [Theory]
    [InlineData(1, 100, 20)]
    [InlineData(2, 20_000, 300)]
    [InlineData(3, 300, 100_000)]
    public void It_is_what_a_dictionary_is(int seed, int keys, int longest)
    {
        var random = new Random(seed);
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);
        var builder = new Snapshot.Builder();
        for (var batch = 0; batch < 10; batch++)
        {
            var rows = Enumerable.Range(0, keys / 8)
                .Select(_ => (Key: Key(random.Next(keys)), Record: new string((char)random.Next('a', 'z'), random.Next(longest))))
                .DistinctBy(r => r.Key)
                .ToArray();
            Add(builder, [.. rows.Select(r => (r.Key, (string?)r.Record))]);
            foreach (var (key, record) in rows)
            {
                expected[key] = record;
            }
        }

        var snapshot = builder.Build();
        Assert.Equal(expected.Count, snapshot.Count);
        Assert.All(Enumerable.Range(0, keys), i => Assert.Equal(expected.GetValueOrDefault(Key(i)), Get(snapshot, Key(i))));
    }

    [Fact]
    public void A_record_larger_than_a_slab_is_kept_whole()
    {
        var large = new string('x', 3_000_000);
        var builder = new Snapshot.Builder();
        Add(builder, ("a", "1"), ("large", large), ("b", "2"), ("larger", large + "!"), ("c", "3"));
        var snapshot = builder.Build();
        Assert.Equal(("1", large, "2", large + "!", "3"), (Get(snapshot, "a"), Get(snapshot, "large"), Get(snapshot, "b"), Get(snapshot, "larger"), Get(snapshot, "c")));
    }

    [Fact]
    public void A_lookup_allocates_nothing()
    {
        var builder = new Snapshot.Builder();
        Add(builder, [.. Enumerable.Range(0, 1000).Select(i => (Key(i), (string?)"record"))]);
        var snapshot = builder.Build();
        var keys = Enumerable.Range(0, 2000).Select(i => Encoding.UTF8.GetBytes(Key(i))).ToArray();
        long Once()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var bytes = 0;
            foreach (var key in keys)
            {
                bytes += snapshot.TryGet(key, LruCache.Hash(key), out var row) ? row.Record.Length : 0;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(6000, bytes);
            return allocated;
        }

        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Once()));
    }

    /// <summary>Of lengths from 1 to some hundred.</summary>
    private static string Key(int number) => new string('k', number % 97) + number.ToString(CultureInfo.InvariantCulture);

    private static void Add(Snapshot.Builder builder, params (string Key, string? Record)[] rows)
    {
        var keys = new KeyBatch();
        var found = new FoundRows();
        found.Reset(rows.Length);
        foreach (var (key, record) in rows)
        {
            var index = keys.Add(Encoding.UTF8.GetBytes(key));
            if (record is not null)
            {
                found.Begin(index);
                found.Heap.Append(Encoding.UTF8.GetBytes(record));
                found.End(index);
            }
        }

        builder.Add(keys, found);
    }

    private static string? Get(Snapshot snapshot, string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return snapshot.TryGet(bytes, LruCache.Hash(bytes), out var row) ? Encoding.UTF8.GetString(row.Record) : null;
    }
}
