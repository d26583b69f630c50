using System.Numerics;
using Sluice.Engine.Rows;
using Sluice.Sql.Expressions.Kernels;
using Sluice.Sql.Functions.Arithmetic;

namespace Sluice.Tests.Sql.Expressions;

/// <summary>Decimal arithmetic against big integers, which have no limits.</summary>
public sealed class DecimalMathTests
{
    private static readonly Int128[] s_values =
    [
        0, 1, -1, 5, -5, 49, 50, 51, 99, 12345, -99999, int.MaxValue, long.MaxValue, long.MinValue, (Int128)long.MaxValue + 1, (Int128)long.MinValue - 1,
        Int128.Parse("12345678901234567890123456789"), Int128.Parse("-99999999999999999999999999999999999999"), Int128.Parse("99999999999999999999999999999999999999"),
    ];

    public static TheoryData<int, int, int, int> Scales => new()
    {
        { 0, 0, 38, 0 }, { 2, 2, 10, 2 }, { 2, 0, 20, 2 }, { 0, 4, 38, 6 }, { 10, 3, 38, 13 }, { 38, 0, 38, 6 }, { 5, 5, 5, 1 }, { 20, 18, 38, 38 },
    };

    [Theory]
    [MemberData(nameof(Scales))]
    public void Sums_products_quotients_and_remainders_are_exact_and_rounded_half_up(int leftScale, int rightScale, int precision, int scale)
    {
        foreach (var x in s_values)
        {
            foreach (var y in s_values)
            {
                var (left, right) = (new SqlDecimal(x, leftScale), new SqlDecimal(y, rightScale));
                var common = Math.Max(leftScale, rightScale);
                var (a, b) = ((BigInteger)x * BigInteger.Pow(10, common - leftScale), (BigInteger)y * BigInteger.Pow(10, common - rightScale));
                Same(Rounded(a + b, BigInteger.Pow(10, common)), DecimalMath.Add(left, right, precision, scale));
                Same(Rounded(a - b, BigInteger.Pow(10, common)), DecimalMath.Subtract(left, right, precision, scale));
                Same(Rounded((BigInteger)x * (BigInteger)y, BigInteger.Pow(10, leftScale + rightScale)), DecimalMath.Multiply(left, right, precision, scale));
                Assert.Equal(a.CompareTo(b), Math.Sign(DecimalScale.Compare(left, right)));
                if (y != 0)
                {
                    Same(Rounded(a, b), DecimalMath.Divide(left, right, precision, scale));
                    Same(Rounded(BigInteger.Remainder(a, b), BigInteger.Pow(10, common)), DecimalMath.Remainder(left, right, precision, scale));
                }
            }
        }

        // The quotient with so many digits behind the point, half away from zero; null where the precision does not hold it.
        BigInteger? Rounded(BigInteger dividend, BigInteger divisor)
        {
            dividend *= BigInteger.Pow(10, scale);
            var quotient = ((2 * BigInteger.Abs(dividend)) + BigInteger.Abs(divisor)) / (2 * BigInteger.Abs(divisor)) * dividend.Sign * divisor.Sign;
            return BigInteger.Abs(quotient) < BigInteger.Pow(10, precision) ? quotient : null;
        }

        void Same(BigInteger? expected, SqlDecimal? actual)
        {
            Assert.Equal(expected, actual is { } value ? (BigInteger)value.Unscaled : null);
            Assert.True(actual is null || actual.Value.Scale == scale);
        }
    }
}
