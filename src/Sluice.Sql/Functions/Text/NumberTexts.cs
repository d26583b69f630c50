using System.Numerics;
using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>BIN, HEX and UNHEX.</summary>
internal static class NumberTexts
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("BIN", [new([BigInt], Returning.Text, Bin)]),
        new("HEX", [new([BigInt], Returning.Text, HexNumber), new([Character], Returning.Text, HexText)]),
        new("UNHEX", [new([Character], Returning.Nullable(Returning.Bytes), Unhex)]),
    ];

    public static Utf8 Bin(long value, ByteHeap heap) => Digits((ulong)value, 1, heap);

    public static Utf8 HexNumber(long value, ByteHeap heap) => Digits((ulong)value, 4, heap);

    public static Utf8 HexText(Utf8 text, ByteHeap heap) => Hexadecimal(text.Span, "0123456789ABCDEF"u8, heap);

    /// <summary>Two digits for each byte.</summary>
    public static Utf8 Hexadecimal(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> digits, ByteHeap heap)
    {
        var room = heap.Reserve(bytes.Length * 2);
        for (var i = 0; i < bytes.Length; i++)
        {
            room[2 * i] = digits[bytes[i] >> 4];
            room[(2 * i) + 1] = digits[bytes[i] & 15];
        }

        return new Utf8(heap.Bytes, heap.Take(bytes.Length * 2), bytes.Length * 2);
    }

    /// <summary>Null where a character is no digit. Of an odd number of digits the first is dropped for a byte 0.</summary>
    public static Utf8? Unhex(Utf8 text, ByteHeap heap)
    {
        var digits = text.Span;
        var length = (digits.Length + 1) / 2;
        var room = heap.Reserve(length);
        var at = 0;
        if (digits.Length % 2 == 1)
        {
            if (!char.IsAsciiHexDigit((char)digits[0]))
            {
                return null;
            }

            room[at++] = 0;
            digits = digits[1..];
        }

        for (var i = 0; i < digits.Length; i += 2)
        {
            var (high, low) = (Digit(digits[i]), Digit(digits[i + 1]));
            if ((high | low) < 0)
            {
                return null;
            }

            room[at++] = (byte)((high << 4) | low);
        }

        return new Utf8(heap.Bytes, heap.Take(length), length);
    }

    /// <summary>The value of a hexadecimal digit, -1 for anything else.</summary>
    public static int Digit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    private static Utf8 Digits(ulong value, int bitsEach, ByteHeap heap)
    {
        var length = value == 0 ? 1 : (BitOperations.Log2(value) / bitsEach) + 1;
        var room = heap.Reserve(length);
        for (var i = length - 1; i >= 0; i--)
        {
            room[i] = "0123456789ABCDEF"u8[(int)(value & ((1UL << bitsEach) - 1))];
            value >>= bitsEach;
        }

        return new Utf8(heap.Bytes, heap.Take(length), length);
    }
}
