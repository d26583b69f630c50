using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sluice.Engine.Lookup;

/// <summary>A part of an <see cref="LruCache"/> with a lock of its own: a hash table of entries that are linked in the order of their last
/// use, and where they expire also in the order of their load.</summary>
/// <param name="isExact">Whether every use puts an entry in front. If not, it is only noted that the entry was used, which touches nothing that
/// is far away, and makes up for a second chance when it is its turn to go.</param>
/// <param name="loadTicks">Ticks of the clock from its load at which an entry expires; 0: never.</param>
/// <param name="useTicks">The same from its last use.</param>
internal sealed class LruShard(LruTotals totals, bool isExact, long loadTicks, long useTicks)
{
    private const int None = IndexList.None;
    private const int FirstSize = 16;

    /// <summary>Entries at most that stay, because they were used, when one has to go.</summary>
    private const int MostChances = 64;

    /// <summary>An array of bytes without its content.</summary>
    private const int ArrayBytes = 24;

    private readonly Lock _lock = new();
    private readonly bool _ages = loadTicks > 0 || useTicks > 0;
    private int[] _buckets = Filled(2 * FirstSize);
    private int _shift = 32 - BitOperations.Log2(2 * FirstSize);
    private Entry[] _entries = new Entry[FirstSize];
    private bool[] _used = new bool[FirstSize];
    private IndexList _byUse = new(FirstSize);
    private IndexList _byLoad = new(loadTicks > 0 ? FirstSize : 0);
    private Age[] _age = loadTicks > 0 || useTicks > 0 ? new Age[FirstSize] : [];
    private int _count;
    private int _taken;
    private int _free = None;

    /// <summary>What an entry takes of memory: its bytes, their array, its place in the lists and in the table.</summary>
    public static long Cost(int bytes, bool ages) =>
        ArrayBytes + ((bytes + 7L) & ~7L) + Unsafe.SizeOf<Entry>() + sizeof(bool) + Unsafe.SizeOf<IndexList.Link>() + (2 * sizeof(int)) + (ages ? Unsafe.SizeOf<Age>() + Unsafe.SizeOf<IndexList.Link>() : 0);

    public bool TryGet(ReadOnlySpan<byte> key, int hash, long now, out CachedRow row)
    {
        lock (_lock)
        {
            var index = Find(key, hash);
            if (index == None)
            {
                row = default;
                return false;
            }

            if (IsExpired(index, now))
            {
                Remove(index);
                row = default;
                return false;
            }

            Use(index, now);
            row = Content.RowOf(_entries[index].Bytes);
            return true;
        }
    }

    /// <summary>Reads something of what <see cref="TryGet"/> will look at, without the lock: it may be out of date, and does not matter.</summary>
    public int Peek(int hash)
    {
        var (buckets, entries) = (_buckets, _entries);
        var bucket = (uint)hash >> _shift;
        var index = bucket < (uint)buckets.Length ? buckets[bucket] : None;
        return (uint)index < (uint)entries.Length && entries[index].Bytes is { Length: > 0 } bytes ? bytes[0] : 0;
    }

    /// <summary>Keeps an entry in place of the one that the key may have, unless the key has changed since it was read.</summary>
    /// <param name="content">Made by <see cref="Content"/>.</param>
    public void Put(byte[] content, int hash, Age age, in Freshness fresh)
    {
        lock (_lock)
        {
            if (!fresh.Holds(hash))
            {
                return;
            }

            var index = Find(Content.KeyOf(content), hash);
            if (index != None)
            {
                Remove(index);
            }

            Insert(content, hash, age);
        }
    }

    /// <param name="changes">Told under the lock, so that no read that began before can put it back; null where nobody tracks.</param>
    public void Drop(ReadOnlySpan<byte> key, int hash, Changes? changes)
    {
        lock (_lock)
        {
            changes?.Note(hash);
            var index = Find(key, hash);
            if (index != None)
            {
                Remove(index);
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            while (_byUse.First != None)
            {
                Remove(_byUse.First);
            }
        }
    }

    /// <summary>Gives up one entry: the first one loaded where that has expired, else the one used least recently.</summary>
    /// <param name="spare">Entries that stay in any case.</param>
    public bool Evict(int spare, long now)
    {
        lock (_lock)
        {
            if (_count <= spare)
            {
                return false;
            }

            Remove(_byLoad.First != None && IsExpired(_byLoad.First, now) ? _byLoad.First : Oldest(now));
            return true;
        }
    }

    private static int[] Filled(int size)
    {
        var buckets = new int[size];
        Array.Fill(buckets, None);
        return buckets;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(ReadOnlySpan<byte> key, int hash)
    {
        var entries = _entries;
        for (var index = _buckets[(uint)hash >> _shift]; (uint)index < (uint)entries.Length; index = entries[index].Next)
        {
            ref var entry = ref entries[index];
            if (entry.Hash == hash && Content.KeyOf(entry.Bytes).SequenceEqual(key))
            {
                return index;
            }
        }

        return None;
    }

    private bool IsExpired(int index, long now)
    {
        if (!_ages)
        {
            return false;
        }

        ref var age = ref _age[index];
        return (loadTicks > 0 && now - age.Loaded >= loadTicks) || (useTicks > 0 && now - age.Used >= useTicks);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Use(int index, long now)
    {
        if (_ages)
        {
            _age[index].Used = now;
        }

        if (!isExact)
        {
            _used[index] = true;
        }
        else if (index != _byUse.Last)
        {
            PutInFront(index);
        }
    }

    private void Insert(byte[] bytes, int hash, Age age)
    {
        var index = Take();
        ref var bucket = ref _buckets[(uint)hash >> _shift];
        ref var entry = ref _entries[index];
        entry.Bytes = bytes;
        entry.Hash = hash;
        entry.Next = bucket;
        bucket = index;
        _used[index] = false;
        _byUse.Add(index);
        if (_ages)
        {
            _age[index] = age;
            if (loadTicks > 0)
            {
                _byLoad.Add(index);
            }
        }

        _count++;
        totals.Add(1, Cost(bytes.Length, _ages));
    }

    private void Remove(int index)
    {
        ref var entry = ref _entries[index];
        ref var link = ref _buckets[(uint)entry.Hash >> _shift];
        while (link != index)
        {
            link = ref _entries[link].Next;
        }

        link = entry.Next;
        _byUse.Remove(index);
        if (loadTicks > 0)
        {
            _byLoad.Remove(index);
        }

        _count--;
        totals.Add(-1, -Cost(entry.Bytes.Length, _ages));
        entry = new Entry { Next = _free };
        _free = index;
    }

    private int Take()
    {
        if (_free != None)
        {
            var index = _free;
            _free = _entries[index].Next;
            return index;
        }

        if (_taken == _entries.Length)
        {
            Grow();
        }

        return _taken++;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        Array.Resize(ref _used, _entries.Length);
        _byUse.Grow(_entries.Length);
        if (_ages)
        {
            Array.Resize(ref _age, _entries.Length);
        }

        if (loadTicks > 0)
        {
            _byLoad.Grow(_entries.Length);
        }

        // Only grows while no entry is free: each one that was taken is in the table.
        _buckets = Filled(2 * _entries.Length);
        _shift--;
        for (var index = 0; index < _taken; index++)
        {
            ref var bucket = ref _buckets[(uint)_entries[index].Hash >> _shift];
            _entries[index].Next = bucket;
            bucket = index;
        }
    }

    /// <summary>The entry whose turn it is to go. Those that were used since they were put in front get there again instead, but neither so
    /// many that it takes long nor all that are older than the newest one.</summary>
    private int Oldest(long now)
    {
        if (!isExact)
        {
            for (var chances = Math.Min(MostChances, _count - 2); chances > 0 && _used[_byUse.First] && !IsExpired(_byUse.First, now); chances--)
            {
                PutInFront(_byUse.First);
            }
        }

        return _byUse.First;
    }

    private void PutInFront(int index)
    {
        _used[index] = false;
        _byUse.Remove(index);
        _byUse.Add(index);
    }

    /// <summary>A key with its record, or a free place. What a hit reads and what it seldom needs stand apart, so that more of it is near.</summary>
    private struct Entry
    {
        /// <summary>See <see cref="Content"/>.</summary>
        public byte[] Bytes;
        public int Hash;

        /// <summary>The next one of the same bucket, or the next free one.</summary>
        public int Next;
    }
}
