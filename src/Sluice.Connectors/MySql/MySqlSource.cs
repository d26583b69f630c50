using Sluice.Connectors.Selects;
using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.MySql;

/// <summary>Tables or queries of one or several MySQL servers.</summary>
internal sealed class MySqlSource(MySqlSettings settings, TimeProvider clock) : ISource
{
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
        }
    }

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) =>
        BlockingThread.RunAsync("mysql planner", token => new MySqlPlanner(settings, parallelism, clock, token).Plan(), stop);

    public ISplitReader Open(Split split, ReaderContext context) => context.After is null
        ? new MySqlSplitReader((MySqlSplit)split, context.Pool, clock)
        : throw new NotSupportedException("a MySQL split is read from its beginning only");
}
