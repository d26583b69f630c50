using Sluice.Engine.Errors;

namespace Sluice.Sql.Expressions.Kernels;

/// <summary>Arithmetic of integers where it is not the processor's: division, and conversions from floating point.</summary>
internal static class IntegerMath
{
    public const string DivisionByZero = "division by zero";

    /// <exception cref="DataException">Division by zero.</exception>
    public static int Divide(int left, int right) => right switch
    {
        0 => throw new DataException(DivisionByZero),
        -1 => unchecked(-left),
        _ => left / right,
    };

    /// <exception cref="DataException">Division by zero.</exception>
    public static long Divide(long left, long right) => right switch
    {
        0 => throw new DataException(DivisionByZero),
        -1 => unchecked(-left),
        _ => left / right,
    };

    /// <summary>With the sign of the dividend.</summary>
    /// <exception cref="DataException">Division by zero.</exception>
    public static int Remainder(int left, int right) => right switch
    {
        0 => throw new DataException(DivisionByZero),
        -1 => 0,
        _ => left % right,
    };

    /// <summary>With the sign of the dividend.</summary>
    /// <exception cref="DataException">Division by zero.</exception>
    public static long Remainder(long left, long right) => right switch
    {
        0 => throw new DataException(DivisionByZero),
        -1 => 0,
        _ => left % right,
    };

    /// <summary>The fraction is cut; what is too large becomes the largest value, NaN 0.</summary>
    public static int ToInt(double value) => value >= int.MaxValue ? int.MaxValue : value <= int.MinValue ? int.MinValue : double.IsNaN(value) ? 0 : (int)value;

    /// <summary>The fraction is cut; what is too large becomes the largest value, NaN 0.</summary>
    public static long ToLong(double value) => value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : double.IsNaN(value) ? 0 : (long)value;
}
