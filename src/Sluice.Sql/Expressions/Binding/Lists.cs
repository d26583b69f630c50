using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>IN, and comparisons with ANY and ALL of a list.</summary>
internal static class Lists
{
    /// <summary>From so many constants on a set is asked.</summary>
    private const int LeastOfSet = 4;

    /// <param name="operandAndItems">Null where one of them has an error.</param>
    public static BoundExpression? In(IReadOnlyList<BoundExpression>? operandAndItems, bool negated, SourceSpan span, Folding folding)
    {
        if (operandAndItems is null)
        {
            return null;
        }

        var items = operandAndItems.Skip(1).ToList();
        var found = BoundLet.Around(operandAndItems[0], x => Set(x, items, span, folding) ?? Chain(x, items, BinaryOperator.Equal, false, span, folding));
        return found is null || !negated ? found : Not(found, span);
    }

    public static BoundExpression? Quantified(IReadOnlyList<BoundExpression>? operandAndItems, QuantifiedExpression syntax, Folding folding) => operandAndItems is null
        ? null
        : BoundLet.Around(operandAndItems[0], x =>
            Chain(x, [.. operandAndItems.Skip(1)], syntax.Operator, syntax.Quantifier == Quantifier.All, syntax.Span, folding));

    public static BoundExpression Not(BoundExpression condition, SourceSpan span) =>
        new BoundCall(condition.Type, span, [condition], static (_, a) => Code.Not(a[0]), Total: true);

    private static BoundExpression? Chain(BoundExpression x, IReadOnlyList<BoundExpression> items, BinaryOperator op, bool isAnd, SourceSpan span, Folding folding)
    {
        var tests = items.Select(item => Comparisons.Compare(op, x, item, span, item.Span, folding)).ToList();
        return tests.Contains(null) ? null : tests.Aggregate((l, r) => new BoundLogic(isAnd, l!, r!, span));
    }

    /// <summary>Null where it is no case for a set.</summary>
    private static BoundInSet? Set(BoundExpression x, List<BoundExpression> items, SourceSpan span, Folding folding)
    {
        var present = items.Where(i => !i.IsNullLiteral).ToList();
        if (present.Count < LeastOfSet || !x.Type.IsScalar || x.Type.Kind is TypeKind.Decimal or TypeKind.Null
            || !present.TrueForAll(i => i is BoundLiteral && IsAlike(x.Type, i.Type)))
        {
            return null;
        }

        var literals = present.Select(i => folding.Fold(x.Type.IsNumeric ? Cast.Must(i, x.Type) : i)).OfType<BoundLiteral>().ToList();
        return literals.Count == present.Count ? new BoundInSet(x, literals, present.Count < items.Count, span) : null;
    }

    /// <summary>Whether an item becomes a value of the operand's type without losing anything.</summary>
    private static bool IsAlike(SqlType operand, SqlType item) => (operand.IsCharacter && item.IsCharacter) || (operand.IsBinary && item.IsBinary)
        || operand.Kind == item.Kind || (operand.IsInteger && item.IsInteger && item.Kind < operand.Kind);
}
