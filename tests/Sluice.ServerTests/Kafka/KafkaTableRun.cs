using Sluice.Connectors;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Types;

namespace Sluice.ServerTests.Kafka;

/// <summary>A kafka table as its DDL would make it, read into a <see cref="CollectSink"/> by the engine.</summary>
internal sealed class KafkaTableRun : IDisposable
{
    private static readonly Place s_place = new("test.sql", 1, 1, "");

    private readonly CancellationTokenSource _stop = new();
    private Task<JobSummary>? _running;

    public CollectSink Sink { get; init; } = new();

    public List<string> Warnings { get; } = [];

    public string Connector { get; init; } = "kafka";

    /// <summary>Names of physical STRING columns.</summary>
    public string[] Columns { get; init; } = ["v"];

    /// <summary>Columns after those: name, type, word.</summary>
    public (string Name, SqlType Type, string Key)[] Metadata { get; init; } = [];

    public string[] PrimaryKey { get; init; } = [];

    public int Parallelism { get; init; } = 1;

    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    public static TableContext Context(List<string> warnings, int parallelism = 1, TimeZoneInfo? zone = null) =>
        new(parallelism, "/", TimeProvider.System, zone ?? TimeZoneInfo.Utc, new Report(false, w => { lock (warnings) { warnings.Add(w); } }), () => Stream.Null) { Formats = [new WordsFormat()] };

    /// <summary>Options as <c>'name' = 'value'</c>, separated by commas.</summary>
    public static OptionBag Bag(string address, string options, Report report)
    {
        var members = options.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(o => o.Split('=', 2, StringSplitOptions.TrimEntries)).Select(o => (Name: o[0], Value: o[1].Replace('/', ',').Replace('\\', '/')))
            .Prepend(("properties.bootstrap.servers", address))
            .Select(o => KeyValuePair.Create(o.Item1, OptionNode.Scalar(OptionKind.Text, o.Item2, new Place("test.sql", 2, 1, o.Item1))));
        return new OptionBag(OptionNode.Map([.. members], s_place), report);
    }

    public TableDefinition Definition() => new("t", s_place,
        [.. Columns.Select(c => new TableColumn(c, SqlType.String, s_place)), .. Metadata.Select(m => new TableColumn(m.Name, m.Type, s_place, m.Key, m.Key is not ("headers" or "timestamp")))],
        PrimaryKey, []);

    public ITableSource Source(string address, string options)
    {
        var context = Context(Warnings, Parallelism, TimeZone);
        var plugin = BuiltIn.Connectors.Single(c => c.Name == Connector);
        return plugin.Table!.Source!(Definition(), [.. Enumerable.Range(0, Columns.Length + Metadata.Length)], Bag(address, options, context.Report), context);
    }

    /// <summary>Starts reading; ends by itself where the table is bounded.</summary>
    public KafkaTableRun Start(string address, string options) => Start(Source(address, options));

    public KafkaTableRun Start(ISource source) => Start(source, Sink);

    public KafkaTableRun Start(ISource source, ISink sink)
    {
        var context = Context(Warnings);
        var plan = new Plan("test", source, sink, new JobSettings { Concurrent = Parallelism });
        _running = new JobRunner(plan, Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}.jsonl"), context.Report, TimeProvider.System).RunAsync(_stop.Token);
        return this;
    }

    public async Task<JobSummary> EndAsync() => await _running!.WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    public async Task<JobSummary> StopAsync()
    {
        await _stop.CancelAsync();
        return await EndAsync();
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Reads a bounded table to its end and returns the rows in order.</summary>
    public async Task<string[]> ReadAsync(string address, string options)
    {
        var summary = await Start(address, options).EndAsync();
        Assert.True(summary.Status == JobStatus.Succeeded, $"{summary.Status}: {summary.Error}");
        return [.. Sink.Rows];
    }
}
