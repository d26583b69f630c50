using System.Globalization;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Functions.Temporal;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Arithmetic;

/// <summary>ROUND, TRUNCATE, CEIL and FLOOR.</summary>
internal static class RoundingFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("ROUND",
        [
            new([Int], Returning.First, SameInt), new([BigInt], Returning.First, SameLong),
            ByDigits([Family.Decimal], RoundDecimal0), new([Float], Returning.First, RoundFloat0), new([Family.Double], Returning.First, RoundDouble0),
            new([Int, Int], Returning.First, RoundInt), new([BigInt, Int], Returning.First, RoundLong),
            ByDigits([Family.Decimal, Int], RoundDecimal), new([Float, Int], Returning.First, RoundFloat), new([Family.Double, Int], Returning.First, RoundDouble),
        ]),
        new("TRUNCATE",
        [
            new([Int], Returning.First, SameInt), new([BigInt], Returning.First, SameLong),
            ByDigits([Family.Decimal], TruncateDecimal0), new([Float], Returning.First, TruncateFloat0), new([Family.Double], Returning.First, TruncateDouble0),
            new([Int, Int], Returning.First, TruncateInt), new([BigInt, Int], Returning.First, TruncateLong),
            ByDigits([Family.Decimal, Int], TruncateDecimal), new([Float, Int], Returning.First, TruncateFloat), new([Family.Double, Int], Returning.First, TruncateDouble),
        ]),
        new("CEIL",
        [
            new([Int], Returning.First, SameInt), new([BigInt], Returning.First, SameLong), new([Family.Decimal], WithoutScale, CeilDecimal),
            new([Float], Returning.First, (Func<float, float>)MathF.Ceiling), new([Family.Double], Returning.First, (Func<double, double>)Math.Ceiling),
            .. RoundTimeFunctions.Ceil,
        ], "CEILING"),
        new("FLOOR",
        [
            new([Int], Returning.First, SameInt), new([BigInt], Returning.First, SameLong), new([Family.Decimal], WithoutScale, FloorDecimal),
            new([Float], Returning.First, (Func<float, float>)MathF.Floor), new([Family.Double], Returning.First, (Func<double, double>)Math.Floor),
            .. RoundTimeFunctions.Floor,
        ]),
    ];

    public static int SameInt(int x) => x;

    public static long SameLong(long x) => x;

    public static int RoundInt(int x, int digits) => digits >= 0 ? x : (int)WholeHalfUp(x, digits);

    public static long RoundLong(long x, int digits) => digits >= 0 ? x : (long)WholeHalfUp(x, digits);

    public static int TruncateInt(int x, int digits) => digits >= 0 ? x : (int)WholeDown(x, digits);

    public static long TruncateLong(long x, int digits) => digits >= 0 ? x : (long)WholeDown(x, digits);

    public static SqlDecimal RoundDecimal0(SqlDecimal x, SqlType[] types) => RoundDecimal(x, 0, types);

    public static SqlDecimal TruncateDecimal0(SqlDecimal x, SqlType[] types) => TruncateDecimal(x, 0, types);

    public static SqlDecimal RoundDecimal(SqlDecimal x, int digits, SqlType[] types) =>
        digits >= x.Scale ? DecimalScale.Rescale(x, types[^1].Scale) : At(DecimalScale.HalfUp(x.Unscaled, x.Scale - digits), digits, types[^1].Scale);

    public static SqlDecimal TruncateDecimal(SqlDecimal x, int digits, SqlType[] types) =>
        digits >= x.Scale ? DecimalScale.Rescale(x, types[^1].Scale) : At(DecimalScale.Down(x.Unscaled, x.Scale - digits), digits, types[^1].Scale);

    public static double RoundDouble0(double x) => RoundDouble(x, 0);

    public static double TruncateDouble0(double x) => TruncateDouble(x, 0);

    public static float RoundFloat0(float x) => RoundFloat(x, 0);

    public static float TruncateFloat0(float x) => TruncateFloat(x, 0);

    public static double RoundDouble(double x, int digits) => Exact(x, x, digits, MidpointRounding.AwayFromZero);

    public static double TruncateDouble(double x, int digits) => Exact(x, x, digits, MidpointRounding.ToZero);

    public static float RoundFloat(float x, int digits) => (float)Exact(x, x, digits, MidpointRounding.AwayFromZero);

    public static float TruncateFloat(float x, int digits) => (float)Exact(x, x, digits, MidpointRounding.ToZero);

    public static SqlDecimal FloorDecimal(SqlDecimal x)
    {
        var (whole, rest) = Int128.DivRem(x.Unscaled, DecimalScale.PowerOfTen(x.Scale));
        return new SqlDecimal(rest < 0 ? whole - 1 : whole, 0);
    }

    public static SqlDecimal CeilDecimal(SqlDecimal x)
    {
        var (whole, rest) = Int128.DivRem(x.Unscaled, DecimalScale.PowerOfTen(x.Scale));
        return new SqlDecimal(rest > 0 ? whole + 1 : whole, 0);
    }

    private static Overload ByDigits(IReadOnlyList<Family> parameters, Delegate implementation) =>
        new(parameters, types => DecimalScale.AsDecimal(types[0]), implementation)
        {
            ReturnsFor = (types, constants) => RoundedType(DecimalScale.AsDecimal(types[0]), constants.Count > 1 ? constants[1] as int? : 0),
        };

    // Rounding to fewer digits may add one in front (9.99), which is why the precision grows by one.
    private static SqlType RoundedType(SqlType type, int? digits)
    {
        if (digits is not { } n || n >= type.Scale)
        {
            return type;
        }

        var precision = Math.Min(SqlType.MaxDecimalPrecision, 1 + type.Precision - type.Scale + Math.Max(n, 0));
        return SqlType.Decimal(precision, Math.Max(n, 0)).Nullable(type.IsNullable);
    }

    private static SqlType WithoutScale(IReadOnlyList<SqlType> arguments) => SqlType.Decimal(DecimalScale.AsDecimal(arguments[0]).Precision, 0).NotNull();

    private static Int128 WholeHalfUp(long x, int digits) => -digits > 19 ? 0 : DecimalScale.HalfUp(x, -digits) * DecimalScale.PowerOfTen(-digits);

    private static Int128 WholeDown(long x, int digits) => -digits > 19 ? 0 : DecimalScale.Down(x, -digits) * DecimalScale.PowerOfTen(-digits);

    private static SqlDecimal At(Int128 unscaled, int digits, int scale) =>
        -digits > SqlType.MaxDecimalPrecision ? new SqlDecimal(0, scale) : new SqlDecimal(unscaled * DecimalScale.PowerOfTen(scale - digits), scale);

    /// <summary>Rounds the digits that the number prints as, not the binary fraction: 2.675 to two digits is 2.68.</summary>
    private static double Exact<T>(double x, T printed, int digits, MidpointRounding mode)
        where T : IUtf8SpanFormattable
    {
        const double MostOfDecimal = 7.9e27;
        Span<byte> text = stackalloc byte[40];
        if (!double.IsFinite(x) || (digits >= 0 && Math.Abs(x) >= MostOfDecimal) || digits > 28)
        {
            return x;
        }

        if (Math.Abs(x) >= MostOfDecimal || digits < -27)
        {
            var unit = Math.Pow(10, -digits);
            return Math.Round(x / unit, mode) * unit;
        }

        printed.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        var value = decimal.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
        if (digits >= 0)
        {
            return (double)decimal.Round(value, digits, mode) + 0.0;
        }

        var power = (decimal)DecimalScale.PowerOfTen(-digits);
        return (double)(decimal.Round(value / power, mode) * power) + 0.0;
    }
}
