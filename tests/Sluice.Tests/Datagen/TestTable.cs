using Sluice.Connectors;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Datagen;

/// <summary>A SQL table as the planner would hand it to its connector.</summary>
internal sealed class TestTable(string connector, params (string Name, SqlType Type)[] columns)
{
    public static readonly Place Place = new("script.sql", 1, 1, "");

    private readonly IConnectorPlugin _plugin = BuiltIn.Connectors.Single(c => c.Name == connector);

    public Dictionary<string, string> Options { get; init; } = [];

    /// <summary>Names of metadata columns by the names of columns.</summary>
    public Dictionary<string, string> Metadata { get; init; } = [];

    public string[] PartitionedBy { get; init; } = [];

    public int Parallelism { get; init; } = 1;

    public string BaseDirectory { get; init; } = Path.GetTempPath();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public IReadOnlyList<IFormat> Formats { get; init; } = BuiltInFormats.All;

    public MemoryStream Output { get; } = new();

    public List<string> Warnings { get; } = [];

    public TableDefinition Definition => new(
        "t", Place, [.. columns.Select(c => new TableColumn(c.Name, c.Type, Place, Metadata.GetValueOrDefault(c.Name), Metadata.ContainsKey(c.Name)))], [], PartitionedBy);

    public ITableSource Source(params int[] read) =>
        _plugin.Table!.Source!(Definition, read.Length == 0 ? [.. Enumerable.Range(0, columns.Length)] : read, Bag(), Context());

    public ISink Sink() => _plugin.Table!.Sink!(Definition, Bag(), Context());

    /// <summary>The message with which the table is refused.</summary>
    public string Refusal() => Assert.Throws<ConfigException>(() => Source()).Message;

    /// <summary>All batches of all splits, one split after the other; the caller need not dispose them.</summary>
    public async Task<List<RowBatch>> ReadAsync(BatchSize? size = null)
    {
        var source = Source();
        var plan = await source.PrepareAsync(Parallelism, TestContext.Current.CancellationToken);
        var pool = new RowBatchPool(plan.Schema, size ?? BatchSize.Of(BatchSize.MaxRows));
        var batches = new List<RowBatch>();
        foreach (var split in plan.Splits)
        {
            await using var reader = source.Open(split, ReaderContext.Of(pool));
            while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } batch)
            {
                batches.Add(batch);
            }
        }

        return batches;
    }

    /// <summary>All rows in SQL's text form, null as null.</summary>
    public async Task<List<string?[]>> ReadTextsAsync(BatchSize? size = null) =>
        [.. (await ReadAsync(size)).SelectMany(b => Enumerable.Range(0, b.Count).Select(row => b.Columns.Select((c, i) => TextForm.Of(c, row, b.Schema[i].Sql)).ToArray()))];

    /// <summary>Opens a writer, whose books and positions it keeps.</summary>
    public async Task<SinkRun> OpenAsync(ISink? sink = null)
    {
        sink ??= Sink();
        var schema = new Schema([.. columns.Where(c => !Metadata.ContainsKey(c.Name)).Select(c => new Field(c.Name, c.Type))]);
        sink.Bind(schema);
        await sink.PrepareAsync(TestContext.Current.CancellationToken);
        return new SinkRun(sink, schema, Clock);
    }

    /// <summary>The values of one column.</summary>
    public static List<T> Values<T>(IEnumerable<RowBatch> batches, int column, Func<Column, int, T> value) =>
        [.. batches.SelectMany(b => Enumerable.Range(0, b.Count).Select(row => value(b.Columns[column], row)))];

    private OptionBag Bag()
    {
        var members = Options.Select(o => KeyValuePair.Create(o.Key, OptionNode.Scalar(OptionKind.Text, o.Value, Place)));
        return new OptionBag(OptionNode.Map([.. members], Place), Report());
    }

    private TableContext Context() => new(Parallelism, BaseDirectory, Clock, Zone, Report(), () => Output) { Formats = Formats };

    private Report Report() => new(strict: false, Warnings.Add);
}

/// <summary>A clock that stands still until somebody waits, and then is there.</summary>
internal sealed class LeapingClock(DateTimeOffset now) : TimeProvider
{
    private long _ticks;

    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => now + Elapsed;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            Advance(dueTime);
        }

        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
