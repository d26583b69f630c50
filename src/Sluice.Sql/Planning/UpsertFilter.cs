using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;

namespace Sluice.Sql.Planning;

/// <summary>
/// An upsert topic says what a key's row is now, not what it was. A filter on anything but the key would hide that a row is to
/// go away, and a deletion has no other columns than the key: what would be wrong is refused.
/// </summary>
internal static class UpsertFilter
{
    public static void Check(BindingContext context, Chain chain, ConnectorTables tables)
    {
        if (chain.Leaf is not ScanLeaf { Table: var use } || !tables.IsUpsert(use))
        {
            return;
        }

        // Which columns of the leaf the rows between two steps are made of.
        IReadOnlyList<BoundExpression?> known = [.. use.Readable.Select((c, i) => new BoundColumn(i, c.Name, c.Type, c.Span))];
        foreach (var step in chain.Steps)
        {
            if (step is UnnestStep unnest)
            {
                context.Error(unnest.Collection.Span, $"UNNEST does not go with the upsert table '{use.Table.Path.Name}': an update or a deletion does not say which elements there were");
                return;
            }

            if (step is LookupStep lookup)
            {
                if (!lookup.KeepMissing)
                {
                    context.Error(lookup.Table.Span, $"a JOIN that leaves out rows without a match does not go with the upsert table '{use.Table.Path.Name}': a row whose key is no longer found would stay; write LEFT JOIN");
                    return;
                }

                known = [.. known, .. lookup.Columns.Select(_ => (BoundExpression?)null)];
                continue;
            }

            var calc = (CalcStep)step;
            if (calc.Filter is { } filter && !IsOverKey(filter, known, use))
            {
                context.Error(filter.Span, $"WHERE on other columns than the primary key does not go with the upsert table '{use.Table.Path.Name}': an update does not say what the row was before, so a row that no longer passes would stay");
                return;
            }

            known = [.. calc.Outputs.Select(o => Over(o.Value, known))];
        }
    }

    private static bool IsOverKey(BoundExpression filter, IReadOnlyList<BoundExpression?> known, TableUse use)
    {
        var reads = new List<int>();
        ColumnRewriter.Collect(filter, reads);
        foreach (var index in reads)
        {
            var leaves = new List<int>();
            if (known[index] is not { } value)
            {
                return false;
            }

            ColumnRewriter.Collect(value, leaves);
            if (leaves.Exists(l => use.Table.PrimaryKey?.Columns.Contains(use.Readable[l].Name) != true))
            {
                return false;
            }
        }

        return true;
    }

    private static BoundExpression? Over(BoundExpression value, IReadOnlyList<BoundExpression?> known)
    {
        var reads = new List<int>();
        ColumnRewriter.Collect(value, reads);
        return reads.Exists(r => known[r] is null) ? null : ColumnRewriter.Replace(value, c => known[c.Index]!);
    }
}
