using System.Linq.Expressions;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Parsing;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions;

/// <summary>Makes the code of a call out of the code of its arguments. Code of type <c>T?</c> stands for a result that may be null.</summary>
internal delegate Code CallCode(Emitter to, IReadOnlyList<Code> arguments);

/// <summary>An operator or a function whose result is null where one of its arguments is.</summary>
/// <param name="Total">It has a result for any values, also for those that stand where a null is, and is cheap: computed without a branch.</param>
internal sealed record BoundCall(SqlType Type, SourceSpan Span, IReadOnlyList<BoundExpression> Arguments, CallCode Call, bool Total = false) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => Arguments;

    /// <summary>Whether it holds where its two arguments are equal, and nowhere else.</summary>
    public bool IsEquality { get; init; }

    internal override Emitted Emit(Emitter to)
    {
        var arguments = Arguments.Select(to.Emit).ToList();
        if (arguments.Exists(a => a.IsAlwaysNull))
        {
            return new Emitted(Code.Default(Values.ClrType(Type)), Code.Constant(true));
        }

        var nulls = arguments.Select(a => a.Null).OfType<Code>().ToList();
        Emitted Compute() => Unwrap(to, Call(to, [.. arguments.Select(a => a.Value)]));
        return Total && nulls.Count > 0
            ? Compute() with { Null = nulls.Count == 1 ? nulls[0] : to.Assign(nulls.Aggregate(Code.Or)) }
            : Guarded(to, nulls, Compute);
    }

    /// <summary>A result that is computed where none of some nulls is set.</summary>
    public static Emitted Guarded(Emitter to, IReadOnlyList<Code> nulls, Func<Emitted> compute)
    {
        if (nulls.Count == 0)
        {
            return compute();
        }

        var anyNull = nulls.Count == 1 ? nulls[0] : to.Assign(nulls.Aggregate(Code.Or));
        ParameterExpression? value = null;
        ParameterExpression? isNull = null;
        var block = to.Block(() =>
        {
            var result = compute();
            value = to.Local(result.Value.Type);
            to.Add(Code.Assign(value, result.Value));
            if (result.Null is not null)
            {
                isNull = to.Local(typeof(bool));
                to.Add(Code.Assign(isNull, result.Null));
            }
        });
        if (isNull is not null)
        {
            to.Add(Code.Assign(isNull, Code.Constant(true)));
        }

        to.Add(Code.IfThen(Code.Not(anyNull), block));
        return new Emitted(value!, isNull ?? anyNull);
    }

    /// <summary>The result of a call in a local.</summary>
    public static Emitted Unwrap(Emitter to, Code result)
    {
        var local = to.Assign(result);
        return Nullable.GetUnderlyingType(result.Type) is null
            ? new Emitted(local, null)
            : new Emitted(
                to.Assign(Code.Call(local, result.Type.GetMethod("GetValueOrDefault", [])!)),
                to.Assign(Code.Not(Code.Property(local, "HasValue"))));
    }
}
