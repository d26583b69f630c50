using Sluice.Engine.Options;

namespace Sluice.Connectors.Kafka;

/// <summary>The options of kafka and upsert-kafka tables, as Flink has them.</summary>
internal static class KafkaOptions
{
    public const string AllFields = "ALL";
    public const string ExceptKey = "EXCEPT_KEY";

    public static readonly Option<string?> Topic = Option.Text("topic", null, "The topic; for a source also several, separated by `;`.");
    public static readonly Option<string?> TopicPattern = Option.Text("topic-pattern", null, "A regular expression: all topics whose whole name matches are read. Instead of `topic`; for sources only.");

    public static readonly Option<OptionNode?> Properties = Option.Node("properties.*", "text",
        "Settings of the Kafka client. `properties.bootstrap.servers` is required, `properties.group.id` names the consumer group; the rest stands below.");

    public static readonly Option<string?> Format = Option.Text("format", null, "The format of the values. The same as `value.format`.");
    public static readonly Option<string?> ValueFormat = Option.Text("value.format", null, "The format of the values; its options begin with `value.`.");
    public static readonly Option<string?> KeyFormat = Option.Text("key.format", null, "The format of the keys; its options begin with `key.`. Needs `key.fields` (upsert-kafka: the primary key).");
    public static readonly Option<string?> KeyFields = Option.Text("key.fields", null, "The columns that the key holds, separated by `;`.");
    public static readonly Option<string> KeyFieldsPrefix = new("key.fields-prefix", "text", "", (node, _) => node.Text,
        "What the names of the key's columns begin with in the table, and not in the key. Needs `value.fields-include` = EXCEPT_KEY.");

    public static readonly Option<string> ValueFieldsInclude = Option.Choice("value.fields-include", AllFields, [AllFields, ExceptKey],
        "Whether the columns of the key stand in the value, too.");

    public static readonly Option<string> StartupMode = Option.Choice("scan.startup.mode", ScanMode.GroupOffsets,
        [ScanMode.GroupOffsets, ScanMode.Earliest, ScanMode.Latest, ScanMode.Timestamp, ScanMode.SpecificOffsets], "Where reading begins.");

    public static readonly Option<string?> StartupOffsets = Option.Text("scan.startup.specific-offsets", null, "For specific-offsets: `partition:0,offset:42;partition:1,offset:300`.");
    public static readonly Option<long?> StartupTimestamp = Option.OptionalInteger("scan.startup.timestamp-millis", "For timestamp: milliseconds since 1970 in UTC.", 0);

    public static readonly Option<string> BoundedMode = Option.Choice("scan.bounded.mode", ScanMode.Unbounded,
        [ScanMode.Unbounded, ScanMode.Latest, ScanMode.GroupOffsets, ScanMode.Timestamp, ScanMode.SpecificOffsets], "Where reading ends.");

    public static readonly Option<string?> BoundedOffsets = Option.Text("scan.bounded.specific-offsets", null, "For specific-offsets: the first offset of each partition that is not read any more. Partitions that are not named are not read.");
    public static readonly Option<long?> BoundedTimestamp = Option.OptionalInteger("scan.bounded.timestamp-millis", "For timestamp: reading ends before the first message that is not older.", 0);

    public static readonly Option<TimeSpan> DiscoveryInterval = Option.Duration("scan.topic-partition-discovery.interval", TimeSpan.FromMinutes(5),
        "How often to look for new partitions, and new topics of a pattern; 0 never does. New ones are read from their beginning.");

    public static readonly Option<string> SinkPartitioner = Option.Choice("sink.partitioner", "default", ["default", "fixed", "round-robin"],
        "Which partition a row goes to: `default` by its key, without one in turns of a batch; `fixed`: each task writes to one; `round-robin`: row by row.");

    public static readonly Option<string> SinkGuarantee = Option.Choice("sink.delivery-guarantee", "at-least-once", ["at-least-once", "none", "exactly-once"],
        "`at-least-once`: a row counts as written when the brokers have acknowledged it; `none`: when it is handed to the client. `exactly-once` is refused for now.");

    public static readonly Option<long?> SinkParallelism = Option.OptionalInteger("sink.parallelism", "Tasks that write. Only as many as the job has.", 1);
    public static readonly Option<string?> SinkTransactionPrefix = Option.Text("sink.transactional-id-prefix", null, "For exactly-once, which is refused for now.");

    private static readonly IOption[] s_both =
    [
        Topic, Properties, ValueFormat, KeyFormat, KeyFieldsPrefix, ValueFieldsInclude,
        BoundedMode, BoundedOffsets, BoundedTimestamp, DiscoveryInterval, SinkParallelism, SinkGuarantee, SinkTransactionPrefix,
    ];

    /// <summary>Those of <c>kafka</c>.</summary>
    public static IReadOnlyList<IOption> All { get; } =
        [.. s_both, TopicPattern, Format, KeyFields, StartupMode, StartupOffsets, StartupTimestamp, SinkPartitioner];

    /// <summary>Those of <c>upsert-kafka</c>, which reads from the beginning and whose key is the primary key.</summary>
    public static IReadOnlyList<IOption> Upsert { get; } = s_both;
}

/// <summary>The words of <c>scan.startup.mode</c> and <c>scan.bounded.mode</c>.</summary>
internal static class ScanMode
{
    public const string GroupOffsets = "group-offsets";
    public const string Earliest = "earliest-offset";
    public const string Latest = "latest-offset";
    public const string Timestamp = "timestamp";
    public const string SpecificOffsets = "specific-offsets";
    public const string Unbounded = "unbounded";
}
