using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Arithmetic;

/// <summary>Functions of numbers that do not round.</summary>
internal static class ArithmeticFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("POWER", [new([Family.Double, Family.Double], Returning.Double, Math.Pow)]),
        new("SQRT", [Of(Math.Sqrt)]),
        new("LN", [Of(Math.Log)]),
        new("LOG10", [Of(Math.Log10)]),
        new("LOG2", [Of(Log2)]),
        new("LOG", [Of(Math.Log), new([Family.Double, Family.Double], Returning.Double, Log)]),
        new("EXP", [Of(Math.Exp)]),
        new("SIN", [Of(Math.Sin)]),
        new("SINH", [Of(Math.Sinh)]),
        new("COS", [Of(Math.Cos)]),
        new("COSH", [Of(Math.Cosh)]),
        new("TAN", [Of(Math.Tan)]),
        new("TANH", [Of(Math.Tanh)]),
        new("COT", [Of(Cot)]),
        new("ASIN", [Of(Math.Asin)]),
        new("ACOS", [Of(Math.Acos)]),
        new("ATAN", [Of(Math.Atan)]),
        new("ATAN2", [new([Family.Double, Family.Double], Returning.Double, Math.Atan2)]),
        new("DEGREES", [Of(Degrees)]),
        new("RADIANS", [Of(Radians)]),
        new("PI", [new([], Returning.Double, Pi)]),
        new("E", [new([], Returning.Double, E)]),
        new("ABS",
        [
            new([Int], Returning.First, AbsInt), new([BigInt], Returning.First, AbsLong), new([Family.Decimal], Returning.First, AbsDecimal),
            new([Float], Returning.First, (Func<float, float>)MathF.Abs), new([Family.Double], Returning.First, (Func<double, double>)Math.Abs),
        ]),
        new("SIGN",
        [
            new([Int], Returning.First, SignInt), new([BigInt], Returning.First, SignLong), new([Family.Decimal], Returning.First, SignDecimal),
            new([Float], Returning.First, SignFloat), new([Family.Double], Returning.First, SignDouble),
        ]),
        new("MOD",
        [
            new([Int, Int], Second, ModInt), new([BigInt, Int], Second, ModLongInt), new([BigInt, BigInt], Second, ModLong),
            new([Family.Decimal, Family.Decimal], ModType, ModDecimal), new([Family.Double, Family.Double], Returning.Double, ModDouble),
        ]),
    ];

    public static double Pi() => Math.PI;

    public static double E() => Math.E;

    public static double Log2(double x) => Math.Log(x) / Math.Log(2);

    public static double Log(double radix, double x) => Math.Log(x) / Math.Log(radix);

    public static double Cot(double x) => 1.0 / Math.Tan(x);

    public static double Degrees(double x) => x * (180.0 / Math.PI);

    public static double Radians(double x) => x * (Math.PI / 180.0);

    // The smallest number has no opposite and stays as it is, as in Java.
    public static int AbsInt(int x) => x < 0 ? unchecked(-x) : x;

    public static long AbsLong(long x) => x < 0 ? unchecked(-x) : x;

    public static SqlDecimal AbsDecimal(SqlDecimal x) => new(Int128.Abs(x.Unscaled), x.Scale);

    public static int SignInt(int x) => Math.Sign(x);

    public static long SignLong(long x) => Math.Sign(x);

    public static SqlDecimal SignDecimal(SqlDecimal x) => new(Int128.Sign(x.Unscaled) * DecimalScale.PowerOfTen(x.Scale), x.Scale);

    public static float SignFloat(float x) => float.IsNaN(x) || x == 0 ? x : MathF.Sign(x);

    public static double SignDouble(double x) => double.IsNaN(x) || x == 0 ? x : Math.Sign(x);

    public static int ModInt(int x, int y) => y == -1 ? 0 : x % NotZero(y);

    public static int ModLongInt(long x, int y) => y == -1 ? 0 : (int)(x % NotZero(y));

    public static long ModLong(long x, long y) => y == -1 ? 0 : x % NotZero(y);

    public static double ModDouble(double x, double y) => x % y;

    public static SqlDecimal ModDecimal(SqlDecimal x, SqlDecimal y, SqlType[] types)
    {
        if (y.Unscaled == 0)
        {
            throw DivisionByZero();
        }

        var scale = Math.Max(x.Scale, y.Scale);
        return DecimalScale.Rescale(new SqlDecimal(DecimalScale.Widen(x, scale) % DecimalScale.Widen(y, scale), scale), types[^1].Scale);
    }

    private static Overload Of(Func<double, double> function) => new([Family.Double], Returning.Double, function);

    private static SqlType Second(IReadOnlyList<SqlType> arguments) => arguments[1];

    private static SqlType ModType(IReadOnlyList<SqlType> arguments)
    {
        var (x, y) = (DecimalScale.AsDecimal(arguments[0]), DecimalScale.AsDecimal(arguments[1]));
        var scale = Math.Max(x.Scale, y.Scale);
        return SqlType.Decimal(Math.Min(SqlType.MaxDecimalPrecision, Math.Min(x.Precision - x.Scale, y.Precision - y.Scale) + scale), scale).NotNull();
    }

    private static int NotZero(int y) => y != 0 ? y : throw DivisionByZero();

    private static long NotZero(long y) => y != 0 ? y : throw DivisionByZero();

    private static DataException DivisionByZero() => new("MOD divides by zero");
}
