using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sluice.Engine.Lookup;

/// <summary>Hashes of keys: products of 64 bits folded to half their size, which mixes 16 bytes per multiplication. The seeds are of this
/// process, so that nobody can prepare keys that collide.</summary>
internal static class KeyHash
{
    private static readonly ulong s_first = Seed();
    private static readonly ulong s_second = Seed();
    private static readonly ulong s_third = Seed();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(ReadOnlySpan<byte> key)
    {
        ref var at = ref MemoryMarshal.GetReference(key);
        var length = key.Length;
        var hash = s_first + (ulong)length;
        while (length > 16)
        {
            hash = Fold(Eight(ref at) ^ s_second, Eight(ref Unsafe.Add(ref at, 8)) ^ hash);
            at = ref Unsafe.Add(ref at, 16);
            length -= 16;
        }

        // What is left is read from both of its ends, which may overlap.
        ulong front = 0, back = 0;
        if (length >= 8)
        {
            front = Eight(ref at);
            back = Eight(ref Unsafe.Add(ref at, length - 8));
        }
        else if (length >= 4)
        {
            front = Unsafe.ReadUnaligned<uint>(ref at);
            back = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, length - 4));
        }
        else if (length > 0)
        {
            front = ((ulong)at << 16) | ((ulong)Unsafe.Add(ref at, length >> 1) << 8) | Unsafe.Add(ref at, length - 1);
        }

        hash = Fold(front ^ s_second, back ^ hash);
        hash = Fold(hash ^ s_third, s_first);
        return (int)(hash ^ (hash >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Eight(ref byte at) => Unsafe.ReadUnaligned<ulong>(ref at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    /// <summary>About half of its bits set, so that products mix well, and odd.</summary>
    private static ulong Seed()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            var seed = MemoryMarshal.Read<ulong>(bytes) | 1;
            if (BitOperations.PopCount(seed) is >= 24 and <= 40)
            {
                return seed;
            }
        }
    }
}
