using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>What is made of a CASE: values of which one is taken.</summary>
internal static class Conditionals
{
    /// <returns>Null after an error was reported.</returns>
    public static BoundExpression? Case(IReadOnlyList<BoundBranch> branches, BoundExpression? otherwise, SourceSpan span, ErrorList errors)
    {
        otherwise ??= new BoundLiteral(null, SqlType.Null, span);
        if (CommonTypeOf([.. branches.Select(b => b.Value), otherwise], "the branches of CASE", errors) is not { } type)
        {
            return null;
        }

        return new BoundCase(
            [.. branches.Select(b => b with { Value = As(b.Value, type) })], As(otherwise, type), type, span);
    }

    /// <summary>The first that is not NULL.</summary>
    public static BoundExpression? Coalesce(IReadOnlyList<BoundExpression> values, string name, SourceSpan span, ErrorList errors)
    {
        if (CommonTypeOf(values, $"the arguments of {name}", errors) is not { } type)
        {
            return null;
        }

        return First([.. values.Select(v => As(v, type))], 0, type.Nullable(values.All(v => v.Type.IsNullable)), span);
    }

    /// <summary>NULL where both are equal, else the first.</summary>
    public static BoundExpression? NullIf(BoundExpression left, BoundExpression right, SourceSpan span, Folding folding) =>
        BoundLet.Around(left, x =>
        {
            var equal = Comparisons.Compare(BinaryOperator.Equal, x, right, span, span, folding);
            return equal is null ? null : new BoundCase(
                [new BoundBranch(equal, new BoundLiteral(null, x.Type.Nullable(), span))], x, x.Type.Nullable(), span);
        });

    public static BoundExpression? If(BoundExpression condition, BoundExpression yes, BoundExpression no, SourceSpan span, ErrorList errors)
    {
        if (condition.Type.Kind is not (TypeKind.Boolean or TypeKind.Null))
        {
            errors.Add(condition.Span, $"the first argument of IF is a condition, and this is {condition.Type.Nullable()}");
            return null;
        }

        return CommonTypeOf([yes, no], "the values of IF", errors) is { } type
            ? new BoundCase([new BoundBranch(AsBoolean(condition), As(yes, type))], As(no, type), type, span)
            : null;
    }

    /// <summary>A bare NULL as a condition is UNKNOWN.</summary>
    public static BoundExpression AsBoolean(BoundExpression condition) =>
        condition.Type.Kind == TypeKind.Null ? new BoundLiteral(null, SqlType.Boolean, condition.Span) : condition;

    /// <returns>Null after an error was reported.</returns>
    public static SqlType? CommonTypeOf(IReadOnlyList<BoundExpression> values, string what, ErrorList errors)
    {
        if (CommonType.Of(values.Select(v => v.Type)) is { } type)
        {
            return type;
        }

        // The first that has nothing in common with those before it.
        var odd = 1;
        while (odd < values.Count - 1 && CommonType.Of(values.Take(odd + 1).Select(v => v.Type)) is not null)
        {
            odd++;
        }

        var before = CommonType.Of(values.Take(odd).Select(v => v.Type))!;
        errors.Add(values[odd].Span, $"{what} have no common type: {before.Nullable()} before and {values[odd].Type.Nullable()} here; write a CAST");
        return null;
    }

    /// <summary>A value in the common type that was found for it.</summary>
    public static BoundExpression As(BoundExpression value, SqlType type) =>
        type.Kind == TypeKind.Null || value.Type.SameAs(type) ? value : Cast.Must(value, type);

    private static BoundExpression First(IReadOnlyList<BoundExpression> values, int index, SqlType type, SourceSpan span) =>
        index == values.Count - 1
            ? values[index]
            : BoundLet.Around(values[index], x =>
                new BoundCase([new BoundBranch(new BoundIsNull(x, true, span), x)], First(values, index + 1, type, span), type, span))!;
}
