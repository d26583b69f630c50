using System.Globalization;
using System.Numerics;
using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Text;

/// <summary>One value as PRINTF writes it.</summary>
internal static class PrintfText
{
    private const int DefaultPrecision = 6;

    /// <param name="value">Null for NULL, which every conversion but %b writes as <c>null</c>.</param>
    /// <returns>Null: the conversion is not for values of this type.</returns>
    public static string? Of(PrintfPart part, Cell? value, SqlType type, TimeZoneInfo zone)
    {
        var text = char.ToLowerInvariant(part.Conversion) switch
        {
            'b' => Cut(value is null ? "false" : type.Kind == TypeKind.Boolean ? (Read<bool>(value.Value) ? "true" : "false") : "true", part),
            's' => Cut(value is { } cell ? Text(cell, type, zone) : "null", part),
            _ when value is null => Cut("null", part),
            'c' => type.IsInteger && Rune.TryCreate((int)Whole(value.Value, type), out var rune) ? rune.ToString() : null,
            'd' => type.IsInteger ? Decimal(Whole(value.Value, type), part) : null,
            'x' or 'o' => type.IsInteger ? Bits(Whole(value.Value, type), type, part) : null,
            _ => type.Kind is TypeKind.Float or TypeKind.Double or TypeKind.Decimal ? Real(value.Value, type, part) : null,
        };
        if (text is null)
        {
            return null;
        }

        text = char.IsUpper(part.Conversion) ? text.ToUpperInvariant() : text;
        return part.Has('-') ? text.PadRight(part.Width) : text.PadLeft(part.Width);
    }

    private static string Cut(string text, PrintfPart part) => part.Precision >= 0 && part.Precision < text.Length ? text[..part.Precision] : text;

    private static string Text(Cell value, SqlType type, TimeZoneInfo zone)
    {
        var heap = new ByteHeap(64);
        TextForm.Append(value.Column, value.Row, type, heap, zone);
        var text = Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used));
        return type.Kind == TypeKind.Boolean ? text.ToLowerInvariant() : text;
    }

    private static T Read<T>(Cell value)
        where T : unmanaged => ((ValueColumn<T>)value.Column).Values[value.Row];

    private static long Whole(Cell value, SqlType type) => type.Kind == TypeKind.BigInt ? Read<long>(value) : Read<int>(value);

    private static string Decimal(long value, PrintfPart part) =>
        Signed(value < 0, Grouped(BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture), part), part);

    /// <summary>Negative numbers as the bits of their type.</summary>
    private static string Bits(long value, SqlType type, PrintfPart part)
    {
        var size = type.Kind switch
        {
            TypeKind.TinyInt => 8,
            TypeKind.SmallInt => 16,
            TypeKind.Int => 32,
            _ => 64,
        };
        var bits = size == 64 ? (ulong)value : (ulong)value & ((1UL << size) - 1);
        var isHex = part.Conversion != 'o';
        var digits = isHex ? bits.ToString("x", CultureInfo.InvariantCulture) : Octal(bits);
        var prefix = part.Has('#') ? (isHex ? "0x" : "0") : "";
        return part.Has('0') ? prefix + digits.PadLeft(part.Width - prefix.Length, '0') : prefix + digits;
    }

    private static string Octal(ulong bits)
    {
        var digits = new StringBuilder();
        do
        {
            digits.Insert(0, (char)('0' + (bits & 7)));
            bits >>= 3;
        }
        while (bits > 0);
        return digits.ToString();
    }

    private static string Real(Cell value, SqlType type, PrintfPart part)
    {
        var (unscaled, scale) = (BigInteger.Zero, 0);
        if (type.Kind == TypeKind.Decimal)
        {
            var exact = Read<SqlDecimal>(value);
            (unscaled, scale) = ((BigInteger)exact.Unscaled, exact.Scale);
        }
        else
        {
            var real = type.Kind == TypeKind.Float ? Read<float>(value) : Read<double>(value);
            if (!double.IsFinite(real))
            {
                return double.IsNaN(real) ? "NaN" : real < 0 ? (part.Has('(') ? "(Infinity)" : "-Infinity") : part.Has('+') ? "+Infinity" : "Infinity";
            }

            (unscaled, scale) = Exact(type.Kind == TypeKind.Float
                ? Read<float>(value).ToString("R", CultureInfo.InvariantCulture)
                : real.ToString("R", CultureInfo.InvariantCulture));
        }

        var precision = part.Precision < 0 ? DefaultPrecision : part.Precision;
        var digits = char.ToLowerInvariant(part.Conversion) switch
        {
            'e' => Scientific(BigInteger.Abs(unscaled), scale, precision),
            'f' => Grouped(Fixed(BigInteger.Abs(unscaled), scale, precision), part),
            _ => General(BigInteger.Abs(unscaled), scale, Math.Max(1, precision), part),
        };
        return Signed(unscaled.Sign < 0, digits, part);
    }

    private static (BigInteger Unscaled, int Scale) Exact(string text)
    {
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var scale = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        return (BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), scale);
    }

    /// <summary>So many digits behind the point, half up.</summary>
    private static string Fixed(BigInteger unscaled, int scale, int precision)
    {
        var rounded = AtScale(unscaled, scale, precision);
        var digits = rounded.ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        return precision == 0 ? digits : $"{digits[..^precision]}.{digits[^precision..]}";
    }

    private static string Scientific(BigInteger unscaled, int scale, int precision)
    {
        var exponent = unscaled.IsZero ? 0 : unscaled.ToString(CultureInfo.InvariantCulture).Length - 1 - scale;
        var rounded = AtScale(unscaled, scale + exponent, precision);
        if (rounded >= BigInteger.Pow(10, precision + 1))
        {
            exponent++;
            rounded = AtScale(unscaled, scale + exponent, precision);
        }

        var digits = rounded.ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        var fraction = precision == 0 ? "" : "." + digits[1..];
        return $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
    }

    /// <summary>Like %f from 10^-4 to below 10^precision, with so many digits in all, otherwise like %e.</summary>
    private static string General(BigInteger unscaled, int scale, int precision, PrintfPart part)
    {
        if (unscaled.IsZero)
        {
            return Grouped(Fixed(unscaled, scale, precision - 1), part);
        }

        var exponent = unscaled.ToString(CultureInfo.InvariantCulture).Length - 1 - scale;
        if (AtScale(unscaled, scale + exponent, precision - 1) >= BigInteger.Pow(10, precision))
        {
            exponent++;
        }

        return exponent >= -4 && exponent < precision
            ? Grouped(Fixed(unscaled, scale, precision - 1 - exponent), part)
            : Scientific(unscaled, scale, precision - 1);
    }

    private static BigInteger AtScale(BigInteger unscaled, int from, int to)
    {
        if (to >= from)
        {
            return unscaled * BigInteger.Pow(10, to - from);
        }

        var power = BigInteger.Pow(10, from - to);
        var quotient = BigInteger.DivRem(unscaled, power, out var rest);
        return rest * 2 >= power ? quotient + 1 : quotient;
    }

    private static string Grouped(string digits, PrintfPart part)
    {
        if (!part.Has(','))
        {
            return digits;
        }

        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var text = new StringBuilder(digits);
        for (var i = (point < 0 ? digits.Length : point) - 3; i > 0; i -= 3)
        {
            text.Insert(i, ',');
        }

        return text.ToString();
    }

    private static string Signed(bool isNegative, string digits, PrintfPart part)
    {
        var (before, after) = isNegative ? (part.Has('(') ? ("(", ")") : ("-", "")) : (part.Has('+') ? "+" : part.Has(' ') ? " " : "", "");
        return before + (part.Has('0') ? digits.PadLeft(part.Width - before.Length - after.Length, '0') : digits) + after;
    }
}
