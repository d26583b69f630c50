using System.Numerics;
using System.Runtime.InteropServices;

namespace Sluice.Connectors.Redis;

/// <summary>Hashes of keys for the tables of one batch.</summary>
internal static class TextHash
{
    /// <summary>Eight bytes at a time, multiplied and folded: a batch holds a few thousand keys, and what collides is compared.</summary>
    public static uint Of(ReadOnlySpan<byte> key)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        var hash = (ulong)key.Length * Multiplier;
        for (; key.Length >= 8; key = key[8..])
        {
            hash = BitOperations.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(key)) * Multiplier, 29);
        }

        foreach (var b in key)
        {
            hash = (hash ^ b) * Multiplier;
        }

        return (uint)(hash >> 32) ^ (uint)(hash >> 11);
    }
}
