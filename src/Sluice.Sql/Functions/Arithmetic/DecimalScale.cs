using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Arithmetic;

/// <summary>Scales of exact numbers: their order, and their rounding.</summary>
internal static class DecimalScale
{
    /// <summary>Powers of ten up to this one are held by 64 bits.</summary>
    private const int MostShortDigits = 18;

    private static readonly Int128[] s_powers = Powers();

    /// <param name="exponent">0 to 38.</param>
    public static Int128 PowerOfTen(int exponent) => s_powers[exponent];

    /// <summary>The decimal type that holds a numeric type exactly; DOUBLE and FLOAT have none.</summary>
    public static SqlType AsDecimal(SqlType type) => type.Kind switch
    {
        TypeKind.TinyInt => SqlType.Decimal(3, 0),
        TypeKind.SmallInt => SqlType.Decimal(5, 0),
        TypeKind.Int => SqlType.Decimal(10, 0),
        TypeKind.BigInt => SqlType.Decimal(19, 0),
        _ => type,
    };

    /// <summary>By value, whatever the scales.</summary>
    public static int Compare(SqlDecimal left, SqlDecimal right)
    {
        if (left.Scale == right.Scale)
        {
            return left.Unscaled.CompareTo(right.Unscaled);
        }

        var scale = Math.Max(left.Scale, right.Scale);
        if (TryShort(left, scale, out var a) && TryShort(right, scale, out var b))
        {
            return a.CompareTo(b);
        }

        // Whole parts first: widening the smaller scale could overflow, widening a fraction cannot.
        var (wholeLeft, restLeft) = Int128.DivRem(left.Unscaled, PowerOfTen(left.Scale));
        var (wholeRight, restRight) = Int128.DivRem(right.Unscaled, PowerOfTen(right.Scale));
        return wholeLeft != wholeRight ? wholeLeft.CompareTo(wholeRight)
            : (restLeft * PowerOfTen(scale - left.Scale)).CompareTo(restRight * PowerOfTen(scale - right.Scale));
    }

    /// <summary>Whether 64 bits hold a value.</summary>
    public static bool IsShort(Int128 value) => (long)(value >> 64) == (long)value >> 63;

    /// <summary>The unscaled number at a scale that is not smaller, where 64 bits hold it.</summary>
    public static bool TryShort(SqlDecimal value, int scale, out long unscaled)
    {
        unscaled = (long)value.Unscaled;
        var by = scale - value.Scale;
        if (!IsShort(value.Unscaled) || by > MostShortDigits)
        {
            return false;
        }

        return by == 0 || Math.BigMul(unscaled, (long)PowerOfTen(by), out unscaled) == unscaled >> 63;
    }

    /// <summary>The unscaled number at a scale that is not smaller.</summary>
    public static Int128 Widen(SqlDecimal value, int scale) => value.Unscaled * PowerOfTen(scale - value.Scale);

    /// <summary>The value at another scale; digits that do not fit are rounded half up.</summary>
    public static SqlDecimal Rescale(SqlDecimal value, int scale) =>
        scale >= value.Scale ? new SqlDecimal(Widen(value, scale), scale) : new SqlDecimal(HalfUp(value.Unscaled, value.Scale - scale), scale);

    /// <summary>Divides by a power of ten, half away from zero.</summary>
    public static Int128 HalfUp(Int128 unscaled, int exponent)
    {
        if (exponent > SqlType.MaxDecimalPrecision)
        {
            return 0;
        }

        var power = PowerOfTen(exponent);
        var (quotient, rest) = Int128.DivRem(unscaled, power);
        var isUp = Int128.Abs(rest) >= power - Int128.Abs(rest);
        return isUp && exponent > 0 ? quotient + (unscaled < 0 ? -1 : 1) : quotient;
    }

    /// <summary>Divides by a power of ten, towards zero.</summary>
    public static Int128 Down(Int128 unscaled, int exponent) => exponent > SqlType.MaxDecimalPrecision ? 0 : unscaled / PowerOfTen(exponent);

    private static Int128[] Powers()
    {
        var powers = new Int128[SqlType.MaxDecimalPrecision + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
