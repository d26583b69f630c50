using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Arithmetic;

/// <summary>Scales and rounding of exact numbers.</summary>
internal static class DecimalMath
{
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
    public static int Compare(SqlDecimal a, SqlDecimal b)
    {
        if (a.Scale == b.Scale)
        {
            return a.Unscaled.CompareTo(b.Unscaled);
        }

        // Whole parts first: widening the smaller scale could overflow, widening a fraction cannot.
        var (wholeA, restA) = Int128.DivRem(a.Unscaled, PowerOfTen(a.Scale));
        var (wholeB, restB) = Int128.DivRem(b.Unscaled, PowerOfTen(b.Scale));
        var scale = Math.Max(a.Scale, b.Scale);
        return wholeA != wholeB ? wholeA.CompareTo(wholeB)
            : (restA * PowerOfTen(scale - a.Scale)).CompareTo(restB * PowerOfTen(scale - b.Scale));
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
