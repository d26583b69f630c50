using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A dimension table as the rows of a query: all of them, once.</summary>
internal sealed class RedisTableSource : ITableSource
{
    private readonly RedisLookupSettings _settings;
    private readonly SourceColumns _columns;
    private TableHome? _home;

    public RedisTableSource(TableDefinition table, IReadOnlyList<int> columns, OptionBag bag, TableContext context)
    {
        bool IsKey(int column) => table.PrimaryKey.Contains(table.Columns[column].Name);

        _settings = RedisLookupSettings.Take(table, [.. columns.Where(c => !IsKey(c))], bag, context);
        _columns = new SourceColumns(
            [.. Enumerable.Range(0, columns.Count).Where(i => !IsKey(columns[i]))],
            [
                .. from key in table.PrimaryKey.Select((name, part) => (Name: name, Part: part))
                   let column = table.IndexOf(key.Name)
                   select new KeyColumn(columns.ToList().IndexOf(column), key.Part, key.Name, table.Columns[column].Type, context.TimeZone),
            ]);
        Schema = new Schema([.. columns.Select(c => new Field(table.Columns[c].Name, table.Columns[c].Type))]);
    }

    public string Name => $"{_settings.Endpoint}/{_settings.Server.Database}";

    public Schema Schema { get; }

    public bool IsBounded => true;

    public bool HasChangelog => false;

    public IEnumerable<string> Explain() => [TablePages.Describe(_settings)];

    public string OrderAdvice => "a table in Redis is read in whatever order the server likes; leave 'sink.delivery-guarantee' out to write at least once";

    public async Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop)
    {
        _home = await TableHome.FindAsync(_settings, stop);
        return new SourcePlan(Schema, [new ScannedTable(_settings.Columns.Table.Name)]);
    }

    public ISplitReader Open(Split split, ReaderContext context) =>
        new RedisTableReader(_settings, _columns, new TablePages(_settings, _home ?? throw new InvalidOperationException($"{nameof(PrepareAsync)} comes first")), context);
}

/// <summary>Where the parts of a row go: the columns of a batch that records fill, in the order of their layout, and all columns of the key.</summary>
internal sealed record SourceColumns(int[] Records, KeyColumn[] Keys);

/// <summary>A table that is scanned: its rows come in no certain order.</summary>
internal sealed class ScannedTable(string table) : Split(table)
{
    public override bool IsWhole => true;
}
