using Sluice.Engine.Types;

namespace Sluice.Sql.Expressions.Types;

/// <summary>The type that the branches of a CASE, the items of an ARRAY and the sides of a UNION have in common.</summary>
internal static class CommonType
{
    /// <returns>Nullable where one of them is; null where there is no such type. Of NULLs alone it is NULL.</returns>
    public static SqlType? Of(params IEnumerable<SqlType> types)
    {
        SqlType? common = null;
        var nullable = false;
        foreach (var type in types)
        {
            nullable |= type.IsNullable;
            common = common is null ? type.Nullable() : Of(common, type.Nullable());
            if (common is null)
            {
                return null;
            }
        }

        return common?.Nullable(nullable || common.Kind == TypeKind.Null);
    }

    private static SqlType? Of(SqlType left, SqlType right)
    {
        if (left.Kind == TypeKind.Null || left.Equals(right))
        {
            return right;
        }

        if (right.Kind == TypeKind.Null)
        {
            return left;
        }

        return left switch
        {
            { IsNumeric: true } when right.IsNumeric => Numeric(left, right),
            { IsCharacter: true } when right.IsCharacter => OfLengths(left, right, TypeKind.Char, SqlType.Char, SqlType.Varchar),
            { IsBinary: true } when right.IsBinary => OfLengths(left, right, TypeKind.Binary, SqlType.Binary, SqlType.Varbinary),
            { IsTimestamp: true } when right.IsTimestamp => OfMoments(left, right),
            { Kind: TypeKind.Time } when right.Kind == TypeKind.Time => SqlType.Time(Math.Max(left.Precision, right.Precision)),
            { IsScalar: false } when left.Kind == right.Kind => Nested(left, right),
            _ => null,
        };
    }

    /// <summary>The type that arithmetic of two numeric types is done in, and comparison.</summary>
    public static SqlType Numeric(SqlType left, SqlType right)
    {
        if (left.Kind == TypeKind.Double || right.Kind == TypeKind.Double)
        {
            return SqlType.Double;
        }

        if (left.Kind == TypeKind.Float || right.Kind == TypeKind.Float)
        {
            return left.Kind == TypeKind.Decimal || right.Kind == TypeKind.Decimal ? SqlType.Double : SqlType.Float;
        }

        return left.Kind == TypeKind.Decimal || right.Kind == TypeKind.Decimal
            ? DecimalTypes.Common(DecimalTypes.Of(left), DecimalTypes.Of(right))
            : (left.Kind > right.Kind ? left : right).Nullable();
    }

    /// <summary>Different lengths make a type of varying length: nothing is padded.</summary>
    private static SqlType OfLengths(SqlType left, SqlType right, TypeKind fixedKind, Func<int, SqlType> ofFixed, Func<int, SqlType> ofVarying)
    {
        var length = Math.Max(left.Precision, right.Precision);
        return left.Kind == fixedKind && right.Kind == fixedKind && left.Precision == right.Precision ? ofFixed(length) : ofVarying(length);
    }

    private static SqlType OfMoments(SqlType left, SqlType right)
    {
        var precision = Math.Max(left.Precision, right.Precision);
        return left.Kind == TypeKind.Timestamp && right.Kind == TypeKind.Timestamp ? SqlType.Timestamp(precision) : SqlType.TimestampLtz(precision);
    }

    private static SqlType? Nested(SqlType left, SqlType right)
    {
        if (left.Kind == TypeKind.Row)
        {
            if (left.Fields.Count != right.Fields.Count)
            {
                return null;
            }

            var fields = left.Fields.Zip(right.Fields, (l, r) => Of([l.Type, r.Type]) is { } type ? l with { Type = type } : null).ToList();
            return fields.Contains(null) ? null : SqlType.Row([.. fields.OfType<RowField>()]);
        }

        var element = Of([left.Element!, right.Element!]);
        var key = left.Key is null ? null : Of([left.Key, right.Key!]);
        return (left.Kind, element, key) switch
        {
            (_, null, _) => null,
            (TypeKind.Array, _, _) => SqlType.Array(element),
            (TypeKind.Multiset, _, _) => SqlType.Multiset(element),
            (TypeKind.Map, _, { } k) => SqlType.Map(k, element),
            _ => null,
        };
    }
}
