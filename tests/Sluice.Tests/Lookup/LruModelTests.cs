using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>The LRU cache against a list in the order of use: whatever happens, both know the same.</summary>
public sealed class LruModelTests
{
    private const int Keys = 30;
    private const int Operations = 4000;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void It_does_what_a_list_in_the_order_of_use_does(int seed)
    {
        var random = new Random(seed);
        var settings = new LookupSettings
        {
            MaxRows = random.Next(1, 20),
            CachesMissing = random.Next(3) > 0,
            ExpireAfterLoad = random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(random.Next(1, 60)),
            ExpireAfterUse = random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(random.Next(1, 40)),
            Tracks = random.Next(2) == 0,
        };
        var lab = new CacheLab(settings);
        var model = new Model(settings);
        var reads = new List<(string Key, string? Record, long Began)>();
        for (var operation = 0; operation < Operations; operation++)
        {
            var key = $"key {random.Next(Keys)}";
            switch (random.Next(20))
            {
                case < 9:
                    Assert.Equal(model.Get(key), lab.Get(key));
                    break;
                case < 13:
                    Put(key, random.Next(4) == 0 ? null : $"{operation}", lab.Cache.Began());
                    break;
                case < 15:
                    reads.Add((key, $"{operation}", lab.Cache.Began()));
                    break;
                case < 17 when reads.Count > 0:
                    var read = reads[random.Next(reads.Count)];
                    reads.Remove(read);
                    Put(read.Key, read.Record, read.Began);
                    break;
                case < 18:
                    lab.Drop(key);
                    model.Drop(key);
                    break;
                case 18 when random.Next(10) == 0:
                    lab.Cache.DropAll();
                    model.DropAll();
                    break;
                default:
                    var time = random.Next(6);
                    lab.Clock.Advance(time);
                    model.Now += time;
                    break;
            }

            Assert.Equal(model.Count, lab.Cache.Count);
        }

        void Put(string key, string? record, long began)
        {
            lab.Put(key, record, began);
            model.Put(key, record, began);
        }
    }

    private sealed class Model(LookupSettings settings)
    {
        /// <summary>The one used last comes first.</summary>
        private readonly List<Entry> _entries = [];
        private readonly Dictionary<int, long> _changes = [];
        private long _change;
        private long _changeOfAll;
        private long _loads;

        public long Now { get; set; }

        public int Count => _entries.Count;

        public string? Get(string key)
        {
            if (_entries.Find(e => e.Key == key) is not { } entry)
            {
                return null;
            }

            _entries.Remove(entry);
            if (IsExpired(entry))
            {
                return null;
            }

            _entries.Insert(0, entry with { Used = Now });
            return entry.Record ?? "<none>";
        }

        public void Put(string key, string? record, long began)
        {
            if (record is null && !settings.CachesMissing)
            {
                _entries.RemoveAll(e => e.Key == key);
                return;
            }

            if (settings.Tracks && (_changeOfAll > began || _changes.GetValueOrDefault(Place(key)) > began))
            {
                return;
            }

            _entries.RemoveAll(e => e.Key == key);
            _entries.Insert(0, new Entry(key, record, Now, Now, _loads++));
            if (_entries.Count > settings.MaxRows)
            {
                var first = _entries.MinBy(e => e.Load)!;
                _entries.Remove(settings.ExpireAfterLoad is not null && IsExpired(first) ? first : _entries[^1]);
            }
        }

        public void Drop(string key)
        {
            _changes[Place(key)] = ++_change;
            _entries.RemoveAll(e => e.Key == key);
        }

        public void DropAll()
        {
            _changeOfAll = ++_change;
            _entries.Clear();
        }

        /// <summary>Keys whose hashes end alike may share the number of their last change.</summary>
        private static int Place(string key) => LruCache.Hash(System.Text.Encoding.UTF8.GetBytes(key)) & 0xFFFF;

        private bool IsExpired(Entry entry) =>
            (settings.ExpireAfterLoad is { } load && Now - entry.Loaded >= load.TotalMilliseconds)
            || (settings.ExpireAfterUse is { } use && Now - entry.Used >= use.TotalMilliseconds);

        private sealed record Entry(string Key, string? Record, long Loaded, long Used, long Load);
    }
}
