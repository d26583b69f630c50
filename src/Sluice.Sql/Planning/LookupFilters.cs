using Sluice.Engine.Types;
using Sluice.Sql.Expressions;

namespace Sluice.Sql.Planning;

/// <summary>Moves conditions of WHERE that concern only the left side of a lookup join to before it, so that nothing is looked up for rows
/// that would not pass anyway.</summary>
internal static class LookupFilters
{
    /// <summary>A merged chain, in which the filters stand as early as they may.</summary>
    public static Chain Push(Chain chain)
    {
        chain = ChainMerger.Merge(chain);
        for (var i = chain.Steps.Count - 1; i > 0; i--)
        {
            if (chain.Steps[i] is CalcStep { Filter: { } filter } calc && chain.Steps[i - 1] is LookupStep && TrySplit(filter, chain.InputsOf(i - 1), out var before, out var after))
            {
                Step pushed = new CalcStep([.. ColumnsOf(chain, i - 1).Select((c, n) => new Output(c.Name, c with { Index = n }))], before);
                chain = ChainMerger.Merge(chain with { Steps = [.. chain.Steps.Take(i - 1), pushed, chain.Steps[i - 1], calc with { Filter = after }, .. chain.Steps.Skip(i + 1)] });

                // It may have become one with the step before it, and may have another join before it now.
                i = Math.Min(i + 1, chain.Steps.Count);
            }
        }

        return chain;
    }

    /// <returns>False where nothing of the filter can go before a step with so many columns.</returns>
    private static bool TrySplit(BoundExpression filter, int inputs, out BoundExpression? before, out BoundExpression? after)
    {
        (before, after) = (null, null);
        foreach (var part in Parts(filter))
        {
            var reads = new List<int>();
            ColumnRewriter.Collect(part, reads);
            if (reads.TrueForAll(c => c < inputs) && IsDeterministic(part))
            {
                before = before is null ? part : new BoundLogic(true, before, part, filter.Span);
            }
            else
            {
                after = after is null ? part : new BoundLogic(true, after, part, filter.Span);
            }
        }

        return before is not null;
    }

    private static IEnumerable<BoundExpression> Parts(BoundExpression condition) =>
        condition is BoundLogic { IsAnd: true } and ? Parts(and.Left).Concat(Parts(and.Right)) : [condition];

    private static bool IsDeterministic(BoundExpression expression) => expression.IsDeterministic && expression.Parts.All(IsDeterministic);

    /// <summary>The columns that a step gets.</summary>
    private static List<BoundColumn> ColumnsOf(Chain chain, int step)
    {
        List<BoundColumn> columns = chain.Leaf switch
        {
            ScanLeaf scan => [.. scan.Table.Readable.Select(c => new BoundColumn(0, c.Name, c.Type.Nullable(), scan.Table.Span))],
            ValuesLeaf values => [.. values.Columns.Select(c => new BoundColumn(0, c.Name, c.Type, c.Span))],
            _ => [],
        };
        foreach (var before in chain.Steps.Take(step))
        {
            switch (before)
            {
                case CalcStep calc:
                    columns = [.. calc.Outputs.Select(o => new BoundColumn(0, o.Name, o.Value.Type, o.Value.Span))];
                    break;
                case UnnestStep unnest:
                    var types = Unnest.ElementColumns(unnest.Collection.Type, unnest.KeepEmpty, unnest.WithOrdinality);
                    columns.AddRange(types.Select((t, i) => new BoundColumn(0, unnest.Names[i], t, unnest.Collection.Span)));
                    break;
                case LookupStep lookup:
                    columns.AddRange(lookup.Columns.Select(c => lookup.Table.Readable[c]).Select(c => new BoundColumn(0, c.Name, c.Type.Nullable(), lookup.Table.Span)));
                    break;
            }
        }

        return columns;
    }
}
