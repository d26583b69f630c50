using System.Text;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>The LRU cache of a dimension table (S-30, S-32).</summary>
public sealed class LruCacheTests
{
    [Fact]
    public void It_knows_what_was_put_and_nothing_else()
    {
        var lab = new CacheLab(new LookupSettings());
        lab.Put("a", "1");
        lab.Put("", "empty key");
        lab.Put("b", null);
        lab.Put("c", "");
        Assert.Equal(("1", "empty key", "<none>", "", null), (lab.Get("a"), lab.Get(""), lab.Get("b"), lab.Get("c"), lab.Get("d")));
        Assert.Equal(4, lab.Cache.Count);
    }

    [Fact]
    public void A_later_row_of_a_key_takes_the_place_of_the_earlier()
    {
        var lab = new CacheLab(new LookupSettings());
        lab.Put("a", "1");
        lab.Put("a", "22");
        Assert.Equal(("22", 1), (lab.Get("a"), lab.Cache.Count));
        lab.Put("a", null);
        Assert.Equal(("<none>", 1), (lab.Get("a"), lab.Cache.Count));
    }

    [Fact]
    public void The_entry_used_least_recently_goes_first()
    {
        var lab = new CacheLab(new LookupSettings { MaxRows = 3 });
        lab.Put("a", "1");
        lab.Put("b", "2");
        lab.Put("c", "3");
        lab.Get("a");
        lab.Put("d", "4");
        lab.Put("e", "5");
        Assert.Equal((null, null), (lab.Get("b"), lab.Get("c")));
        Assert.Equal(("1", "4", "5"), (lab.Get("a"), lab.Get("d"), lab.Get("e")));
        Assert.Equal(3, lab.Cache.Count);
    }

    [Fact]
    public void What_is_not_there_is_only_kept_where_it_is_wanted()
    {
        var lab = new CacheLab(new LookupSettings { CachesMissing = false });
        lab.Put("a", "1");
        lab.Put("b", null);
        lab.Put("a", null);
        Assert.Equal((null, null, 0), (lab.Get("a"), lab.Get("b"), lab.Cache.Count));
    }

    [Fact]
    public void An_entry_expires_after_its_load_however_often_it_is_used()
    {
        var lab = new CacheLab(new LookupSettings { ExpireAfterLoad = TimeSpan.FromMilliseconds(10) });
        lab.Put("a", "1");
        lab.Clock.Advance(9);
        Assert.Equal("1", lab.Get("a"));
        lab.Clock.Advance(1);
        Assert.Null(lab.Get("a"));
        Assert.Equal((0, 0), (lab.Cache.Count, lab.Cache.Bytes));
    }

    [Fact]
    public void An_entry_expires_after_its_last_use()
    {
        var lab = new CacheLab(new LookupSettings { ExpireAfterUse = TimeSpan.FromMilliseconds(10) });
        lab.Put("a", "1");
        for (var i = 0; i < 5; i++)
        {
            lab.Clock.Advance(9);
            Assert.Equal("1", lab.Get("a"));
        }

        lab.Clock.Advance(10);
        Assert.Null(lab.Get("a"));
    }

    [Fact]
    public void What_has_expired_gives_way_before_what_was_used_less_recently()
    {
        var lab = new CacheLab(new LookupSettings { MaxRows = 2, ExpireAfterLoad = TimeSpan.FromMilliseconds(10) });
        lab.Put("old", "1");
        lab.Clock.Advance(8);
        lab.Put("young", "2");
        lab.Get("old");
        lab.Clock.Advance(2);
        lab.Put("new", "3");
        Assert.Equal((null, "2", "3"), (lab.Get("old"), lab.Get("young"), lab.Get("new")));
    }

    [Fact]
    public void Entries_go_when_their_bytes_are_too_many_and_that_is_said_once()
    {
        var cost = LruShard.Cost(Content.Size("k1"u8, true, new byte[100]), ages: false);
        var lab = new CacheLab(new LookupSettings { MaxRows = 100, MaxBytes = 3 * cost });
        var said = 0;
        lab.Cache.ByteBoundReached = () => said++;
        var record = new string('x', 100);
        for (var i = 1; i <= 3; i++)
        {
            lab.Put($"k{i}", record);
        }

        Assert.Equal((3, 3 * cost, 0), (lab.Cache.Count, lab.Cache.Bytes, said));
        lab.Put("k4", record);
        lab.Put("k5", record);
        Assert.Equal((null, null, record), (lab.Get("k1"), lab.Get("k2"), lab.Get("k3")));
        Assert.Equal((3, 3 * cost, 1), (lab.Cache.Count, lab.Cache.Bytes, said));
    }

    [Fact]
    public void A_record_larger_than_the_whole_cache_is_not_kept_and_drives_nothing_out()
    {
        var lab = new CacheLab(new LookupSettings { MaxBytes = 1000 });
        lab.Put("a", "1");
        lab.Put("b", "2");
        lab.Put("b", new string('x', 1000));
        Assert.Equal(("1", null, 1), (lab.Get("a"), lab.Get("b"), lab.Cache.Count));
    }

    [Fact]
    public void A_read_that_began_before_the_key_changed_leaves_no_entry()
    {
        var lab = new CacheLab(new LookupSettings { Tracks = true });
        var began = lab.Cache.Began();
        lab.Drop("a");
        lab.Put("a", "stale", began);
        Assert.Null(lab.Get("a"));
        lab.Put("a", "fresh", lab.Cache.Began());
        Assert.Equal("fresh", lab.Get("a"));
        lab.Drop("a");
        Assert.Null(lab.Get("a"));
    }

    [Fact]
    public void A_read_that_began_before_all_was_dropped_leaves_no_entry()
    {
        var lab = new CacheLab(new LookupSettings { Tracks = true });
        lab.Put("a", "1");
        lab.Put("b", "2");
        var began = lab.Cache.Began();
        lab.Cache.DropAll();
        lab.Put("c", "stale", began);
        Assert.Equal((null, null, null), (lab.Get("a"), lab.Get("b"), lab.Get("c")));
        Assert.Equal((0, 0), (lab.Cache.Count, lab.Cache.Bytes));
        lab.Put("c", "fresh", lab.Cache.Began());
        Assert.Equal("fresh", lab.Get("c"));
    }

    [Fact]
    public void A_row_that_was_found_stays_what_it_was_when_its_entry_goes()
    {
        var lab = new CacheLab(new LookupSettings { MaxRows = 1 });
        lab.Put("a", "1234");
        Assert.True(lab.Cache.TryGet("a"u8, LruCache.Hash("a"u8), lab.Cache.Now(), out var row));
        lab.Put("b", "5678");
        lab.Put("a", "9999");
        Assert.Equal("1234", Encoding.UTF8.GetString(row.Record));
    }

    [Fact]
    public void With_many_entries_none_goes_before_the_bound_and_never_are_there_more()
    {
        const int Most = 10_000;
        var lab = new CacheLab(new LookupSettings { MaxRows = Most });
        for (var i = 0; i < Most; i++)
        {
            lab.Put($"key {i}", $"{i}");
            Assert.Equal(i + 1, lab.Cache.Count);
        }

        Assert.All(Enumerable.Range(0, Most), i => Assert.Equal($"{i}", lab.Get($"key {i}")));
        for (var i = Most; i < 3 * Most; i++)
        {
            lab.Put($"key {i}", $"{i}");
            Assert.Equal(Most, lab.Cache.Count);
            Assert.Equal($"{i}", lab.Get($"key {i}"));
        }

        Assert.Equal(Most, Enumerable.Range(0, 3 * Most).Count(i => lab.Get($"key {i}") is { } found && found == $"{i}"));
    }

    [Fact]
    public void With_many_entries_those_that_were_used_outlast_those_that_were_not()
    {
        const int Most = 10_000;
        var lab = new CacheLab(new LookupSettings { MaxRows = Most });
        for (var i = 0; i < Most; i++)
        {
            lab.Put($"key {i}", $"{i}");
        }

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal($"{i}", lab.Get($"key {i}")));
        for (var i = Most; i < Most + (Most / 2); i++)
        {
            lab.Put($"key {i}", $"{i}");
        }

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal($"{i}", lab.Get($"key {i}")));
        Assert.Equal(Most, lab.Cache.Count);
    }

    [Fact]
    public void A_hit_allocates_nothing()
    {
        var lab = new CacheLab(new LookupSettings { ExpireAfterLoad = TimeSpan.FromHours(1), ExpireAfterUse = TimeSpan.FromHours(1), Tracks = true });
        var keys = Enumerable.Range(0, 1000).Select(i => Encoding.UTF8.GetBytes($"key {i}")).ToArray();
        foreach (var key in keys)
        {
            lab.Put(Encoding.UTF8.GetString(key), "record");
        }

        long Once()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var now = lab.Cache.Now();
            var bytes = 0;
            foreach (var key in keys)
            {
                bytes += lab.Cache.TryGet(key, LruCache.Hash(key), now, out var row) ? row.Record.Length : 0;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(6 * keys.Length, bytes);
            return allocated;
        }

        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Once()));
    }
}
