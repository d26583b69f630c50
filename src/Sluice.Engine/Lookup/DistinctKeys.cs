using System.Numerics;

namespace Sluice.Engine.Lookup;

/// <summary>Sees to it that each key of a batch is asked for once: a table with open addressing over the bytes of a <see cref="KeyBatch"/>.
/// Used again for each batch, it allocates only while it grows.</summary>
internal sealed class DistinctKeys
{
    private const int FewestSlots = 256;

    /// <summary>Indexes of keys plus one; 0 is free.</summary>
    private int[] _slots = new int[FewestSlots];
    private int _used;

    /// <summary>Forgets all keys.</summary>
    public void Clear()
    {
        if (_used > 0)
        {
            _slots.AsSpan().Clear();
            _used = 0;
        }
    }

    /// <returns>The key's index in the batch, to which it is added where it is new.</returns>
    /// <param name="hash">Of the key; those of all keys of the batch stand in <paramref name="hashes"/>, by index.</param>
    public int Add(KeyBatch keys, ref int[] hashes, ReadOnlySpan<byte> key, int hash)
    {
        if (_used * 2 >= _slots.Length)
        {
            Grow(hashes);
        }

        var mask = _slots.Length - 1;
        var slot = hash & mask;
        for (; _slots[slot] is var entry and not 0; slot = (slot + 1) & mask)
        {
            if (hashes[entry - 1] == hash && keys[entry - 1].SequenceEqual(key))
            {
                return entry - 1;
            }
        }

        var index = keys.Add(key);
        if (index == hashes.Length)
        {
            Array.Resize(ref hashes, index * 2);
        }

        hashes[index] = hash;
        _slots[slot] = index + 1;
        _used++;
        return index;
    }

    private void Grow(int[] hashes)
    {
        _slots = new int[(int)BitOperations.RoundUpToPowerOf2((uint)(_used + 1) * 4)];
        var mask = _slots.Length - 1;
        for (var index = 0; index < _used; index++)
        {
            var slot = hashes[index] & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = index + 1;
        }
    }
}
