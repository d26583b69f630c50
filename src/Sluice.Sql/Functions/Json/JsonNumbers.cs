using System.Globalization;
using System.Numerics;
using System.Text;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Json;

/// <summary>JSON numbers as Flink prints them: integers without an exponent as they are, others as the exact decimal, which has an
/// exponent where its digits say so: <c>1e2</c> is 1E+2, <c>0.0000001</c> is 1E-7.</summary>
internal static class JsonNumbers
{
    public static Utf8 Text(Utf8 number, ByteHeap heap)
    {
        var span = number.Span;
        var isPlain = span.IndexOfAny((byte)'e', (byte)'E') < 0;
        if (isPlain && (span.IndexOf((byte)'.') < 0 ? !span.SequenceEqual("-0"u8) : !MayBeTiny(span)))
        {
            return number;
        }

        var text = Exact(Encoding.ASCII.GetString(span));
        var start = heap.Append(Encoding.ASCII.GetBytes(text));
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    // Six zeros behind the point are where exponents begin; a negative zero loses its sign.
    private static bool MayBeTiny(ReadOnlySpan<byte> number) => number.StartsWith("0.00000"u8) || number.StartsWith("-0."u8);

    private static string Exact(string number)
    {
        var e = number.AsSpan().IndexOfAny('e', 'E');
        var mantissa = e < 0 ? number : number[..e];
        var exponent = e < 0 ? 0 : int.TryParse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given) ? given : 0;
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var scale = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        var unscaled = BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (e < 0 && point < 0)
        {
            return unscaled.ToString(CultureInfo.InvariantCulture);
        }

        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture);
        var sign = unscaled.Sign < 0 ? "-" : "";
        var adjusted = (long)digits.Length - 1 - scale;
        if (scale < 0 || adjusted < -6)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}E{(adjusted < 0 ? "" : "+")}{adjusted.ToString(CultureInfo.InvariantCulture)}";
        }

        if (scale == 0)
        {
            return sign + digits;
        }

        digits = digits.PadLeft(scale + 1, '0');
        return $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }
}
