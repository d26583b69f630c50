using Sluice.Engine.Types;
using Sluice.Sql.Functions.Arithmetic;

namespace Sluice.Sql.Functions.Collections;

/// <summary>The narrowest type that takes the values of two.</summary>
internal static class CommonType
{
    public static SqlType Of(IEnumerable<SqlType> types) => types.Aggregate(Of);

    public static SqlType Of(SqlType x, SqlType y)
    {
        var isNullable = x.IsNullable || y.IsNullable;
        if (x.SameAs(y) || y.Kind == TypeKind.Null)
        {
            return x.Nullable(isNullable);
        }

        if (x.Kind == TypeKind.Null)
        {
            return y;
        }

        return (x.IsNumeric && y.IsNumeric ? OfNumbers(x, y)
            : x.IsCharacter && y.IsCharacter ? SqlType.Varchar(Math.Max(x.Precision, y.Precision))
            : x.IsBinary && y.IsBinary ? SqlType.Varbinary(Math.Max(x.Precision, y.Precision))
            : OfTimes(x, y)).Nullable(isNullable);
    }

    private static SqlType OfNumbers(SqlType x, SqlType y)
    {
        if (x.IsInteger && y.IsInteger)
        {
            return x.Kind > y.Kind ? x : y;
        }

        if (x.Kind is TypeKind.Float or TypeKind.Double || y.Kind is TypeKind.Float or TypeKind.Double)
        {
            return x.Kind == y.Kind ? x : SqlType.Double;
        }

        var (a, b) = (DecimalScale.AsDecimal(x), DecimalScale.AsDecimal(y));
        var scale = Math.Max(a.Scale, b.Scale);
        var whole = Math.Max(a.Precision - a.Scale, b.Precision - b.Scale);
        return SqlType.Decimal(Math.Min(SqlType.MaxDecimalPrecision, whole + scale), scale);
    }

    // Where nothing is in common the first counts: the binder has refused what does not fit it.
    private static SqlType OfTimes(SqlType x, SqlType y) =>
        x.Kind == y.Kind && x.IsTimestamp ? (x.Precision > y.Precision ? x : y)
        : x.Kind == TypeKind.Date && y.Kind == TypeKind.Timestamp ? y
        : x.Kind == TypeKind.Array && y.Kind == TypeKind.Array ? SqlType.Array(Of(x.Element!, y.Element!))
        : x;
}
