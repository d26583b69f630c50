using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Engine.Connectors;

namespace Sluice.Engine.Lookup;

/// <summary>All rows of a dimension table (S-30), which never change: read without a lock. Keys and records stand in slabs, each behind the
/// lengths of both; a table with open addressing says where. A place of the table is the position of an entry plus one in 40 bits, and 24
/// bits of the key's hash, which keep it from looking at other keys.</summary>
internal sealed class Snapshot
{
    private const int PositionBits = 40;
    private const ulong PositionMask = (1UL << PositionBits) - 1;

    /// <summary>A position is the number of a slab, and this many bits of the place in it.</summary>
    private const int SlabBits = 20;
    private const int SlabBytes = 1 << SlabBits;

    /// <summary>The first slab is smaller than the others by so many doublings.</summary>
    private const int Doublings = 8;
    private const int HeaderBytes = 2 * sizeof(int);

    private readonly byte[][] _slabs;
    private readonly ulong[] _table;

    private Snapshot(byte[][] slabs, ulong[] table, long count)
    {
        (_slabs, _table, Count) = (slabs, table, count);
        Bytes = slabs.Sum(s => (long)s.Length) + ((long)table.Length * sizeof(ulong));
    }

    public long Count { get; }

    /// <summary>What it takes of memory.</summary>
    public long Bytes { get; }

    /// <param name="hash">Of the key: <see cref="KeyHash.Of"/>.</param>
    public bool TryGet(ReadOnlySpan<byte> key, int hash, out CachedRow row)
    {
        var table = _table;
        var mask = (uint)table.Length - 1;
        for (var place = (uint)hash & mask; table[place] is var entry and not 0; place = (place + 1) & mask)
        {
            if (entry >> PositionBits == Tag(hash))
            {
                var position = (long)(entry & PositionMask) - 1;
                var slab = _slabs[position >> SlabBits];
                var at = (int)(position & (SlabBytes - 1));
                var (keyLength, recordLength) = Lengths(slab, at);
                if (key.SequenceEqual(slab.AsSpan(at + HeaderBytes, keyLength)))
                {
                    row = CachedRow.Of(slab, at + HeaderBytes + keyLength, recordLength);
                    return true;
                }
            }
        }

        row = default;
        return false;
    }

    /// <summary>Reads something of what <see cref="TryGet"/> will look at; what it is does not matter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Peek(int hash)
    {
        var table = _table;
        var entry = table[(uint)hash & ((uint)table.Length - 1)];
        var position = (long)(entry & PositionMask) - 1;
        return position < 0 ? 0 : _slabs[position >> SlabBits][position & (SlabBytes - 1)];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Tag(int hash) => (uint)hash >> (32 - (64 - PositionBits));

    private static (int Key, int Record) Lengths(byte[] slab, int at)
    {
        var header = MemoryMarshal.Cast<byte, int>(slab.AsSpan(at, HeaderBytes));
        return (header[0], header[1]);
    }

    /// <summary>Takes the rows of a table; of several with one key the last counts.</summary>
    internal sealed class Builder : ITableLoad
    {
        private readonly List<byte[]> _slabs = [];
        private readonly List<int> _ends = [];
        private byte[] _slab = [];
        private int _used;
        private long _entries;

        public void Add(KeyBatch keys, FoundRows found)
        {
            for (var i = 0; i < keys.Count; i++)
            {
                if (found.Has(i))
                {
                    Add(keys[i], found[i]);
                }
            }
        }

        /// <summary>Ends with it: the builder is not used again.</summary>
        public Snapshot Build()
        {
            EndSlab();
            var table = new ulong[BitOperations.RoundUpToPowerOf2((ulong)Math.Max(16, _entries + (_entries / 3) + 1))];
            var count = 0L;
            for (var slab = 0; slab < _slabs.Count; slab++)
            {
                for (var at = 0; at < _ends[slab];)
                {
                    count += Enter(table, slab, at) ? 1 : 0;
                    var (key, record) = Lengths(_slabs[slab], at);
                    at = Aligned(at + HeaderBytes + key + record);
                }
            }

            return new Snapshot([.. _slabs], table, count);
        }

        /// <summary>Lengths stand where they can be read at once.</summary>
        private static int Aligned(int position) => (position + (sizeof(int) - 1)) & ~(sizeof(int) - 1);

        private void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> record)
        {
            var size = HeaderBytes + key.Length + record.Length;
            if (size > _slab.Length - _used)
            {
                EndSlab();
                // One that is larger than a slab gets one of its own, which it begins.
                _slab = GC.AllocateUninitializedArray<byte>(Math.Max(size, SlabBytes >> Math.Max(0, Doublings - _slabs.Count)));
            }

            var to = _slab.AsSpan(_used, size);
            var header = MemoryMarshal.Cast<byte, int>(to[..HeaderBytes]);
            (header[0], header[1]) = (key.Length, record.Length);
            key.CopyTo(to[HeaderBytes..]);
            record.CopyTo(to[(HeaderBytes + key.Length)..]);
            _used = Math.Min(Aligned(_used + size), _slab.Length);
            _entries++;
        }

        private void EndSlab()
        {
            if (_used > 0)
            {
                _slabs.Add(_slab);
                _ends.Add(_used);
            }

            _used = 0;
        }

        /// <returns>Whether the key is new.</returns>
        private bool Enter(ulong[] table, int slab, int at)
        {
            var bytes = _slabs[slab];
            var key = bytes.AsSpan(at + HeaderBytes, Lengths(bytes, at).Key);
            var hash = KeyHash.Of(key);
            var mask = (ulong)table.Length - 1;
            var entry = (Tag(hash) << PositionBits) | (((ulong)slab << SlabBits) + (ulong)at + 1);
            for (var place = (uint)hash & mask; ; place = (place + 1) & mask)
            {
                if (table[place] == 0)
                {
                    table[place] = entry;
                    return true;
                }

                if (table[place] >> PositionBits == Tag(hash) && key.SequenceEqual(KeyAt((long)(table[place] & PositionMask) - 1)))
                {
                    table[place] = entry;
                    return false;
                }
            }
        }

        private ReadOnlySpan<byte> KeyAt(long position)
        {
            var slab = _slabs[(int)(position >> SlabBits)];
            var at = (int)(position & (SlabBytes - 1));
            return slab.AsSpan(at + HeaderBytes, Lengths(slab, at).Key);
        }
    }
}
