namespace Sluice.Engine.Rows;

/// <summary>A growing run of bytes that the values of a batch stand in. It only grows within a batch, and keeps its array for the next.</summary>
public sealed class ByteHeap(int capacity)
{
    private readonly int _capacity = capacity;

    public byte[] Bytes { get; private set; } = GC.AllocateUninitializedArray<byte>(capacity);

    public int Used { get; private set; }

    /// <summary>Makes room for <paramref name="size"/> bytes and takes them; returns where they start.</summary>
    /// <exception cref="InvalidOperationException">More than about 2 GiB in one batch.</exception>
    public int Take(int size)
    {
        var start = Used;
        if ((uint)(start + size) > (uint)Bytes.Length)
        {
            Grow((long)start + size);
        }

        Used = start + size;
        return start;
    }

    /// <summary>Room for up to <paramref name="size"/> bytes, not taken yet: follow with <see cref="Take"/>.</summary>
    public Span<byte> Reserve(int size)
    {
        if ((uint)(Used + size) > (uint)Bytes.Length)
        {
            Grow((long)Used + size);
        }

        return Bytes.AsSpan(Used);
    }

    /// <summary>Copies <paramref name="value"/> in; returns where it starts.</summary>
    public int Append(ReadOnlySpan<byte> value)
    {
        var start = Take(value.Length);
        value.CopyTo(Bytes.AsSpan(start));
        return start;
    }

    /// <summary>Forgets the content. An array that one huge value had blown up is let go.</summary>
    public void Clear()
    {
        Used = 0;
        if (Bytes.Length > 4L * Math.Max(_capacity, 1 << 20))
        {
            Bytes = GC.AllocateUninitializedArray<byte>(_capacity);
        }
    }

    private void Grow(long needed)
    {
        if (needed > Array.MaxLength)
        {
            throw new InvalidOperationException($"one batch holds {needed} bytes; the most is {Array.MaxLength}");
        }

        var size = (int)Math.Min(Array.MaxLength, Math.Max(needed, Bytes.Length * 2L));
        var grown = GC.AllocateUninitializedArray<byte>(size);
        Bytes.AsSpan(0, Used).CopyTo(grown);
        Bytes = grown;
    }
}
