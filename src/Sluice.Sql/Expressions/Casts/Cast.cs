using System.Linq.Expressions;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Expressions.Kernels;
using Sluice.Sql.Parsing;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Casts;

/// <summary>CAST and TRY_CAST: which pairs of types there are, and the code of each.</summary>
internal static class Cast
{
    /// <returns>Null where Flink has no such cast.</returns>
    /// <param name="isTry">NULL where the cast fails.</param>
    public static BoundExpression? To(BoundExpression value, SqlType target, SourceSpan span, bool isTry = false)
    {
        var type = target.Nullable(value.Type.IsNullable || isTry);
        if (value.IsNullLiteral || value.Type.Kind == TypeKind.Null)
        {
            // Also a column that a NULL without a type stands in.
            return new BoundLiteral(null, target.Nullable(), span);
        }

        if (value.Type.SameAs(target))
        {
            return value.Type.Equals(type) ? value : value is BoundLiteral literal ? literal with { Type = type } : Retyped(value, type, span);
        }

        return Code(value.Type, target, isTry) is { } code ? new BoundCall(type, span, [value], code, IsCheap(value.Type, target)) : null;
    }

    /// <summary>The cast of a value that is known to have one.</summary>
    public static BoundExpression Must(BoundExpression value, SqlType target) => To(value, target, value.Span)
        ?? throw new InvalidOperationException($"there is no cast of {value.Type} to {target}");

    /// <summary>The same bits as another type.</summary>
    public static BoundExpression Retyped(BoundExpression value, SqlType type, SourceSpan span) =>
        new BoundCall(type, span, [value], static (_, arguments) => arguments[0], Total: true);

    private static bool IsCheap(SqlType from, SqlType to) => from.IsNumeric && to.IsNumeric && from.Kind != TypeKind.Decimal && to.Kind != TypeKind.Decimal;

    private static CallCode? Code(SqlType from, SqlType to, bool isTry) => to switch
    {
        { IsCharacter: true } => OfText(from, to),
        { IsBinary: true } => from.IsCharacter || from.IsBinary ? Bytes(from, to) : null,
        { IsScalar: false } => NestedCast.Of(from, to, isTry),
        _ when from.IsCharacter => FromText(to, isTry),
        { IsNumeric: true } when from.IsNumeric => NumberCasts.Of(from, to, isTry),
        { IsNumeric: true } when from.Kind == TypeKind.Boolean => NumberCasts.OfBoolean(to),
        { Kind: TypeKind.Boolean } when from.IsInteger => (_, a) => Expression.NotEqual(a[0], Expression.Default(a[0].Type)),
        _ when from.Kind == to.Kind && from.IsInterval => static (_, a) => a[0],
        _ => Temporal(from, to),
    };

    private static CallCode? FromText(SqlType to, bool isTry)
    {
        var parse = ParseCode(to);
        return parse is null || isTry ? parse : (emitter, a) => Expression.Call(
            typeof(TextCasts), nameof(TextCasts.Require), [Values.ClrType(to)], parse(emitter, a), a[0], Expression.Constant(to.Nullable().ToString()));
    }

    private static CallCode? ParseCode(SqlType to) => to.Kind switch
    {
        TypeKind.Boolean => (_, a) => Call(nameof(TextCasts.ToBoolean), a[0]),
        TypeKind.TinyInt => (_, a) => Call(nameof(TextCasts.ToTinyInt), a[0]),
        TypeKind.SmallInt => (_, a) => Call(nameof(TextCasts.ToSmallInt), a[0]),
        TypeKind.Int => (_, a) => Call(nameof(TextCasts.ToInt), a[0]),
        TypeKind.BigInt => (_, a) => Call(nameof(TextCasts.ToBigInt), a[0]),
        TypeKind.Float => (_, a) => Call(nameof(TextCasts.ToFloat), a[0]),
        TypeKind.Double => (_, a) => Call(nameof(TextCasts.ToDouble), a[0]),
        TypeKind.Decimal => (_, a) => Call(nameof(TextCasts.ToDecimal), a[0], Number(to.Precision), Number(to.Scale)),
        TypeKind.Date => (_, a) => Call(nameof(TextCasts.ToDate), a[0]),
        TypeKind.Time => (_, a) => Call(nameof(TextCasts.ToTime), a[0], Number(to.Precision)),
        TypeKind.Timestamp => (_, a) => Call(nameof(TextCasts.ToTimestamp), a[0], Number(to.Precision)),
        TypeKind.TimestampLtz => (emitter, a) => Call(nameof(TextCasts.ToTimestampLtz), a[0], Number(to.Precision), emitter.Zone),
        _ => null,
    };

    private static CallCode? OfText(SqlType from, SqlType to)
    {
        var text = TextCode(from);
        var pads = to.Kind == TypeKind.Char;
        if (text is null || (to.Precision == SqlType.MaxLength && !pads)
            || ((from.IsCharacter || from.IsBinary) && from.Precision <= to.Precision && !pads))
        {
            return text;
        }

        return (emitter, a) => Call(nameof(TextCasts.Fit), text(emitter, a), Number(to.Precision), Expression.Constant(pads), emitter.Heap);
    }

    private static CallCode? TextCode(SqlType from) => from.Kind switch
    {
        TypeKind.Boolean => (e, a) => Text(nameof(ToText.OfBoolean), a[0], e.Heap),
        TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int or TypeKind.BigInt =>
            (e, a) => Text(nameof(ToText.OfLong), Expression.Convert(a[0], typeof(long)), e.Heap),
        TypeKind.Float => (e, a) => Text(nameof(ToText.OfFloat), a[0], e.Heap),
        TypeKind.Double => (e, a) => Text(nameof(ToText.OfDouble), a[0], e.Heap),
        TypeKind.Decimal => (e, a) => Text(nameof(ToText.OfDecimal), a[0], e.Heap),
        TypeKind.Date => (e, a) => Text(nameof(ToText.OfDate), a[0], e.Heap),
        TypeKind.Time => (e, a) => Text(nameof(ToText.OfTime), a[0], Number(from.Precision), e.Heap),
        TypeKind.Timestamp => (e, a) => Text(nameof(ToText.OfTimestamp), a[0], Number(from.Precision), e.Heap),
        TypeKind.TimestampLtz => (e, a) => Text(nameof(ToText.OfTimestampLtz), a[0], Number(from.Precision), e.Zone, e.Heap),
        TypeKind.IntervalYearMonth => (e, a) => Text(nameof(ToText.OfMonths), a[0], e.Heap),
        TypeKind.IntervalDayTime => (e, a) => Text(nameof(ToText.OfMillis), a[0], e.Heap),
        _ when from.Storage == Storage.Text => static (_, a) => a[0],
        _ => (e, a) => NestedText(e, a[0], from),
    };

    private static BlockExpression NestedText(Emitter emitter, Code value, SqlType type)
    {
        var scratch = emitter.Scratch(type);
        return Expression.Block(
            Values.Write(scratch, Number(0), new Emitted(value, null), type),
            Text(nameof(ToText.OfCell), scratch, emitter.Constant(type), emitter.Zone, emitter.Heap));
    }

    private static CallCode Bytes(SqlType from, SqlType to)
    {
        var pads = to.Kind == TypeKind.Binary;
        return to.Precision == SqlType.MaxLength || (from.IsBinary && from.Precision <= to.Precision && !pads)
            ? static (_, a) => a[0]
            : (e, a) => Call(nameof(TextCasts.FitBytes), a[0], Number(to.Precision), Expression.Constant(pads), e.Heap);
    }

    private static CallCode? Temporal(SqlType from, SqlType to) => (from.Kind, to.Kind) switch
    {
        (TypeKind.Date, TypeKind.Timestamp) => (_, a) => Time(nameof(TemporalCasts.DateToTimestamp), a[0]),
        (TypeKind.Date, TypeKind.TimestampLtz) => (e, a) => Time(nameof(TemporalCasts.DateToMoment), a[0], e.Zone),
        (TypeKind.Time, TypeKind.Time) => (_, a) => Time(nameof(TemporalCasts.TimeToTime), a[0], Number(to.Precision)),
        (TypeKind.Time, TypeKind.Timestamp) => (_, a) => Time(nameof(TemporalCasts.TimeToTimestamp), a[0]),
        (TypeKind.Time, TypeKind.TimestampLtz) => (e, a) => Time(nameof(TemporalCasts.TimeToMoment), a[0], e.Zone),
        (TypeKind.Timestamp, TypeKind.Date) => (_, a) => Time(nameof(TemporalCasts.TimestampToDate), a[0]),
        (TypeKind.TimestampLtz, TypeKind.Date) => (e, a) => Time(nameof(TemporalCasts.MomentToDate), a[0], e.Zone),
        (TypeKind.Timestamp, TypeKind.Time) => (_, a) => Time(nameof(TemporalCasts.TimestampToTime), a[0], Number(to.Precision)),
        (TypeKind.TimestampLtz, TypeKind.Time) => (e, a) => Time(nameof(TemporalCasts.MomentToTime), a[0], Number(to.Precision), e.Zone),
        (TypeKind.Timestamp, TypeKind.Timestamp) or (TypeKind.TimestampLtz, TypeKind.TimestampLtz) => from.Precision <= to.Precision
            ? static (_, a) => a[0]
            : (_, a) => Time(nameof(TemporalCasts.Cut), a[0], Number(to.Precision)),
        (TypeKind.Timestamp, TypeKind.TimestampLtz) => (e, a) => Time(nameof(TemporalCasts.TimestampToMoment), a[0], Number(to.Precision), e.Zone),
        (TypeKind.TimestampLtz, TypeKind.Timestamp) => (e, a) => Time(nameof(TemporalCasts.MomentToTimestamp), a[0], Number(to.Precision), e.Zone),
        _ => null,
    };

    private static MethodCallExpression Call(string name, params Code[] arguments) => Expression.Call(typeof(TextCasts), name, null, arguments);

    private static MethodCallExpression Text(string name, params Code[] arguments) => Expression.Call(typeof(ToText), name, null, arguments);

    private static MethodCallExpression Time(string name, params Code[] arguments) => Expression.Call(typeof(TemporalCasts), name, null, arguments);

    private static ConstantExpression Number(int value) => Expression.Constant(value);
}
