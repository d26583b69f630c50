using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Planning;

/// <summary>The dimension tables of a statement: one for all uses of a table with the same options, with the columns that any of them needs,
/// so that they share what is kept of it.</summary>
internal sealed class LookupTables(ConnectorTables tables)
{
    private readonly List<(TableUse Use, List<int> Columns, LookupTable Table)> _tables = [];

    /// <summary>Makes the table of each use, once all uses are known. Errors are reported.</summary>
    public void Make(IEnumerable<(LookupStep Step, IEnumerable<int> Fetched)> uses)
    {
        foreach (var group in uses.GroupBy(u => u.Step.Table))
        {
            List<int> columns = [.. group.SelectMany(u => u.Fetched).Distinct().Order()];
            if (tables.Lookup(group.Key, columns) is { } lookup)
            {
                _tables.Add((group.Key, columns, new LookupTable(group.Key.Table.Path.Name, group.All(u => u.Step.Once) ? new UncachedLookup(lookup) : lookup)));
            }
        }
    }

    /// <param name="hasChangelog">Rows may be changes, which stay in their order.</param>
    public LookupJoin Join(LookupStep step, Schema input, bool hasChangelog)
    {
        var (_, fetched, table) = _tables.First(t => t.Use.Equals(step.Table));
        var columns = step.Columns.Select(c =>
        {
            var (column, key) = (step.Table.Readable[c], step.KeyOf(c));
            return new LookupColumn(column.Name, column.Type.Nullable(), key < 0 ? fetched.IndexOf(c) : -1, key < 0 ? -1 : step.Values[key]);
        });
        return new LookupJoin(input, step.Keys, [.. columns], step.KeepMissing, table) { KeepsOrder = hasChangelog };
    }
}
