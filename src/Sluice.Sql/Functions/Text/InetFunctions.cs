using System.Globalization;
using System.Text;
using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>INET_ATON and INET_NTOA: addresses of IPv4 as numbers.</summary>
internal static class InetFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("INET_ATON", [new([Character], Returning.Nullable(Returning.BigInt), ToNumber)]),
        new("INET_NTOA", [new([BigInt], Returning.Nullable(Returning.Text), ToText)]),
    ];

    /// <summary>One to four numbers, always decimal; the last one fills the end: 127.1 is 127.0.0.1. Null for anything else.</summary>
    public static long? ToNumber(Utf8 text)
    {
        var (result, number, digits, parts) = (0L, 0, 0, 0);
        foreach (var c in text.Span)
        {
            if (char.IsAsciiDigit((char)c))
            {
                number = (number * 10) + c - '0';
                digits++;
                if (number > 255)
                {
                    return null;
                }
            }
            else if (c == '.' && digits > 0 && parts < 3)
            {
                result = (result << 8) + number;
                (number, digits) = (0, 0);
                parts++;
            }
            else
            {
                return null;
            }
        }

        return digits == 0 ? null : parts == 0 ? number : (result << (8 * (4 - parts))) + number;
    }

    /// <summary>Null outside of 0 to 4294967295.</summary>
    public static Utf8? ToText(long number, ByteHeap heap)
    {
        if (number is < 0 or > uint.MaxValue)
        {
            return null;
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{number >> 24}.{(number >> 16) & 255}.{(number >> 8) & 255}.{number & 255}");
        var start = heap.Append(Encoding.ASCII.GetBytes(text));
        return new Utf8(heap.Bytes, start, text.Length);
    }
}
