using System.Globalization;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Types;

/// <summary>Floating point numbers as Java's <c>Double.toString</c> and <c>Float.toString</c> write them: the fewest digits that
/// tell the number from its neighbours, at least one after the point, and an exponent below 10^-3 and from 10^7 on.</summary>
public static class JavaNumbers
{
    private const int MostBytes = 40;

    private const double SmallestNormalDouble = 2.2250738585072014E-308;
    private const float SmallestNormalFloat = 1.17549435E-38f;

    public static void Append(double value, ByteHeap to)
    {
        if (!double.IsFinite(value))
        {
            AppendSpecial(double.IsNaN(value), value > 0, to);
            return;
        }

        // Whole numbers of everyday size need no search for the shortest digits.
        if (value is > -1e7 and < 1e7 && (long)value is var whole && whole == value && (whole != 0 || !double.IsNegative(value)))
        {
            TextForm.AppendLong(whole, to);
            to.Append(".0"u8);
            return;
        }

        Span<byte> text = stackalloc byte[MostBytes];
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        if (Math.Abs(value) < SmallestNormalDouble && value != 0)
        {
            length = TwoDigits(text, length, value, static (v, t) => v.TryFormat(t, out var n, "E1", CultureInfo.InvariantCulture) ? n : 0,
                static (t, v) => double.Parse(t, CultureInfo.InvariantCulture) == v);
        }

        Lay(text[..length], to);
    }

    public static void Append(float value, ByteHeap to)
    {
        if (!float.IsFinite(value))
        {
            AppendSpecial(float.IsNaN(value), value > 0, to);
            return;
        }

        Span<byte> text = stackalloc byte[MostBytes];
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        if (Math.Abs(value) < SmallestNormalFloat && value != 0)
        {
            length = TwoDigits(text, length, value, static (v, t) => v.TryFormat(t, out var n, "E1", CultureInfo.InvariantCulture) ? n : 0,
                static (t, v) => float.Parse(t, CultureInfo.InvariantCulture) == v);
        }

        Lay(text[..length], to);
    }

    /// <summary>As <c>BigDecimal.toString</c>: with an exponent where more than five zeros would stand between point and digits.</summary>
    public static void Append(SqlDecimal value, ByteHeap to)
    {
        Span<byte> digits = stackalloc byte[MostBytes];
        var size = value.Unscaled < 0 ? -value.Unscaled : value.Unscaled;
        size.TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
        var exponent = count - 1 - value.Scale;
        if (exponent >= -6)
        {
            TextForm.AppendDecimal(value, to);
            return;
        }

        to.Append(value.Unscaled < 0 ? "-"u8 : default);
        to.Append(digits[..1]);
        if (count > 1)
        {
            to.Append("."u8);
            to.Append(digits[1..count]);
        }

        to.Append("E"u8);
        TextForm.AppendLong(exponent, to);
    }

    /// <summary>The same without trailing zeros before or after the point: 100000 is 1E+5.</summary>
    public static void AppendStripped(SqlDecimal value, ByteHeap to)
    {
        var (unscaled, scale) = value;
        if (unscaled == 0)
        {
            to.Append("0"u8);
            return;
        }

        while (unscaled % 10 == 0)
        {
            unscaled /= 10;
            scale--;
        }

        if (scale >= 0)
        {
            Append(new SqlDecimal(unscaled, scale), to);
            return;
        }

        var start = to.Used;
        Append(new SqlDecimal(unscaled, 0), to);
        var first = to.Bytes[start] == '-' ? start + 2 : start + 1;
        var exponent = to.Used - first - scale;
        if (to.Used > first)
        {
            to.Take(1);
            to.Bytes.AsSpan(first, to.Used - 1 - first).CopyTo(to.Bytes.AsSpan(first + 1));
            to.Bytes[first] = (byte)'.';
        }

        to.Append("E+"u8);
        TextForm.AppendLong(exponent, to);
    }

    private delegate int Format<T>(T value, Span<byte> text);

    private delegate bool Stands<T>(ReadOnlySpan<byte> text, T value);

    /// <summary>Java never prints fewer than two digits and takes the nearest two: 4.9E-324 where one digit would do.</summary>
    private static int TwoDigits<T>(Span<byte> text, int length, T value, Format<T> format, Stands<T> stands)
    {
        var digits = text[..length].IndexOf((byte)'E') is var e && e >= 0 ? e : length;
        if (text[..digits].Contains((byte)'.'))
        {
            return length;
        }

        Span<byte> two = stackalloc byte[MostBytes];
        var twoLength = format(value, two);
        if (!stands(two[..twoLength], value))
        {
            return length;
        }

        two[..twoLength].CopyTo(text);
        return twoLength;
    }

    private static void AppendSpecial(bool isNaN, bool isPositive, ByteHeap to) =>
        to.Append(isNaN ? "NaN"u8 : isPositive ? "Infinity"u8 : "-Infinity"u8);

    /// <summary>Lays out the digits of a round-trip text (<c>123.4</c>, <c>1.5E-07</c>) as Java does.</summary>
    private static void Lay(ReadOnlySpan<byte> text, ByteHeap to)
    {
        Span<byte> digits = stackalloc byte[MostBytes];
        var (count, point) = Digits(text, digits);
        var at = to.Reserve(MostBytes);
        var used = 0;
        if (text[0] == '-')
        {
            at[used++] = (byte)'-';
        }

        used += point is > -3 and <= 7 ? LayPlain(at[used..], digits[..count], point) : LayScientific(at[used..], digits[..count], point);
        to.Take(used);
    }

    /// <summary>The significant digits, and how many of them stand before the point (negative: zeros after it).</summary>
    private static (int Count, int Point) Digits(ReadOnlySpan<byte> text, Span<byte> digits)
    {
        var count = 0;
        var point = -1;
        var leadingZeros = 0;
        var exponent = 0;
        for (var i = text[0] == '-' ? 1 : 0; i < text.Length; i++)
        {
            var b = text[i];
            if (b == '.')
            {
                point = count;
            }
            else if (b == 'E')
            {
                exponent = int.Parse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                break;
            }
            else if (count == 0 && b == '0')
            {
                leadingZeros += point < 0 ? 0 : 1;
            }
            else
            {
                digits[count++] = b;
            }
        }

        point = (point < 0 ? count : point) + exponent - leadingZeros;
        while (count > 1 && digits[count - 1] == '0')
        {
            count--;
        }

        if (count == 0)
        {
            digits[0] = (byte)'0';
            return (1, 1);
        }

        return (count, point);
    }

    private static int LayPlain(Span<byte> at, ReadOnlySpan<byte> digits, int point)
    {
        if (point <= 0)
        {
            at[0] = (byte)'0';
            at[1] = (byte)'.';
            at.Slice(2, -point).Fill((byte)'0');
            digits.CopyTo(at[(2 - point)..]);
            return 2 - point + digits.Length;
        }

        var before = Math.Min(point, digits.Length);
        digits[..before].CopyTo(at);
        at[before..point].Fill((byte)'0');
        at[point] = (byte)'.';
        if (digits.Length <= point)
        {
            at[point + 1] = (byte)'0';
            return point + 2;
        }

        digits[point..].CopyTo(at[(point + 1)..]);
        return digits.Length + 1;
    }

    private static int LayScientific(Span<byte> at, ReadOnlySpan<byte> digits, int point)
    {
        at[0] = digits[0];
        at[1] = (byte)'.';
        var used = 2;
        if (digits.Length == 1)
        {
            at[used++] = (byte)'0';
        }
        else
        {
            digits[1..].CopyTo(at[used..]);
            used += digits.Length - 1;
        }

        at[used++] = (byte)'E';
        (point - 1).TryFormat(at[used..], out var written, default, CultureInfo.InvariantCulture);
        return used + written;
    }
}
