using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Parsing;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions;

/// <summary>AND and OR over three values. The right side is computed only where the left one does not decide.</summary>
internal sealed record BoundLogic(bool IsAnd, BoundExpression Left, BoundExpression Right, SourceSpan Span)
    : BoundExpression(SqlType.Boolean.Nullable(Left.Type.IsNullable || Right.Type.IsNullable), Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [Left, Right];

    internal override Emitted Emit(Emitter to)
    {
        var (value, isNull) = (to.Local(typeof(bool)), to.Local(typeof(bool)));
        var left = to.Emit(Left);
        to.If(
            IsAnd ? left.IsFalse : left.IsTrue,
            () =>
            {
                to.Add(Code.Assign(value, Code.Constant(!IsAnd)));
                to.Add(Code.Assign(isNull, Code.Constant(false)));
            },
            () =>
            {
                // The left side is NULL or leaves it to the right one.
                var right = to.Emit(Right);
                var decides = IsAnd ? right.IsFalse : right.IsTrue;
                to.Add(Code.Assign(value, IsAnd ? right.IsTrue : decides));
                to.Add(Code.Assign(isNull, Code.AndAlso(Code.Not(decides), Code.Or(left.IsNull, right.IsNull))));
            });
        return new Emitted(value, isNull);
    }
}

/// <summary><c>IS [NOT] NULL</c>.</summary>
internal sealed record BoundIsNull(BoundExpression Operand, bool Negated, SourceSpan Span) : BoundExpression(SqlType.Boolean.NotNull(), Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [Operand];

    internal override Emitted Emit(Emitter to)
    {
        var isNull = to.Emit(Operand).IsNull;
        return new Emitted(Negated ? Code.Not(isNull) : isNull, null);
    }
}

/// <summary><c>IS [NOT] TRUE</c> and <c>IS [NOT] FALSE</c>: never NULL.</summary>
internal sealed record BoundIsTruth(BoundExpression Operand, bool Truth, bool Negated, SourceSpan Span) : BoundExpression(SqlType.Boolean.NotNull(), Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [Operand];

    internal override Emitted Emit(Emitter to)
    {
        var operand = to.Emit(Operand);
        var test = Truth ? operand.IsTrue : operand.IsFalse;
        return new Emitted(to.Assign(Negated ? Code.Not(test) : test), null);
    }
}

/// <summary>A branch of a CASE, its value being of the type of the whole.</summary>
internal sealed record BoundBranch(BoundExpression Condition, BoundExpression Value);

/// <summary>CASE, and what is written in other ways and means the same: IF, COALESCE, NULLIF. Only what is needed is computed.</summary>
internal sealed record BoundCase(IReadOnlyList<BoundBranch> Branches, BoundExpression Else, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [.. Branches.SelectMany(b => new[] { b.Condition, b.Value }), Else];

    internal override Emitted Emit(Emitter to)
    {
        var result = new Emitted(to.Local(Values.ClrType(Type)), to.Local(typeof(bool)));
        Branch(to, 0, result);
        return result;
    }

    private void Branch(Emitter to, int index, Emitted result)
    {
        if (index == Branches.Count)
        {
            Take(to, Else, result);
            return;
        }

        to.If(
            to.Emit(Branches[index].Condition).IsTrue,
            () => Take(to, Branches[index].Value, result),
            () => Branch(to, index + 1, result));
    }

    private static void Take(Emitter to, BoundExpression expression, Emitted result)
    {
        var value = to.Emit(expression);
        if (!value.IsAlwaysNull)
        {
            to.Add(Code.Assign(result.Value, value.Value));
        }

        to.Add(Code.Assign(result.Null!, value.IsNull));
    }
}

/// <summary><c>x IN (constants)</c>, looked up in a set. All are of the type of <paramref name="Operand"/>, and none is NULL.</summary>
internal sealed record BoundInSet(BoundExpression Operand, IReadOnlyList<BoundLiteral> Items, bool WithNull, SourceSpan Span)
    : BoundExpression(SqlType.Boolean.Nullable(WithNull || Operand.Type.IsNullable), Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [Operand];

    internal override Emitted Emit(Emitter to)
    {
        var type = Values.ClrType(Operand.Type);
        var set = Activator.CreateInstance(typeof(HashSet<>).MakeGenericType(type))!;
        foreach (var item in Items)
        {
            set.GetType().GetMethod("Add")!.Invoke(set, [item.Value]);
        }

        var operand = to.Emit(Operand);
        var local = to.Constant(set);
        var found = BoundCall.Guarded(
            to, operand.Null is null ? [] : [operand.Null], () => BoundCall.Unwrap(to, Code.Call(local, set.GetType().GetMethod("Contains")!, operand.Value)));
        return WithNull ? found with { Null = to.Assign(Code.Or(found.IsNull, Code.Not(found.Value))) } : found;
    }
}
