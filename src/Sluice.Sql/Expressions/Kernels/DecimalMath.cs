using System.Globalization;
using System.Numerics;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Functions.Arithmetic;

namespace Sluice.Sql.Expressions.Kernels;

/// <summary>Exact arithmetic of decimals. Results are rounded half up (away from zero) to the scale of their type; null where
/// the digits of the type do not suffice, as in Flink. Where 128 bits do not hold what is between, big integers do.</summary>
internal static class DecimalMath
{
    /// <summary>Sums of two numbers below this stay within 128 bits.</summary>
    private static readonly Int128 s_summable = Int128.MaxValue / 2;

    public static SqlDecimal? Add(SqlDecimal left, SqlDecimal right, int precision, int scale)
    {
        // Most sums are of small numbers.
        if (Math.Max(left.Scale, right.Scale) == scale && DecimalScale.TryShort(left, scale, out var a) && DecimalScale.TryShort(right, scale, out var b))
        {
            return Within((Int128)a + b, precision, scale);
        }

        var common = Math.Max(left.Scale, right.Scale);
        return TryRescale(left, common, out var x) && TryRescale(right, common, out var y) && Int128.Abs(x) < s_summable && Int128.Abs(y) < s_summable
            ? Fit(x + y, common, precision, scale)
            : Fit(Big(left, common) + Big(right, common), common, precision, scale);
    }

    public static SqlDecimal? Subtract(SqlDecimal left, SqlDecimal right, int precision, int scale) =>
        Add(left, right with { Unscaled = -right.Unscaled }, precision, scale);

    public static SqlDecimal? Multiply(SqlDecimal left, SqlDecimal right, int precision, int scale)
    {
        var common = left.Scale + right.Scale;
        if (common == scale && DecimalScale.IsShort(left.Unscaled) && DecimalScale.IsShort(right.Unscaled))
        {
            var high = Math.BigMul((long)left.Unscaled, (long)right.Unscaled, out var low);
            return Within(new Int128((ulong)high, (ulong)low), precision, scale);
        }

        return Bits(left.Unscaled) + Bits(right.Unscaled) < 127
            ? Fit(left.Unscaled * right.Unscaled, common, precision, scale)
            : Fit((BigInteger)left.Unscaled * (BigInteger)right.Unscaled, common, precision, scale);
    }

    /// <exception cref="DataException">Division by zero.</exception>
    public static SqlDecimal? Divide(SqlDecimal left, SqlDecimal right, int precision, int scale)
    {
        if (right.Unscaled == 0)
        {
            throw new DataException(IntegerMath.DivisionByZero);
        }

        // left / right = (left.Unscaled × 10^shift / right.Unscaled) × 10^-scale.
        var shift = scale + right.Scale - left.Scale;
        if (shift is >= 0 and <= SqlType.MaxDecimalPrecision && Bits(left.Unscaled) + Bits(DecimalScale.PowerOfTen(shift)) < 126)
        {
            var (quotient, rest) = Int128.DivRem(left.Unscaled * DecimalScale.PowerOfTen(shift), right.Unscaled);
            // Half of the divisor or more is left: away from zero.
            if (Int128.Abs(rest) >= Int128.Abs(right.Unscaled) - Int128.Abs(rest))
            {
                quotient += Int128.IsNegative(left.Unscaled) == Int128.IsNegative(right.Unscaled) ? 1 : -1;
            }

            return Fit(quotient, scale, precision, scale);
        }

        var (dividend, divisor) = ((BigInteger)left.Unscaled, (BigInteger)right.Unscaled);
        (dividend, divisor) = shift >= 0 ? (dividend * BigInteger.Pow(10, shift), divisor) : (dividend, divisor * BigInteger.Pow(10, -shift));
        return Fit(DivideHalfUp(dividend, divisor), scale, precision, scale);
    }

    /// <summary>With the sign of the dividend.</summary>
    /// <exception cref="DataException">Division by zero.</exception>
    public static SqlDecimal? Remainder(SqlDecimal left, SqlDecimal right, int precision, int scale)
    {
        if (right.Unscaled == 0)
        {
            throw new DataException(IntegerMath.DivisionByZero);
        }

        var common = Math.Max(left.Scale, right.Scale);
        return TryRescale(left, common, out var x) && TryRescale(right, common, out var y)
            ? Fit(x % y, common, precision, scale)
            : Fit(BigInteger.Remainder(Big(left, common), Big(right, common)), common, precision, scale);
    }

    public static SqlDecimal Negate(SqlDecimal value) => value with { Unscaled = -value.Unscaled };

    /// <summary>The same number with another precision and scale.</summary>
    public static SqlDecimal? Convert(SqlDecimal value, int precision, int scale) => Fit(value.Unscaled, value.Scale, precision, scale);

    public static SqlDecimal Of(long value) => new(value, 0);

    public static SqlDecimal? FromLong(long value, int precision, int scale) => Fit(value, 0, precision, scale);

    /// <summary>The number that the shortest text of a double is.</summary>
    /// <exception cref="DataException">NaN or infinite.</exception>
    public static SqlDecimal? FromDouble(double value, int precision, int scale)
    {
        if (!double.IsFinite(value))
        {
            throw new DataException($"{value.ToString(CultureInfo.InvariantCulture)} cannot be CAST to DECIMAL; TRY_CAST gives NULL instead");
        }

        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        return TextParser.TryParseDecimal(text[..length], precision, scale, out var result) ? result : null;
    }

    public static SqlDecimal? TryFromDouble(double value, int precision, int scale) =>
        double.IsFinite(value) ? FromDouble(value, precision, scale) : null;

    /// <summary>The nearest double.</summary>
    public static double ToDouble(SqlDecimal value)
    {
        const long exact = 1L << 53;
        if (value.Unscaled <= exact && value.Unscaled >= -exact && value.Scale <= 22)
        {
            return (double)(long)value.Unscaled / (double)DecimalScale.PowerOfTen(value.Scale);
        }

        Span<byte> text = stackalloc byte[64];
        value.Unscaled.TryFormat(text, out var digits, default, CultureInfo.InvariantCulture);
        text[digits++] = (byte)'E';
        (-value.Scale).TryFormat(text[digits..], out var exponent, default, CultureInfo.InvariantCulture);
        return double.Parse(text[..(digits + exponent)], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>The whole part; beyond 64 bits it wraps, as Flink's does.</summary>
    public static long ToLong(SqlDecimal value) => unchecked((long)(value.Unscaled / DecimalScale.PowerOfTen(value.Scale)));

    private static SqlDecimal? Within(Int128 value, int precision, int scale)
    {
        var limit = DecimalScale.PowerOfTen(precision);
        return value < limit && value > -limit ? new SqlDecimal(value, scale) : null;
    }

    private static SqlDecimal? Fit(Int128 value, int from, int precision, int scale)
    {
        if (from < scale)
        {
            if (!TryRescale(new SqlDecimal(value, from), scale, out value))
            {
                return null;
            }
        }
        else if (from > scale)
        {
            value = DecimalScale.HalfUp(value, from - scale);
        }

        return Within(value, precision, scale);
    }

    private static SqlDecimal? Fit(BigInteger value, int from, int precision, int scale)
    {
        value = from <= scale ? value * BigInteger.Pow(10, scale - from) : DivideHalfUp(value, BigInteger.Pow(10, from - scale));
        return BigInteger.Abs(value) < (BigInteger)DecimalScale.PowerOfTen(precision) ? new SqlDecimal((Int128)value, scale) : null;
    }

    private static BigInteger DivideHalfUp(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var rest);
        return BigInteger.Abs(rest) * 2 >= BigInteger.Abs(divisor) ? quotient + (dividend.Sign * divisor.Sign) : quotient;
    }

    private static bool TryRescale(SqlDecimal value, int scale, out Int128 unscaled)
    {
        unscaled = value.Unscaled;
        if (scale == value.Scale)
        {
            return true;
        }

        var factor = DecimalScale.PowerOfTen(scale - value.Scale);
        if (Bits(unscaled) + Bits(factor) >= 127)
        {
            return false;
        }

        unscaled *= factor;
        return true;
    }

    private static BigInteger Big(SqlDecimal value, int scale) => (BigInteger)value.Unscaled * BigInteger.Pow(10, scale - value.Scale);

    private static int Bits(Int128 value) => 128 - (int)Int128.LeadingZeroCount(Int128.Abs(value));
}
