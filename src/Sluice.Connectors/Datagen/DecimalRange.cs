using System.Globalization;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Datagen;

/// <summary>Exact numbers without their point: 1.50 at scale 2 is 150.</summary>
internal static class DecimalRange
{
    public static Int128 PowerOfTen(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    /// <summary>The largest number of a type.</summary>
    public static Int128 Largest(SqlType type) => PowerOfTen(type.Precision) - 1;

    /// <summary>A number as the user writes it, at the scale of the type. One beyond the type's largest becomes that, as in Flink; null
    /// for what is no number or has more digits after the point than the type.</summary>
    public static Int128? Parse(string text, SqlType type)
    {
        text = text.Trim();
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, fraction) = point < 0 ? (text, "") : (text[..point], text[(point + 1)..].TrimEnd('0'));
        var isNegative = whole.StartsWith('-');
        whole = whole.TrimStart('-', '+').TrimStart('0');
        if (fraction.Length > type.Scale || !IsNumber(text))
        {
            return null;
        }

        var largest = Largest(type);
        if (whole.Length > type.Precision - type.Scale)
        {
            return isNegative ? -largest : largest;
        }

        var digits = whole + fraction.PadRight(type.Scale, '0');
        var unscaled = digits.Length == 0 ? Int128.Zero : Int128.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return isNegative ? -unscaled : unscaled;
    }

    private static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text is ['-' or '+', ..] ? 1 : 0);
        var points = digits.Count('.');
        return points <= 1 && digits.Length > points && points + CountDigits(digits) == digits.Length;
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var letter in text)
        {
            count += char.IsAsciiDigit(letter) ? 1 : 0;
        }

        return count;
    }
}
