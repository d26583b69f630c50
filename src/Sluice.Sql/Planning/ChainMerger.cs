using Sluice.Sql.Expressions;

namespace Sluice.Sql.Planning;

/// <summary>Makes one step of two projections where that computes nothing twice and keeps the order of filters.</summary>
internal static class ChainMerger
{
    public static Chain Merge(Chain chain)
    {
        var steps = new List<Step>();
        foreach (var step in chain.Steps)
        {
            if (step is CalcStep outer && steps is [.., CalcStep inner] && TryMerge(inner, outer) is { } merged)
            {
                steps[^1] = merged;
            }
            else
            {
                steps.Add(step);
            }
        }

        return chain with { Steps = steps };
    }

    private static CalcStep? TryMerge(CalcStep inner, CalcStep outer)
    {
        if (inner.Filter is not null && outer.Filter is not null)
        {
            return null;
        }

        var uses = new List<int>();
        foreach (var value in outer.Outputs.Select(o => o.Value).Concat(outer.Filter is null ? [] : [outer.Filter]))
        {
            ColumnRewriter.Collect(value, uses);
        }

        var usedTwice = uses.GroupBy(i => i).Where(g => g.Count() > 1).Select(g => inner.Outputs[g.Key].Value);
        if (usedTwice.Any(v => v is not (BoundColumn or BoundLiteral)))
        {
            return null;
        }

        return new CalcStep([.. outer.Outputs.Select(o => o with { Value = Inline(o.Value) })], outer.Filter is null ? inner.Filter : Inline(outer.Filter));

        BoundExpression Inline(BoundExpression value) => ColumnRewriter.Replace(value, c => inner.Outputs[c.Index].Value);
    }
}
