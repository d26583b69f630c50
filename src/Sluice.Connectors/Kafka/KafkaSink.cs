using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Formats;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>Everything that a table's options say about writing to it.</summary>
/// <param name="Partitioner">default, fixed or round-robin.</param>
/// <param name="Unacknowledged">A row counts as written when the client has taken it.</param>
/// <param name="Upsert">Deletions are messages without value.</param>
internal sealed record KafkaSinkSettings(
    string Topic, KafkaProperties Properties, Func<Encoder> Value, Func<Encoder>? Key, string Partitioner, bool Unacknowledged, bool Upsert, Place? TopicPlace, Place Place)
{
    private static readonly string[] s_ordering = ["acks", "request.required.acks", "retries", "message.send.max.retries",
        "max.in.flight.requests.per.connection", "max.in.flight", "enable.idempotence"];

    /// <summary>Whether the value's format can say more than insert.</summary>
    public bool HasChangelog { get; init; }

    /// <summary>The column with the message's headers, or null.</summary>
    public int? Headers { get; init; }

    /// <summary>The column with its time, or null.</summary>
    public int? Timestamp { get; init; }

    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    public ClientSettings ClientSettings()
    {
        // As Java's client has it: rows of one key stay in order, also when messages are sent again.
        var idempotent = !Properties.Settings.Any(s => s_ordering.Contains(s.Name));
        return new ClientSettings(Properties,
            [("client.id", "sluice"), ("partitioner", "murmur2_random"), ("delivery.timeout.ms", "120000"), ("queue.buffering.max.kbytes", "32768"),
                .. idempotent ? (ReadOnlySpan<(string, string)>)[("enable.idempotence", "true")] : []],
            [],
            Place);
    }
}

/// <summary>Writes rows as messages of one topic. Each task has a producer of its own.</summary>
internal sealed class KafkaSink(KafkaSinkSettings settings, TimeProvider clock) : ISink
{
    private int _partitions = 1;
    private int _tasks;
    private Schema? _schema;

    public string Name => $"kafka {settings.Properties.Brokers}, topic {settings.Topic}";

    public BatchSize BatchSize { get; } = BatchSize.Of(BatchSize.MaxRows);

    public void Bind(Schema schema) => _schema = schema;

    public IEnumerable<string> Explain(Schema? schema)
    {
        yield return $"{settings.Properties.Brokers}: one message per row into topic {settings.Topic}"
            + (settings.Key is null ? "" : ", with a key") + $", partitioner {settings.Partitioner}";
    }

    public Task PrepareAsync(CancellationToken stop) => BlockingThread.RunAsync("kafka planner", Prepare, stop);

    public ISinkWriter Open(TaskContext task) =>
        new KafkaWriter(settings, _partitions, Interlocked.Increment(ref _tasks) - 1, task, clock);

    public IEnumerable<string> Render(RowBatch rows, int row)
    {
        var (key, value) = (new ByteHeap(256), new ByteHeap(256));
        var hasValue = settings.Value().Encode(rows, row, value);
        settings.Key?.Invoke().Encode(rows, row, key);
        yield return $"{settings.Topic}: " + (settings.Key is null ? "" : Text(key) + " -> ") + (hasValue ? Text(value) : "(no value)");
    }

    private static string Text(ByteHeap heap) => System.Text.Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used));

    /// <summary>A consumer asks, since a producer's question would make the topic.</summary>
    private bool Prepare(CancellationToken stop)
    {
        _ = _schema ?? throw new InvalidOperationException("not bound");
        var properties = settings.Properties with { Settings = [.. settings.Properties.Settings.Where(s => IsConnection(s.Name))] };
        using var consumer = new KafkaConsumer(new ClientSettings(properties, [("group.id", "sluice-without-group")], [("allow.auto.create.topics", "false")], settings.Place));
        var scan = new ScanSettings([settings.Topic], null, settings.TopicPlace, new ScanBound(ScanMode.Earliest, null, null, null), new ScanBound(ScanMode.Unbounded, null, null, null), TimeSpan.Zero);
        _partitions = new PartitionCatalog(consumer, scan, settings.Patience, stop).Partitions().Count;
        return true;
    }

    private static bool IsConnection(string name) =>
        name is "bootstrap.servers" or "metadata.broker.list" or "security.protocol"
        || name.StartsWith("sasl.", StringComparison.Ordinal) || name.StartsWith("ssl.", StringComparison.Ordinal) || name.StartsWith("socket.", StringComparison.Ordinal);
}
