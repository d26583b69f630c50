using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Expressions.Kernels;
using Sluice.Sql.Expressions.Types;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Casts;

/// <summary>Numbers out of each other. Integers wrap, as in Java; a decimal that lacks digits is NULL.</summary>
internal static class NumberCasts
{
    public static CallCode Of(SqlType from, SqlType to, bool isTry) => (_, a) => to.Kind switch
    {
        TypeKind.Decimal => ToDecimal(a[0], from, to, isTry),
        TypeKind.Double => from.Kind == TypeKind.Decimal ? Math(nameof(DecimalMath.ToDouble), a[0]) : Code.Convert(a[0], typeof(double)),
        TypeKind.Float => Code.Convert(from.Kind == TypeKind.Decimal ? Math(nameof(DecimalMath.ToDouble), a[0]) : a[0], typeof(float)),
        _ => Narrow(ToInteger(a[0], from, to), to),
    };

    public static CallCode OfBoolean(SqlType to) => (_, a) =>
    {
        var number = Code.Condition(a[0], Code.Constant(1L), Code.Constant(0L));
        return to.Kind == TypeKind.Decimal ? ToDecimal(number, SqlType.BigInt, to, false) : Code.Convert(number, Values.ClrType(to));
    };

    /// <summary>TINYINT and SMALLINT are kept as 32 bits: cut to what they hold.</summary>
    public static Code Narrow(Code value, SqlType to) => to.Kind switch
    {
        TypeKind.TinyInt => Code.Convert(Code.Convert(value, typeof(sbyte)), typeof(int)),
        TypeKind.SmallInt => Code.Convert(Code.Convert(value, typeof(short)), typeof(int)),
        _ => value,
    };

    private static Code ToInteger(Code value, SqlType from, SqlType to)
    {
        var isLong = to.Kind == TypeKind.BigInt;
        return from.Kind switch
        {
            TypeKind.Decimal => Code.Convert(Math(nameof(DecimalMath.ToLong), value), Values.ClrType(to)),
            TypeKind.Float or TypeKind.Double => Code.Call(
                typeof(IntegerMath), isLong ? nameof(IntegerMath.ToLong) : nameof(IntegerMath.ToInt), null, Code.Convert(value, typeof(double))),
            _ => Code.Convert(value, Values.ClrType(to)),
        };
    }

    private static Code ToDecimal(Code value, SqlType from, SqlType to, bool isTry)
    {
        var (precision, scale) = (Code.Constant(to.Precision), Code.Constant(to.Scale));
        return from.Kind switch
        {
            // More digits in front and behind: it always fits.
            TypeKind.Decimal when from.Scale == to.Scale && from.Precision <= to.Precision => value,
            TypeKind.Decimal => Math(nameof(DecimalMath.Convert), value, precision, scale),
            TypeKind.Float or TypeKind.Double => Math(
                isTry ? nameof(DecimalMath.TryFromDouble) : nameof(DecimalMath.FromDouble), Code.Convert(value, typeof(double)), precision, scale),
            _ when to.Scale == 0 && to.Precision >= DecimalTypes.Of(from).Precision => Math(nameof(DecimalMath.Of), Code.Convert(value, typeof(long))),
            _ => Math(nameof(DecimalMath.FromLong), Code.Convert(value, typeof(long)), precision, scale),
        };
    }

    private static System.Linq.Expressions.MethodCallExpression Math(string name, params Code[] arguments) => Code.Call(typeof(DecimalMath), name, null, arguments);
}
