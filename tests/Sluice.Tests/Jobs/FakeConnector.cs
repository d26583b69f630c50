using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Jobs;

/// <summary>A connector that keeps what it was given and moves nothing.</summary>
internal sealed class FakeConnector(string name, IReadOnlyList<string> aliases, bool reads, bool writes) : IConnectorPlugin
{
    private static readonly string[] s_keys =
    [
        "column", "connection", "where", "splitPk", "encoding", "querySql", "password", "port", "table",
        "expireTime", "keyFieldDelimiter", "dateFormat", "writeMode", "keyIndexes", "batchSize",
    ];

    private static readonly Option<OptionNode?> s_dataSource = Option.Node("datasource", "a name", "A data source.");

    public static IReadOnlyList<IConnectorPlugin> All { get; } =
    [
        new FakeConnector("mysql", ["mysqlreader"], reads: true, writes: false),
        new FakeConnector("redis", ["rediswriter"], reads: false, writes: true),
        new FakeConnector("datagen", [], reads: true, writes: false),
        new FakeConnector("blackhole", [], reads: false, writes: true),
    ];

    public string Name => name;

    public IReadOnlyList<string> Aliases => aliases;

    public string Summary => "A fake.";

    public SourceFactory? Source => reads ? new SourceFactory([], (bag, context) => new FakeSource(Take(bag, context))) : null;

    public SinkFactory? Sink => writes ? new SinkFactory([], (bag, context) => new FakeSink(Take(bag, context))) : null;

    private Given Take(OptionBag bag, ConnectorContext context)
    {
        var values = s_keys.Select(key => (key, node: bag.Take(Option.Node(key, "anything", "")))).Where(e => e.node is not null).ToDictionary(e => e.key, e => e.node!);
        var entry = bag.Take(s_dataSource) is { } source ? context.DataSource(source, name) : null;
        bag.RefuseLeftovers();
        return new Given(name, values, entry, context);
    }
}

/// <summary>What a connector was created with.</summary>
internal sealed record Given(string Type, IReadOnlyDictionary<string, OptionNode> Values, OptionNode? Entry, ConnectorContext Context)
{
    public string Text(string key) => Values[key].Text;
}

internal sealed class FakeSource(Given given) : ISource
{
    public Given Given { get; } = given;

    public string Name => Given.Type;

    public Schema? Schema { get; } = given.Values.TryGetValue("column", out var columns) && columns.Items.All(c => c.Text != "*")
        ? new Schema([.. columns.Items.Select(c => new Field(c.Text, DataType.Unknown))]) : null;

    public bool IsBounded => true;

    public IEnumerable<string> Explain() => [];

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) => throw new InvalidOperationException("A server was asked for.");

    public ISplitReader Open(Split split, ReaderContext context) => throw new InvalidOperationException("A split was opened.");
}

/// <summary>Bound to columns it refuses one called <c>refused</c>.</summary>
internal sealed class FakeSink(Given given) : ISink
{
    public Given Given { get; } = given;

    public Schema? Bound { get; private set; }

    public string Name => Given.Type;

    public BatchSize BatchSize => new(1, 1);

    public void Bind(Schema schema)
    {
        if (schema.Fields.Any(f => f.Name == "refused"))
        {
            throw new ConfigException("the sink refuses these columns");
        }

        Bound = schema;
    }

    public IEnumerable<string> Explain(Schema? schema) => [];

    public Task PrepareAsync(CancellationToken stop) => throw new InvalidOperationException("A server was asked for.");

    public ISinkWriter Open(TaskContext task) => throw new InvalidOperationException("A writer was opened.");

    public IEnumerable<string> Render(RowBatch rows, int row) => [];
}
