using System.Buffers.Binary;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Lookup;

/// <summary>Keys of a lookup, one after the other: the text form of the key's column (S-22), as it stands in the dimension table without
/// any prefix. A key of two columns is <see cref="Pair"/> of theirs. Whoever fills it sees to it that each key is there once.</summary>
public sealed class KeyBatch
{
    private readonly ByteHeap _heap = new(4096);
    private int[] _starts = new int[64];

    public int Count { get; private set; }

    /// <summary>All bytes together.</summary>
    public int Bytes => _heap.Used;

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var end = index + 1 < Count ? _starts[index + 1] : _heap.Used;
            return _heap.Bytes.AsSpan(_starts[index], end - _starts[index]);
        }
    }

    /// <returns>The key's index.</returns>
    public int Add(ReadOnlySpan<byte> key)
    {
        if (Count == _starts.Length)
        {
            Array.Resize(ref _starts, Count * 2);
        }

        _starts[Count] = _heap.Append(key);
        return Count++;
    }

    public void Clear()
    {
        _heap.Clear();
        Count = 0;
    }

    /// <summary>Appends two parts as one key: the length of the first in four bytes, and both.</summary>
    public static void Pair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ByteHeap into)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into.Reserve(sizeof(int)), first.Length);
        into.Take(sizeof(int));
        into.Append(first);
        into.Append(second);
    }

    /// <summary>The parts of a key that <see cref="Pair"/> made.</summary>
    public static void Part(ReadOnlySpan<byte> pair, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(pair);
        first = pair.Slice(sizeof(int), length);
        second = pair[(sizeof(int) + length)..];
    }
}
