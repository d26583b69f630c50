using System.Runtime.CompilerServices;

namespace Sluice.Redis.Clustering;

/// <summary>The slot of a key: CRC16 (polynomial 0x1021, initial value 0, the XMODEM one) of its hash tag, modulo 16384, as the
/// Redis Cluster specification has it.</summary>
public static class KeySlot
{
    public const int Count = 16384;

    private static readonly ushort[] s_crc = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    public static int Of(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        if (open >= 0)
        {
            var tag = key[(open + 1)..];
            // Only the first brace counts, and an empty tag is none.
            var close = tag.IndexOf((byte)'}');
            key = close > 0 ? tag[..close] : key;
        }

        return Crc16(key) & (Count - 1);
    }

    /// <summary>The slot of the first key of an encoded command.</summary>
    internal static int OfCommand(ReadOnlySpan<byte> command) => Of(KeyOf(command));

    /// <summary>The first key of an encoded command: its first argument, that of a script after the number of keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> command)
    {
        Arguments(command, out var at);
        var name = Bulk(command, ref at);
        if (name.SequenceEqual("EVAL"u8) || name.SequenceEqual("EVALSHA"u8))
        {
            Bulk(command, ref at);
            Bulk(command, ref at);
        }

        return Bulk(command, ref at);
    }

    /// <summary>How many arguments an encoded command has, its name included, and where the first of them begins.</summary>
    internal static int Arguments(ReadOnlySpan<byte> command, out int first)
    {
        first = 0;
        return SkipNumber(command, ref first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        var table = s_crc;
        uint crc = 0;
        foreach (var b in bytes)
        {
            crc = ((crc << 8) & 0xFFFF) ^ table[(byte)((crc >> 8) ^ b)];
        }

        return (ushort)crc;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> Bulk(ReadOnlySpan<byte> command, scoped ref int at)
    {
        var length = SkipNumber(command, ref at);
        var bulk = command.Slice(at, length);
        at += length + 2;
        return bulk;
    }

    /// <summary>Past <c>$n\r\n</c> or <c>*n\r\n</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SkipNumber(ReadOnlySpan<byte> command, scoped ref int at)
    {
        var number = 0;
        for (at++; command[at] != (byte)'\r'; at++)
        {
            number = (number * 10) + (command[at] - '0');
        }

        at += 2;
        return number;
    }

    private static ushort CrcOf(int value)
    {
        var crc = (uint)value << 8;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
        }

        return (ushort)crc;
    }
}
