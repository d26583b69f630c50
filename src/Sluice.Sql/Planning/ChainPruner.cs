using Sluice.Sql.Expressions;

namespace Sluice.Sql.Planning;

/// <summary>Leaves out of a chain what nobody needs, so that the source is asked only for columns that are used.</summary>
internal static class ChainPruner
{
    /// <summary>The chain over a leaf that has only some of its columns, which are at least those it needs.</summary>
    /// <param name="needed">What <see cref="Needed"/> says.</param>
    /// <param name="available">Indexes of the leaf's columns, in the order in which they come.</param>
    public static Chain Rewrite(Chain chain, IReadOnlyList<SortedSet<int>> needed, IReadOnlyList<int> available)
    {
        var places = Places(available);
        var width = available.Count;
        var steps = new List<Step>();
        for (var i = 0; i < chain.Steps.Count; i++)
        {
            switch (chain.Steps[i])
            {
                case CalcStep calc:
                    steps.Add(new CalcStep(
                        [.. needed[i + 1].Select(o => calc.Outputs[o]).Select(o => o with { Value = Move(o.Value, places) })],
                        calc.Filter is null ? null : Move(calc.Filter, places)));
                    places = Places(needed[i + 1]);
                    width = needed[i + 1].Count;
                    break;
                case UnnestStep unnest:
                    // What comes in passes through, also what only the collection needed; all columns of the element come out.
                    steps.Add(unnest with { Collection = Move(unnest.Collection, places) });
                    var inputs = InputsOf(chain, i);
                    for (var element = 0; element < unnest.Names.Count; element++)
                    {
                        places[inputs + element] = width + element;
                    }

                    width += unnest.Names.Count;
                    break;
                case var other:
                    throw new InvalidOperationException($"{other.GetType().Name} cannot be pruned");
            }
        }

        return chain with { Steps = steps };
    }

    /// <summary>The columns that each step needs of what comes in; the last entry is what must come out at the end.</summary>
    /// <param name="columns">How many come out at the end.</param>
    public static IReadOnlyList<SortedSet<int>> Needed(Chain chain, int columns)
    {
        var needed = new List<SortedSet<int>> { new(Enumerable.Range(0, columns)) };
        for (var i = chain.Steps.Count - 1; i >= 0; i--)
        {
            var reads = new SortedSet<int>();
            switch (chain.Steps[i])
            {
                case CalcStep calc:
                    foreach (var value in needed[0].Select(o => calc.Outputs[o].Value).Concat(calc.Filter is null ? [] : [calc.Filter]))
                    {
                        ColumnRewriter.Collect(value, reads);
                    }

                    break;
                case UnnestStep unnest:
                    var inputs = InputsOf(chain, i);
                    reads.UnionWith(needed[0].Where(c => c < inputs));
                    ColumnRewriter.Collect(unnest.Collection, reads);
                    break;
            }

            needed.Insert(0, reads);
        }

        return needed;
    }

    /// <summary>How many columns a step gets where nothing is left out.</summary>
    private static int InputsOf(Chain chain, int step)
    {
        var count = chain.Leaf.Count;
        foreach (var before in chain.Steps.Take(step))
        {
            count = before switch
            {
                CalcStep calc => calc.Outputs.Count,
                UnnestStep unnest => count + unnest.Names.Count,
                _ => count,
            };
        }

        return count;
    }

    private static Dictionary<int, int> Places(IEnumerable<int> kept) => kept.Select((index, place) => (index, place)).ToDictionary(p => p.index, p => p.place);

    private static BoundExpression Move(BoundExpression expression, Dictionary<int, int> places) =>
        ColumnRewriter.Replace(expression, c => c with { Index = places[c.Index] });
}
