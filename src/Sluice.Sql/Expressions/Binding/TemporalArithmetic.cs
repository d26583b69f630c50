using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Expressions.Kernels;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>Days and times plus and minus intervals, and intervals among themselves.</summary>
internal static class TemporalArithmetic
{
    /// <param name="isTemporal">Whether an error was reported here where the result is null.</param>
    public static BoundExpression? Bind(BinaryOperator op, BoundExpression left, BoundExpression right, SourceSpan span, ErrorList errors, out bool isTemporal)
    {
        isTemporal = false;
        var nullable = left.Type.IsNullable || right.Type.IsNullable;
        if (op == BinaryOperator.Add && left.Type.IsInterval && IsPoint(right.Type))
        {
            (left, right) = (right, left);
        }

        switch (op)
        {
            case BinaryOperator.Add or BinaryOperator.Subtract when left.Type.IsInterval && left.Type.Kind == right.Type.Kind:
                return new BoundCall(left.Type.Nullable(nullable), span, [left, right], (_, a) =>
                    op == BinaryOperator.Add ? Code.Add(a[0], a[1]) : Code.Subtract(a[0], a[1]), Total: true);
            case BinaryOperator.Add or BinaryOperator.Subtract when left.Type.Kind == TypeKind.Date && right.Type.Kind == TypeKind.IntervalDayTime && !IsOfWholeDays(right):
                isTemporal = true;
                errors.Add(span, "a DATE plus a part of a day stays a DATE in Flink, without that part; write CAST(... AS TIMESTAMP(0)) for the date, or an interval in DAY");
                return null;
            case BinaryOperator.Add or BinaryOperator.Subtract when IsPoint(left.Type) && right.Type.IsInterval:
                return PlusInterval(left, op == BinaryOperator.Add ? right : Arithmetic.Negate(right, right.Span), nullable, span);
            case BinaryOperator.Multiply when left.Type.IsInterval && right.Type.IsInteger:
                return Scaled(op, left, right, nullable, span);
            case BinaryOperator.Multiply when right.Type.IsInterval && left.Type.IsInteger:
                return Scaled(op, right, left, nullable, span);
            case BinaryOperator.Divide when left.Type.IsInterval && right.Type.IsInteger:
                return Scaled(op, left, right, nullable, span);
            case BinaryOperator.Subtract when IsPoint(left.Type) && IsPoint(right.Type):
                isTemporal = true;
                errors.Add(span, $"the difference of {left.Type.Nullable()} and {right.Type.Nullable()} needs a unit; write TIMESTAMPDIFF(SECOND, from, to)");
                return null;
            default:
                return null;
        }
    }

    private static bool IsPoint(SqlType type) => type.Kind is TypeKind.Date or TypeKind.Time || type.IsTimestamp;

    private static BoundCall PlusInterval(BoundExpression point, BoundExpression interval, bool nullable, SourceSpan span)
    {
        var (type, method) = (point.Type.Kind, interval.Type.Kind) switch
        {
            (TypeKind.Date, TypeKind.IntervalYearMonth) => (point.Type, nameof(TemporalMath.AddMonths)),
            (TypeKind.Date, _) => (point.Type, nameof(TemporalMath.AddDays)),
            (TypeKind.Time, TypeKind.IntervalYearMonth) => (point.Type, ""),
            (TypeKind.Time, _) => (point.Type, nameof(TemporalMath.AddToTime)),
            (_, TypeKind.IntervalYearMonth) => (point.Type, nameof(TemporalMath.AddMonths)),
            _ => (point.Type, nameof(TemporalMath.AddMillis)),
        };
        type = type.Nullable(nullable);
        return new BoundCall(type, span, [point, interval], (_, a) =>
        {
            if (method.Length == 0)
            {
                return a[0];
            }

            var sum = Code.Call(typeof(TemporalMath), method, null, a[0], a[1]);
            return type switch
            {
                // What the type has no digits for is cut.
                { IsTimestamp: true, Precision: < 3 } => Code.Call(typeof(TemporalCasts), nameof(TemporalCasts.Cut), null, sum, Code.Constant(type.Precision)),
                { Kind: TypeKind.Time, Precision: < 3 } => Code.Call(typeof(TemporalCasts), nameof(TemporalCasts.TimeToTime), null, sum, Code.Constant(type.Precision)),
                _ => sum,
            };
        });
    }

    /// <summary>Whether a day-time interval is made of whole days; parts that a division by a column leaves are dropped, as in Flink.</summary>
    private static bool IsOfWholeDays(BoundExpression interval) => interval switch
    {
        BoundLiteral { Value: var value } => value is not long millis || millis % Calendar.MillisPerDay == 0,
        BoundCall call when call.Arguments.Where(p => p.Type.Kind == TypeKind.IntervalDayTime).ToList() is { Count: > 0 } parts => parts.TrueForAll(IsOfWholeDays),
        _ => false,
    };

    private static BoundCall Scaled(BinaryOperator op, BoundExpression interval, BoundExpression by, bool nullable, SourceSpan span) =>
        new(interval.Type.Nullable(nullable), span, [interval, Cast.Must(by, SqlType.BigInt)], (_, a) =>
        {
            var size = Code.Convert(a[0], typeof(long));
            Code result = op == BinaryOperator.Multiply ? Code.Multiply(size, a[1]) : Code.Call(typeof(IntegerMath), nameof(IntegerMath.Divide), null, size, a[1]);
            return interval.Type.Kind == TypeKind.IntervalYearMonth ? Code.Convert(result, typeof(int)) : result;
        });
}
