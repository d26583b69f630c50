using Sluice.Engine.Types;

namespace Sluice.Sql.Expressions.Types;

/// <summary>The type of a result of decimal arithmetic: Flink's rules, which are those of Hive and, where digits must go, of SQL Server.</summary>
internal static class DecimalTypes
{
    /// <summary>Digits after the point that survive however many there are in front of it.</summary>
    private const int MinAdjustedScale = 6;

    public static SqlType Add(SqlType left, SqlType right)
    {
        var scale = Math.Max(left.Scale, right.Scale);
        return Adjust(Math.Max(left.Precision - left.Scale, right.Precision - right.Scale) + scale + 1, scale);
    }

    public static SqlType Multiply(SqlType left, SqlType right) =>
        Adjust(left.Precision + right.Precision + 1, left.Scale + right.Scale);

    public static SqlType Divide(SqlType left, SqlType right)
    {
        var scale = Math.Max(MinAdjustedScale, left.Scale + right.Precision + 1);
        return Adjust(left.Precision - left.Scale + right.Scale + scale, scale);
    }

    public static SqlType Remainder(SqlType left, SqlType right)
    {
        var scale = Math.Max(left.Scale, right.Scale);
        return Adjust(Math.Min(left.Precision - left.Scale, right.Precision - right.Scale) + scale, scale);
    }

    /// <summary>A decimal that holds every value of both.</summary>
    public static SqlType Common(SqlType left, SqlType right)
    {
        var digits = Math.Min(Math.Max(left.Precision - left.Scale, right.Precision - right.Scale), SqlType.MaxDecimalPrecision);
        var scale = Math.Min(Math.Max(left.Scale, right.Scale), SqlType.MaxDecimalPrecision - digits);
        return SqlType.Decimal(digits + scale, scale);
    }

    /// <summary>An integer type as the decimal that holds its values; a decimal as itself.</summary>
    public static SqlType Of(SqlType type) => type.Kind switch
    {
        TypeKind.TinyInt => SqlType.Decimal(3, 0),
        TypeKind.SmallInt => SqlType.Decimal(5, 0),
        TypeKind.Int => SqlType.Decimal(10, 0),
        TypeKind.BigInt => SqlType.Decimal(19, 0),
        _ => type.Nullable(),
    };

    private static SqlType Adjust(int precision, int scale)
    {
        if (precision <= SqlType.MaxDecimalPrecision)
        {
            return SqlType.Decimal(precision, scale);
        }

        var left = SqlType.MaxDecimalPrecision - (precision - scale);
        return SqlType.Decimal(SqlType.MaxDecimalPrecision, Math.Max(left, Math.Min(scale, MinAdjustedScale)));
    }
}
