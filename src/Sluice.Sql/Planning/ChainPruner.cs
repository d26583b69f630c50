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
                    var inputs = chain.InputsOf(i);
                    for (var element = 0; element < unnest.Names.Count; element++)
                    {
                        places[inputs + element] = width + element;
                    }

                    width += unnest.Names.Count;
                    break;
                case LookupStep lookup:
                    var (first, wanted) = (chain.InputsOf(i), needed[i + 1]);
                    var columns = lookup.Columns.Select((c, n) => (Column: c, Index: first + n)).Where(c => wanted.Contains(c.Index)).ToList();
                    steps.Add(lookup with
                    {
                        Keys = [.. lookup.Keys.Select(k => places[k])],
                        Values = [.. lookup.Values.Select(v => places.GetValueOrDefault(v, -1))],
                        Columns = [.. columns.Select(c => c.Column)],
                    });
                    foreach (var (_, index) in columns)
                    {
                        places[index] = width++;
                    }

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
                    var inputs = chain.InputsOf(i);
                    reads.UnionWith(needed[0].Where(c => c < inputs));
                    ColumnRewriter.Collect(unnest.Collection, reads);
                    break;
                case LookupStep lookup:
                    var first = chain.InputsOf(i);
                    reads.UnionWith(needed[0].Where(c => c < first));
                    reads.UnionWith(lookup.Keys);
                    reads.UnionWith(needed[0].Where(c => c >= first).Select(c => lookup.KeyOf(lookup.Columns[c - first])).Where(k => k >= 0).Select(k => lookup.Values[k]));
                    break;
            }

            needed.Insert(0, reads);
        }

        return needed;
    }

    /// <summary>The dimension tables of a chain, and the columns of each that have to be fetched.</summary>
    /// <param name="needed">What <see cref="Needed"/> says.</param>
    public static IEnumerable<(LookupStep Step, IEnumerable<int> Fetched)> Lookups(Chain chain, IReadOnlyList<SortedSet<int>> needed)
    {
        for (var i = 0; i < chain.Steps.Count; i++)
        {
            if (chain.Steps[i] is LookupStep lookup)
            {
                var (first, wanted) = (chain.InputsOf(i), needed[i + 1]);
                yield return (lookup, lookup.Columns.Where((c, n) => wanted.Contains(first + n) && lookup.KeyOf(c) < 0));
            }
        }
    }

    private static Dictionary<int, int> Places(IEnumerable<int> kept) => kept.Select((index, place) => (index, place)).ToDictionary(p => p.index, p => p.place);

    private static BoundExpression Move(BoundExpression expression, Dictionary<int, int> places) =>
        ColumnRewriter.Replace(expression, c => c with { Index = places[c.Index] });
}
