using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Expressions.Kernels;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>+ - * / % over numbers: integers wrap, a decimal that lacks digits is NULL, division of integers and decimals by zero fails.</summary>
internal static class Arithmetic
{
    /// <returns>Null after an error was reported.</returns>
    public static BoundExpression? Bind(BinaryOperator op, BoundExpression left, BoundExpression right, SourceSpan span, SourceSpan operatorSpan, ErrorList errors)
    {
        // A bare NULL is of the other side's type.
        if (left.Type.Kind == TypeKind.Null || right.Type.Kind == TypeKind.Null)
        {
            var type = left.Type.Kind == TypeKind.Null ? right.Type : left.Type;
            return new BoundLiteral(null, type.IsNumeric || type.Kind == TypeKind.Null ? type.Nullable() : left.Type, span);
        }

        if (!left.Type.IsNumeric || !right.Type.IsNumeric)
        {
            return TemporalArithmetic.Bind(op, left, right, span, errors, out var isTemporal) ?? (isTemporal ? null : Refuse(op, left.Type, right.Type, operatorSpan, errors));
        }

        return ResultType(op, left.Type, right.Type) is { } type1
            ? Numeric(op, left, right, type1.Nullable(left.Type.IsNullable || right.Type.IsNullable), span)
            : Refuse(op, left.Type, right.Type, operatorSpan, errors);
    }

    public static BoundExpression Negate(BoundExpression operand, SourceSpan span) => operand.Type.Kind == TypeKind.Decimal
        ? new BoundCall(operand.Type, span, [operand], static (_, a) => Code.Call(typeof(DecimalMath), nameof(DecimalMath.Negate), null, a[0]))
        : new BoundCall(operand.Type, span, [operand], (_, a) => NumberCasts.Narrow(Code.Negate(a[0]), operand.Type), Total: true);

    public static string Symbol(BinaryOperator op) => op switch
    {
        BinaryOperator.Or => "OR",
        BinaryOperator.And => "AND",
        BinaryOperator.Equal => "=",
        BinaryOperator.NotEqual => "<>",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Concat => "||",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        _ => "%",
    };

    /// <summary>The type of a result; null where there is none: the remainder is of exact numbers.</summary>
    public static SqlType? ResultType(BinaryOperator op, SqlType left, SqlType right)
    {
        var isApproximate = left.Kind is TypeKind.Float or TypeKind.Double || right.Kind is TypeKind.Float or TypeKind.Double;
        if (op == BinaryOperator.Remainder && isApproximate)
        {
            return null;
        }

        if (!isApproximate && (left.Kind == TypeKind.Decimal || right.Kind == TypeKind.Decimal))
        {
            var (l, r) = (DecimalTypes.Of(left), DecimalTypes.Of(right));
            return op switch
            {
                BinaryOperator.Multiply => DecimalTypes.Multiply(l, r),
                BinaryOperator.Divide => DecimalTypes.Divide(l, r),
                BinaryOperator.Remainder => DecimalTypes.Remainder(l, r),
                _ => DecimalTypes.Add(l, r),
            };
        }

        return op == BinaryOperator.Remainder ? right.Nullable() : CommonType.Numeric(left, right);
    }

    private static BoundCall Numeric(BinaryOperator op, BoundExpression left, BoundExpression right, SqlType type, SourceSpan span)
    {
        if (type.Kind == TypeKind.Decimal)
        {
            var (precision, scale) = (Code.Constant(type.Precision), Code.Constant(type.Scale));
            return new BoundCall(type, span, [Cast.Must(left, DecimalTypes.Of(left.Type)), Cast.Must(right, DecimalTypes.Of(right.Type))], (_, a) =>
                Code.Call(typeof(DecimalMath), DecimalMethod(op), null, a[0], a[1], precision, scale));
        }

        // The remainder is of the right side's type and is computed in the wider one.
        var wide = CommonType.Numeric(left.Type, right.Type);
        var isChecked = wide.IsInteger && op is BinaryOperator.Divide or BinaryOperator.Remainder;
        return new BoundCall(type, span, [Cast.Must(left, wide), Cast.Must(right, wide)], (_, a) =>
        {
            var result = op switch
            {
                BinaryOperator.Add => Code.Add(a[0], a[1]),
                BinaryOperator.Subtract => Code.Subtract(a[0], a[1]),
                BinaryOperator.Multiply => Code.Multiply(a[0], a[1]),
                BinaryOperator.Divide when wide.IsInteger => (Code)Code.Call(typeof(IntegerMath), nameof(IntegerMath.Divide), null, a[0], a[1]),
                BinaryOperator.Divide => Code.Divide(a[0], a[1]),
                _ => Code.Call(typeof(IntegerMath), nameof(IntegerMath.Remainder), null, a[0], a[1]),
            };
            var narrow = wide.Kind == TypeKind.BigInt && type.Kind != TypeKind.BigInt ? Code.Convert(result, typeof(int)) : result;
            return NumberCasts.Narrow(narrow, type);
        }, Total: !isChecked);
    }

    private static string DecimalMethod(BinaryOperator op) => op switch
    {
        BinaryOperator.Add => nameof(DecimalMath.Add),
        BinaryOperator.Subtract => nameof(DecimalMath.Subtract),
        BinaryOperator.Multiply => nameof(DecimalMath.Multiply),
        BinaryOperator.Divide => nameof(DecimalMath.Divide),
        _ => nameof(DecimalMath.Remainder),
    };

    private static BoundExpression? Refuse(BinaryOperator op, SqlType left, SqlType right, SourceSpan span, ErrorList errors)
    {
        var hint = (left.IsCharacter || right.IsCharacter) switch
        {
            true when op == BinaryOperator.Add => "; texts are joined by ||, and CAST(... AS INT) makes a number of a text",
            true => "; CAST(... AS INT) makes a number of a text",
            _ when op == BinaryOperator.Remainder && left.IsNumeric && right.IsNumeric => "; it takes integers and decimals",
            _ => "",
        };
        errors.Add(span, $"{Symbol(op)} cannot be applied to {left.Nullable()} and {right.Nullable()}{hint}");
        return null;
    }
}
