using Sluice.Connectors.MySql.Slicing;
using Sluice.Connectors.Selects;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.MySql;

/// <summary>Tables or queries of one or several MySQL servers.</summary>
internal sealed class MySqlSource(MySqlSettings settings, TimeProvider clock) : ISource
{
    private bool _needsPositions;

    public string Name => "mysql " + string.Join(", ", settings.Shards.Select(s => s.Candidates[0].ToString()).Distinct(StringComparer.Ordinal));

    public Schema? Schema { get; } = settings.Shards.All(s => s.Queries.Count == 0) ? ColumnItems.SchemaOf(settings.Columns) : null;

    public bool IsBounded => true;

    public IEnumerable<string> Explain()
    {
        foreach (var shard in settings.Shards)
        {
            foreach (var query in shard.Queries)
            {
                yield return $"{shard.Candidates[0].Address}: {query.Text}";
            }

            foreach (var table in shard.Tables)
            {
                var quoting = Quoting.Backticks;
                var sql = SelectText.Of(ColumnItems.Of(settings.Columns, null, quoting), quoting.QuoteTable(quoting.Parts(table)), settings.Where);
                yield return $"{shard.Candidates[0].Address}: {sql}";
            }
        }

        if (settings.SplitKey is { } key && settings.Shards.Any(s => s.Tables.Count > 0))
        {
            yield return $"cut into slices by {key.Text} where more than one task runs: {settings.SplitFactor} for each task, over all tables";
            yield return _needsPositions ? $"positions: rows are read in the order of {key.Text}; none for a table where it may be NULL"
                : $"positions: by {key.Text} where the table can be read in its order at no cost (its primary key), else a slice that was read in part is read again";
        }
        else
        {
            yield return "positions: none inside a table or query, which is read again; give 'splitPk' to continue in the middle of a table";
        }
    }

    public string OrderAdvice => "give a 'splitPk' that is NOT NULL, best the primary key, for each table, in place of 'querySql'; or leave 'deliveryGuarantee' out to write at least once";

    public void NeedPositions() => _needsPositions = true;

    public IEnumerable<KeyValuePair<string, string>> Fingerprint() =>
    [
        new("table", string.Join('\n', settings.Shards.SelectMany(s => s.Tables.Select(t => $"{s.Candidates[0].Database} {t.Text}")))),
        new("querySql", string.Join('\n', settings.Shards.SelectMany(s => s.Queries.Select(q => $"{s.Candidates[0].Database} {q.Text}")))),
        new("column", string.Join('\n', settings.Columns)),
        new("where", settings.Where ?? ""),
        new("splitPk", settings.SplitKey?.Text ?? ""),
    ];

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) =>
        BlockingThread.RunAsync("mysql planner", token => new MySqlPlanner(settings, parallelism, _needsPositions, clock, token).Plan(), stop);

    public SourcePlan Restore(SourcePlan plan, IReadOnlyList<StoredSplit> stored)
    {
        var tables = plan.Splits.Cast<MySqlSplit>().GroupBy(s => s.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return plan with { Splits = [.. stored.Select(s => Restore(tables, s))] };
    }

    public ISplitReader Open(Split split, ReaderContext context) => new MySqlSplitReader((MySqlSplit)split, context, clock);

    private static MySqlSplit Restore(Dictionary<string, MySqlSplit> tables, StoredSplit stored)
    {
        // Where a table was cut, its name is followed by the number of the slice.
        var hash = stored.Id.LastIndexOf('#');
        var (name, suffix) = tables.ContainsKey(stored.Id) || hash < 0 ? (stored.Id, "") : (stored.Id[..hash], stored.Id[hash..]);
        if (!tables.TryGetValue(name, out var table))
        {
            throw new ConfigException($"the stored positions are about '{stored.Id}', which this job does not read; start over with --restart, or run it as another instance with --job-id NAME");
        }

        return stored.State is not { } state ? table.With(new Slice(suffix))
            : Slice.Parse(suffix, state) is { } slice ? table.With(slice)
            : throw new ConfigException($"the stored bounds of '{stored.Id}' are not ones that this version stores; start over with --restart");
    }
}
