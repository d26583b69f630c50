using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sluice.Connectors.Datagen;

/// <summary>SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): one addition and one mix for 64
/// bits. Good enough to look random; not for secrets. Copy it into a local for a loop, and back.</summary>
internal struct FastRandom(ulong seed)
{
    private ulong _state = seed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 up to, but not, <paramref name="range"/>; 0 stands for 2^64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Below(ulong range)
    {
        var next = Next();
        return range == 0 ? next : Math.BigMul(next, range, out _);
    }

    /// <summary>From 0 up to, but not, 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Fills with hexadecimal digits in lower case.</summary>
    public void FillHex(Span<byte> to)
    {
        while (to.Length >= 16)
        {
            var next = Next();
            BinaryPrimitives.WriteUInt64LittleEndian(to, EightDigits((uint)next));
            BinaryPrimitives.WriteUInt64LittleEndian(to[8..], EightDigits((uint)(next >> 32)));
            to = to[16..];
        }

        for (var i = 0; i < to.Length; i++)
        {
            to[i] = "0123456789abcdef"u8[(int)(Next() >> 60)];
        }
    }

    public void FillBytes(Span<byte> to)
    {
        while (to.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, Next());
            to = to[sizeof(ulong)..];
        }

        for (var i = 0; i < to.Length; i++)
        {
            to[i] = (byte)Next();
        }
    }

    /// <summary>Spreads eight half bytes over eight bytes, and makes each a digit or a letter, all at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EightDigits(uint bits)
    {
        ulong digits = bits;
        digits = (digits | (digits << 16)) & 0x0000FFFF0000FFFF;
        digits = (digits | (digits << 8)) & 0x00FF00FF00FF00FF;
        digits = (digits | (digits << 4)) & 0x0F0F0F0F0F0F0F0F;
        var areLetters = ((digits + 0x0606060606060606) >> 4) & 0x0101010101010101;
        return digits + 0x3030303030303030 + (areLetters * ('a' - '0' - 10));
    }
}
