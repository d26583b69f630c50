using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Sql.Binding;
using Sluice.Sql.Parsing;

namespace Sluice.Sql.Planning;

/// <summary>Makes sources, sinks and dimension tables of tables by their 'connector', and turns what connectors refuse into errors of the script.</summary>
internal sealed class ConnectorTables(BindingContext context, IReadOnlyList<IConnectorPlugin> connectors, TableContext tableContext)
{
    // Connectors that Flink's documentation, or a distribution of it, has and that are not there here.
    private static readonly string[] s_elsewhere =
    [
        "adb3.0", "clickhouse", "db2-cdc", "doris", "dynamodb", "elasticsearch", "elasticsearch-6", "elasticsearch-7", "elasticsearch-8", "faker", "firehose",
        "hbase", "hbase-1.4", "hbase-2.2", "hive", "hologres", "hudi", "iceberg", "jdbc", "kinesis", "kinesis-legacy", "mongodb", "mongodb-cdc", "mysql",
        "mysql-cdc", "nebula", "odps", "opensearch", "opensearch-1", "opensearch-2", "oracle-cdc", "paimon", "postgres-cdc", "prometheus", "pulsar", "rabbitmq",
        "rds", "sls", "socket", "sqlserver-cdc", "starrocks", "tidb-cdc", "upsert-kafka", "vitess-cdc",
    ];

    private readonly Dictionary<Place, SourceSpan> _places = [];

    /// <summary>A source of some of the readable columns; null after an error was reported.</summary>
    public ITableSource? Source(TableUse use, IReadOnlyList<int> columns)
    {
        if (Find(use) is not { } plugin)
        {
            return null;
        }

        if (plugin.Table!.Source is not { } create)
        {
            context.Error(use.Span, plugin.Table.Lookup is null
                ? $"table '{use.Table.Path.Name}' cannot be read: connector '{plugin.Name}' only writes"
                : $"table '{use.Table.Path.Name}' cannot be read as a whole: connector '{plugin.Name}' finds rows by their key; JOIN it with FOR SYSTEM_TIME AS OF");
            return null;
        }

        return HasUnknown(use, plugin) ? null : Guarded(use, () => create(Definition(use, use.Readable), columns, Bag(use), tableContext));
    }

    /// <summary>A sink that takes the writable columns; null after an error was reported.</summary>
    public ISink? Sink(TableUse use)
    {
        if (Find(use) is not { } plugin)
        {
            return null;
        }

        if (plugin.Table!.Sink is not { } create)
        {
            context.Error(use.Span, $"table '{use.Table.Path.Name}' cannot be written: connector '{plugin.Name}' only reads");
            return null;
        }

        return HasUnknown(use, plugin) ? null : Guarded(use, () => create(Definition(use, use.Readable), Bag(use), tableContext));
    }

    /// <summary>Whether the table's connector finds rows by their key.</summary>
    public bool FindsByKey(TableUse use) => FactoryOf(use)?.Lookup is not null;

    /// <summary>Whether the table's rows do not say what was there before them.</summary>
    public bool IsUpsert(TableUse use) => FactoryOf(use) is { IsUpsert: true };

    /// <summary>A dimension table that finds some of the readable columns, none of them of its key; null after an error was reported.</summary>
    public ILookup? Lookup(TableUse use, IReadOnlyList<int> columns)
    {
        if (Find(use) is not { } plugin)
        {
            return null;
        }

        if (plugin.Table!.Lookup is not { } create)
        {
            var able = connectors.Where(c => c.Table?.Lookup is not null).Select(c => c.Name).Order(StringComparer.Ordinal);
            context.Error(use.Span, $"table '{use.Table.Path.Name}' cannot be looked up: connector '{plugin.Name}' does not find rows by their key; connectors that do: {string.Join(", ", able)}");
            return null;
        }

        return HasUnknown(use, plugin) ? null : Guarded(use, () => create(Definition(use, use.Readable), columns, Bag(use), tableContext));
    }

    /// <summary>What a connector says, with its error reported where it points.</summary>
    public T? Guarded<T>(TableUse use, Func<T> ask)
        where T : class
    {
        try
        {
            return ask();
        }
        catch (ConfigException e)
        {
            var known = e.Place is not null && _places.ContainsKey(e.Place);
            var message = known && e.Message.StartsWith($"{e.Place}: ", StringComparison.Ordinal) ? e.Message[$"{e.Place}: ".Length..] : e.Message;
            context.Error(known ? _places[e.Place!] : use.Span, message.TrimEnd('.'));
            return null;
        }
    }

    /// <summary>Reports every option that neither the connector nor any format knows: before what they would say of a table in which the
    /// misspelt one is missing. Which format's options go with the table is the connector's to say.</summary>
    private bool HasUnknown(TableUse use, IConnectorPlugin plugin)
    {
        List<string> known = [TableOptions.Connector, .. plugin.Table!.Options.SelectMany(o => (string[])[o.Name, .. o.Aliases])];
        foreach (var option in tableContext.Formats.SelectMany(f => f.Options))
        {
            known.AddRange([option.Name, "key." + option.Name, "value." + option.Name]);
        }

        var found = false;
        foreach (var option in use.Options.Where(o => !known.Exists(k => Covers(k, o.Key))))
        {
            found = true;
            var nearest = NearestName.Of(option.Key, known);
            var own = plugin.Table.Options.Select(o => o.Name).Order(StringComparer.Ordinal);
            context.Error(option.KeySpan, $"{plugin.Name} has no option '{option.Key}'" + (nearest is null ? "." : $"; did you mean '{nearest}'?") + $" Supported: {string.Join(", ", own)}");
        }

        return found;
    }

    /// <summary>Names of options end in <c>*</c> or have <c>#</c> in their middle where the user goes on.</summary>
    private static bool Covers(string name, string key) => name.IndexOfAny(['*', '#']) is >= 0 and var open
        ? key.StartsWith(name[..open], StringComparison.Ordinal)
        : name == key;

    /// <summary>Null where there is no such connector, which is not said here.</summary>
    private TableFactory? FactoryOf(TableUse use) =>
        use.Options.FirstOrDefault(o => o.Key == TableOptions.Connector) is { } option ? connectors.FirstOrDefault(c => c.Table is not null && c.Name == option.Value)?.Table : null;

    private IConnectorPlugin? Find(TableUse use)
    {
        var words = connectors.Where(c => c.Table is not null).Select(c => c.Name).Order(StringComparer.Ordinal).ToList();
        var option = use.Options.FirstOrDefault(o => o.Key == TableOptions.Connector);
        if (option is null)
        {
            context.Error(use.Span, $"table '{use.Table.Path.Name}' has no option 'connector', so there is nothing to read or write; connectors: {string.Join(", ", words)}");
            return null;
        }

        if (connectors.FirstOrDefault(c => c.Table is not null && c.Name == option.Value) is { } found)
        {
            return found;
        }

        var nearest = NearestName.Of(option.Value, words);
        context.Error(option.ValueSpan, s_elsewhere.Contains(option.Value)
            ? $"the connector '{option.Value}' is not there here; connectors: {string.Join(", ", words)}"
            : $"there is no connector '{option.Value}'" + (nearest is null ? "." : $"; did you mean '{nearest}'?") + $" Connectors: {string.Join(", ", words)}");
        return null;
    }

    private TableDefinition Definition(TableUse use, IReadOnlyList<TableColumnDefinition> columns)
    {
        var table = use.Table;
        return new TableDefinition(
            table.Path.Name,
            PlaceOf(table.Span),
            [.. columns.Select(c => new TableColumn(
                c.Name, c.Type, PlaceOf(c.Span), c is MetadataTableColumn m ? m.Key ?? m.Name : null, c is MetadataTableColumn { Virtual: true }))],
            table.PrimaryKey?.Columns ?? [],
            table.PartitionedBy);
    }

    private OptionBag Bag(TableUse use)
    {
        var members = use.Options.Where(o => o.Key != TableOptions.Connector)
            .Select(o => KeyValuePair.Create(o.Key, OptionNode.Scalar(OptionKind.Text, o.Value, PlaceOf(o.ValueSpan), Shown(o)))).ToList();
        return new OptionBag(OptionNode.Map(members, PlaceOf(use.Table.Span)), context.Report);
    }

    private static string? Shown(TableOption option) => option.Shown ?? (TableOptions.IsSecret(option.Key) ? "***" : null);

    private Place PlaceOf(SourceSpan span)
    {
        var place = context.PlaceOf(span);
        _places.TryAdd(place, span);
        return place;
    }
}
