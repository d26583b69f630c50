using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Which keys a scan has given already, as 128 bits of each: SCAN may give a key twice where Redis resizes its table meanwhile.
/// It takes note of the first <see cref="Most"/> keys, in up to 32 MB.</summary>
internal sealed class SeenKeys
{
    public const int Most = 1 << 20;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly ulong _seed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private UInt128[] _slots = new UInt128[1024];
    private int _count;

    /// <returns>False where the key was seen before.</returns>
    public bool Add(ReadOnlySpan<byte> key)
    {
        var mark = MarkOf(key);
        var slot = SlotOf(mark, _slots);
        if (_slots[slot] == mark)
        {
            return false;
        }

        if (_count < Most)
        {
            _slots[slot] = mark;
            _count++;
            Grow();
        }

        return true;
    }

    /// <summary>Two runs of multiplying and folding, eight bytes at a time; 0 marks a free slot.</summary>
    private UInt128 MarkOf(ReadOnlySpan<byte> key)
    {
        var (high, low) = (_seed ^ (ulong)key.Length, ~_seed);
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
        {
            Mix(ref high, ref low, MemoryMarshal.Read<ulong>(key));
        }

        var rest = 0UL;
        foreach (var b in key)
        {
            rest = (rest << 8) | b;
        }

        Mix(ref high, ref low, rest);
        Mix(ref high, ref low, _seed);
        var mark = new UInt128(high, low);
        return mark == UInt128.Zero ? UInt128.One : mark;
    }

    private static void Mix(ref ulong high, ref ulong low, ulong part)
    {
        high = BitOperations.RotateLeft((high ^ part) * Multiplier, 29);
        var product = Math.BigMul(low ^ part ^ Multiplier, high | 1, out var lower);
        low = product ^ lower;
    }

    private static int SlotOf(UInt128 mark, UInt128[] slots)
    {
        var slot = (int)((ulong)mark & (ulong)(slots.Length - 1));
        while (slots[slot] != UInt128.Zero && slots[slot] != mark)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }

        return slot;
    }

    /// <summary>At most half of the slots are taken.</summary>
    private void Grow()
    {
        if (_count * 2 <= _slots.Length)
        {
            return;
        }

        var grown = new UInt128[_slots.Length * 2];
        foreach (var mark in _slots)
        {
            if (mark != UInt128.Zero)
            {
                grown[SlotOf(mark, grown)] = mark;
            }
        }

        _slots = grown;
    }
}
