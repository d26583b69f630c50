using System.Globalization;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions;

namespace Sluice.Sql.Planning;

/// <summary>What may be compared with a key that is looked up: what has the same text where it is equal.</summary>
internal static class LookupKey
{
    /// <summary>The value as one of the key's storage.</summary>
    /// <returns>Null where it has to be cast by hand.</returns>
    public static BoundExpression? As(BoundExpression value, SqlType key, ExpressionBinder binder)
    {
        var type = value.Type;
        if (value.IsNullLiteral || type.Kind == TypeKind.Null)
        {
            return new BoundLiteral(null, key.Nullable(), value.Span);
        }

        if (type.SameAs(key) || (type.IsCharacter && key.IsCharacter) || (type.IsBinary && key.IsBinary))
        {
            return value;
        }

        if (!type.IsInteger || !key.IsInteger)
        {
            return null;
        }

        if (Largest(type) < Largest(key))
        {
            return binder.Assign(value, key.Nullable(), "the key");
        }

        return value is BoundLiteral literal && Convert.ToInt64(literal.Value, CultureInfo.InvariantCulture) is var number
            && number <= Largest(key) && number >= -Largest(key) - 1
            ? new BoundLiteral(key.Kind == TypeKind.BigInt ? number : (object)(int)number, key.NotNull(), value.Span)
            : null;
    }

    private static long Largest(SqlType integer) => integer.Kind switch
    {
        TypeKind.TinyInt => sbyte.MaxValue,
        TypeKind.SmallInt => short.MaxValue,
        TypeKind.Int => int.MaxValue,
        _ => long.MaxValue,
    };
}
