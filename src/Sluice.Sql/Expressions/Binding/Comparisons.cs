using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Expressions.Kernels;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Functions.Arithmetic;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>= &lt;&gt; &lt; &lt;= &gt; &gt;= and what is made of them: BETWEEN, IN, IS DISTINCT FROM.</summary>
internal static class Comparisons
{
    /// <returns>Null after an error was reported.</returns>
    public static BoundExpression? Compare(BinaryOperator op, BoundExpression left, BoundExpression right, SourceSpan span, SourceSpan at, Folding folding)
    {
        if (left.Type.Kind == TypeKind.Null || right.Type.Kind == TypeKind.Null)
        {
            return new BoundLiteral(null, SqlType.Boolean, span);
        }

        if (left is BoundRow leftRow && right is BoundRow rightRow && leftRow.Items.Count == rightRow.Items.Count && op is BinaryOperator.Equal or BinaryOperator.NotEqual)
        {
            return Rows(op, leftRow, rightRow, span, at, folding);
        }

        if (Align(left, right, at, folding) is not (var l, var r))
        {
            return null;
        }

        if (!l.Type.IsScalar && op is not (BinaryOperator.Equal or BinaryOperator.NotEqual))
        {
            folding.Errors.Add(at, $"{Arithmetic.Symbol(op)} cannot be applied to {left.Type.Nullable()}; it has no order, = and <> can compare it");
            return null;
        }

        var type = SqlType.Boolean.Nullable(left.Type.IsNullable || right.Type.IsNullable);
        var total = l.Type.Storage is Storage.Boolean or Storage.Int or Storage.Long or Storage.Float or Storage.Double or Storage.Timestamp;
        return new BoundCall(type, span, [l, r], (_, a) => Test(op, a[0], a[1], l.Type), total) { IsEquality = op == BinaryOperator.Equal };
    }

    /// <summary>Rows are equal where all of their items are; a NULL among them leaves it open.</summary>
    private static BoundExpression? Rows(BinaryOperator op, BoundRow left, BoundRow right, SourceSpan span, SourceSpan at, Folding folding)
    {
        var tests = left.Items.Zip(right.Items, (l, r) => Compare(BinaryOperator.Equal, l, r, span, at, folding)).ToList();
        if (tests.Contains(null))
        {
            return null;
        }

        var equal = tests.Aggregate((l, r) => new BoundLogic(true, l!, r!, span))!;
        return op == BinaryOperator.Equal ? equal : Lists.Not(equal, span);
    }

    /// <summary>Both sides in a type that they can be compared in.</summary>
    public static (BoundExpression Left, BoundExpression Right)? Align(BoundExpression left, BoundExpression right, SourceSpan at, Folding folding)
    {
        var (l, r) = (left.Type, right.Type);
        if (l.IsNumeric && r.IsNumeric)
        {
            // Decimals are compared as they are: a common type might lack digits.
            var isExact = l.Kind is not (TypeKind.Float or TypeKind.Double) && r.Kind is not (TypeKind.Float or TypeKind.Double);
            return isExact && (l.Kind == TypeKind.Decimal || r.Kind == TypeKind.Decimal)
                ? (Cast.Must(left, DecimalTypes.Of(l)), Cast.Must(right, DecimalTypes.Of(r)))
                : (Cast.Must(left, CommonType.Numeric(l, r)), Cast.Must(right, CommonType.Numeric(l, r)));
        }

        if ((l.IsCharacter && r.IsCharacter) || (l.IsBinary && r.IsBinary) || (l.IsScalar && l.Kind == r.Kind))
        {
            return (left, right);
        }

        if (l.IsCharacter && IsPoint(r))
        {
            return Point(left, r, folding) is { } point ? (point, right) : null;
        }

        if (r.IsCharacter && IsPoint(l))
        {
            return Point(right, l, folding) is { } point ? (left, point) : null;
        }

        if ((l.Kind, r.Kind) is (TypeKind.Date, TypeKind.Timestamp) or (TypeKind.Timestamp, TypeKind.Date))
        {
            return (Cast.Must(left, l.Kind == TypeKind.Date ? r : l), Cast.Must(right, r.Kind == TypeKind.Date ? l : r));
        }

        if (!l.IsScalar && l.Kind == r.Kind && CommonType.Of(l, r) is { } common
            && Cast.To(left, common, left.Span) is { } nestedLeft && Cast.To(right, common, right.Span) is { } nestedRight)
        {
            return (nestedLeft, nestedRight);
        }

        folding.Errors.Add(at, $"{l.Nullable()} and {r.Nullable()} cannot be compared; write CAST({(l.IsCharacter ? "left" : "right")} AS {(l.IsCharacter ? r : l).Nullable()})");
        return null;
    }

    public static BoundExpression? DistinctFrom(BoundExpression left, BoundExpression right, bool negated, SourceSpan span, Folding folding)
    {
        var same = BoundLet.Around(left, l => BoundLet.Around(right, r =>
        {
            if (l.Type.Kind == TypeKind.Null || r.Type.Kind == TypeKind.Null)
            {
                return new BoundIsNull(l.Type.Kind == TypeKind.Null ? r : l, false, span);
            }

            var bothNull = new BoundLogic(true, new BoundIsNull(l, false, span), new BoundIsNull(r, false, span), span);
            return Compare(BinaryOperator.Equal, l, r, span, span, folding) is { } equal
                ? new BoundLogic(false, bothNull, new BoundIsTruth(equal, true, false, span), span)
                : null;
        }));
        return same is null ? null : new BoundIsTruth(same, true, !negated, span);
    }

    public static BoundExpression? Between(BoundExpression operand, BoundExpression low, BoundExpression high, bool symmetric, SourceSpan span, Folding folding) =>
        BoundLet.Around(operand, x => symmetric
            ? BoundLet.Around(low, l => BoundLet.Around(high, h =>
                Both(Within(x, l, h, span, folding), Within(x, h, l, span, folding), false, span)))
            : Within(x, low, high, span, folding));

    private static BoundLogic? Within(BoundExpression x, BoundExpression low, BoundExpression high, SourceSpan span, Folding folding) => Both(
        Compare(BinaryOperator.GreaterOrEqual, x, low, span, low.Span, folding), Compare(BinaryOperator.LessOrEqual, x, high, span, high.Span, folding), true, span);

    public static BoundLogic? Both(BoundExpression? left, BoundExpression? right, bool isAnd, SourceSpan span) =>
        left is null || right is null ? null : new BoundLogic(isAnd, left, right, span);

    /// <summary>A comparison in generated code.</summary>
    /// <param name="type">Of both sides.</param>
    private static Code Test(BinaryOperator op, Code left, Code right, SqlType type)
    {
        if (!type.IsScalar)
        {
            var equal = Code.Call(typeof(NestedEquality), nameof(NestedEquality.Equal), null, left, right);
            return op == BinaryOperator.Equal ? equal : Code.Not(equal);
        }

        (left, right) = type.Storage switch
        {
            Storage.Decimal => (Code.Call(typeof(DecimalScale), nameof(DecimalScale.Compare), null, left, right), Code.Constant(0)),
            Storage.Boolean when op is not (BinaryOperator.Equal or BinaryOperator.NotEqual) =>
                (Code.Call(left, nameof(bool.CompareTo), null, right), Code.Constant(0)),
            Storage.Text when op is BinaryOperator.Equal or BinaryOperator.NotEqual => (Code.Call(left, nameof(Utf8.Equals), null, right), Code.Constant(true)),
            _ => (left, right),
        };
        return op switch
        {
            BinaryOperator.Equal => Code.Equal(left, right),
            BinaryOperator.NotEqual => Code.NotEqual(left, right),
            BinaryOperator.Less => Code.LessThan(left, right),
            BinaryOperator.LessOrEqual => Code.LessThanOrEqual(left, right),
            BinaryOperator.Greater => Code.GreaterThan(left, right),
            _ => Code.GreaterThanOrEqual(left, right),
        };
    }

    private static bool IsPoint(SqlType type) => type.Kind is TypeKind.Date or TypeKind.Time || type.IsTimestamp;

    /// <summary>A text that is compared with a day or a time: what is none equals nothing, but a constant that is none is a mistake.</summary>
    private static BoundExpression? Point(BoundExpression text, SqlType type, Folding folding)
    {
        var point = folding.Fold(Cast.To(text, type, text.Span, isTry: true)!);
        if (text is BoundLiteral { Value: Utf8 value } && point.IsNullLiteral)
        {
            folding.Errors.Add(text.Span, $"'{TextCasts.Shown(value)}' is compared with a {type.Nullable()} and is none");
            return null;
        }

        return point;
    }
}
