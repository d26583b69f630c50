using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sluice.Engine.Lookup;

/// <summary>A part of an <see cref="LruCache"/> with a lock of its own: a hash table of entries that are linked in the order of their last
/// use, and where they expire also in the order of their load.</summary>
/// <param name="isExact">Whether every use counts. If not, an entry that stands in the half used last stays where it is: most hits then write
/// nothing, and what goes has not been used for as long as half of the entries took to be put in front.</param>
/// <param name="loadTicks">Ticks of the clock from its load at which an entry expires; 0: never.</param>
/// <param name="useTicks">The same from its last use.</param>
internal sealed class LruShard(LruTotals totals, bool isExact, long loadTicks, long useTicks)
{
    private const int None = -1;
    private const int FirstSize = 16;

    /// <summary>An array of bytes without its content.</summary>
    private const int ArrayBytes = 24;

    private readonly Lock _lock = new();
    private readonly bool _ages = loadTicks > 0 || useTicks > 0;
    private int[] _buckets = Filled(2 * FirstSize);
    private int _shift = 32 - BitOperations.Log2(2 * FirstSize);
    private Entry[] _entries = new Entry[FirstSize];
    private Age[] _age = loadTicks > 0 || useTicks > 0 ? new Age[FirstSize] : [];
    private int _count;
    private int _taken;
    private int _free = None;

    /// <summary>How often an entry was put in front.</summary>
    private uint _turn;
    private int _newest = None;
    private int _oldest = None;
    private int _lastLoaded = None;
    private int _firstLoaded = None;

    /// <summary>What an entry takes of memory: its bytes, their array, its place in the lists and in the table.</summary>
    public static long Cost(int bytes, bool ages) =>
        ArrayBytes + ((bytes + 7L) & ~7L) + Unsafe.SizeOf<Entry>() + (2 * sizeof(int)) + (ages ? Unsafe.SizeOf<Age>() : 0);

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

            if (_ages)
            {
                if (IsExpired(index, now))
                {
                    Remove(index);
                    row = default;
                    return false;
                }

                _age[index].Used = now;
            }

            Use(index);
            ref var entry = ref _entries[index];
            row = entry.KeyLength < 0 ? CachedRow.Missing : CachedRow.Of(entry.Bytes, entry.KeyLength, entry.Bytes.Length - entry.KeyLength);
            return true;
        }
    }

    /// <summary>Keeps an entry in place of the one that the key may have, unless the key has changed since it was read.</summary>
    /// <param name="bytes">The key and the record.</param>
    public void Put(byte[] bytes, int keyLength, int hash, bool hasRow, long now, in Freshness fresh)
    {
        lock (_lock)
        {
            if (!fresh.Holds(hash))
            {
                return;
            }

            var index = Find(bytes.AsSpan(0, keyLength), hash);
            if (index != None)
            {
                Remove(index);
            }

            Insert(bytes, hasRow ? keyLength : ~keyLength, hash, now);
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
            while (_oldest != None)
            {
                Remove(_oldest);
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

            Remove(_firstLoaded != None && IsExpired(_firstLoaded, now) ? _firstLoaded : _oldest);
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
            if (entry.Hash == hash && entry.Key.SequenceEqual(key))
            {
                return index;
            }
        }

        return None;
    }

    private bool IsExpired(int index, long now)
    {
        ref var age = ref _age[index];
        return (loadTicks > 0 && now - age.Loaded >= loadTicks) || (useTicks > 0 && now - age.Used >= useTicks);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Use(int index)
    {
        if (_turn - _entries[index].Turn > (isExact ? 0 : (uint)_count >> 1))
        {
            Unlink(index);
            LinkNewest(index);
        }
    }

    private void Insert(byte[] bytes, int keyLength, int hash, long now)
    {
        var index = Take();
        ref var bucket = ref _buckets[(uint)hash >> _shift];
        ref var entry = ref _entries[index];
        entry.Bytes = bytes;
        entry.KeyLength = keyLength;
        entry.Hash = hash;
        entry.Next = bucket;
        bucket = index;
        LinkNewest(index);
        if (_ages)
        {
            _age[index].Used = now;
            LinkLoaded(index, now);
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
        Unlink(index);
        if (_ages)
        {
            UnlinkLoaded(index);
        }

        _count--;
        totals.Add(-1, -Cost(entry.Bytes.Length, _ages));
        entry = new Entry { Bytes = [], Next = _free };
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
        if (_ages)
        {
            Array.Resize(ref _age, _entries.Length);
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

    private void LinkNewest(int index)
    {
        ref var entry = ref _entries[index];
        entry.Turn = ++_turn;
        entry.Newer = None;
        entry.Older = _newest;
        if (_newest != None)
        {
            _entries[_newest].Newer = index;
        }
        else
        {
            _oldest = index;
        }

        _newest = index;
    }

    private void Unlink(int index)
    {
        ref var entry = ref _entries[index];
        if (entry.Newer != None)
        {
            _entries[entry.Newer].Older = entry.Older;
        }
        else
        {
            _newest = entry.Older;
        }

        if (entry.Older != None)
        {
            _entries[entry.Older].Newer = entry.Newer;
        }
        else
        {
            _oldest = entry.Newer;
        }
    }

    private void LinkLoaded(int index, long now)
    {
        ref var age = ref _age[index];
        age.Loaded = now;
        age.After = None;
        age.Before = _lastLoaded;
        if (_lastLoaded != None)
        {
            _age[_lastLoaded].After = index;
        }
        else
        {
            _firstLoaded = index;
        }

        _lastLoaded = index;
    }

    private void UnlinkLoaded(int index)
    {
        var (before, after) = (_age[index].Before, _age[index].After);
        if (after != None)
        {
            _age[after].Before = before;
        }
        else
        {
            _lastLoaded = before;
        }

        if (before != None)
        {
            _age[before].After = after;
        }
        else
        {
            _firstLoaded = after;
        }
    }

    /// <summary>A key with its record, or a free place.</summary>
    private struct Entry
    {
        /// <summary>The key, and the record behind it.</summary>
        public byte[] Bytes;

        /// <summary>Its complement where the key has no row.</summary>
        public int KeyLength;
        public int Hash;

        /// <summary>The next one of the same bucket, or the next free one.</summary>
        public int Next;

        /// <summary>When it was put in front.</summary>
        public uint Turn;
        public int Newer;
        public int Older;

        public readonly ReadOnlySpan<byte> Key => new(Bytes, 0, KeyLength < 0 ? ~KeyLength : KeyLength);
    }

    /// <summary>When an entry was loaded and used, and which ones were loaded before and after it.</summary>
    private struct Age
    {
        public long Loaded;
        public long Used;
        public int Before;
        public int After;
    }
}
