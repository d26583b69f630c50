using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>Everything that a table's options say about reading it.</summary>
/// <param name="Schema">The columns to deliver.</param>
internal sealed record KafkaSourceSettings(ScanSettings Scan, KafkaProperties Properties, RowLayout Layout, Schema Schema, bool HasChangelog, Engine.Errors.Place Place)
{
    /// <summary>How long to wait for a broker at the start.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Messages that wait in the library at most, over all consumers of the table: each takes about 300 bytes beside its own.
    /// A million messages a second need no more, as long as fetching goes on when half of them are taken.</summary>
    private const int QueuedMessages = 25_000;

    /// <summary>Bytes of them.</summary>
    private const int QueuedKilobytes = 32 * 1024;

    /// <summary>Whether partitions are shared with other processes of the group.</summary>
    public bool JoinsGroup => Scan.Start.Mode == ScanMode.GroupOffsets && Properties.GroupId is not null;

    /// <param name="index">Which of the consumers it is.</param>
    /// <param name="consumers">Of this table in this process; they share the memory.</param>
    public ClientSettings ClientSettings(int index, int consumers) => new(Properties, Defaults(consumers), [.. Ours(), .. Instance(index, consumers)], Place);

    private (string Name, string Value)[] Defaults(int consumers) =>
    [
        ("client.id", "sluice"),

        // As Java's client has it; librdkafka's own default is the other one.
        ("isolation.level", "read_uncommitted"),

        ("queued.min.messages", $"{Math.Max(10_000, QueuedMessages / consumers)}"),
        ("queued.max.messages.kbytes", $"{Math.Max(4096, QueuedKilobytes / consumers)}"),
        ("fetch.queue.backoff.ms", "10"),
        ("reconnect.backoff.max.ms", "2000"),
        ("topic.metadata.refresh.interval.ms", Scan.Discovery > TimeSpan.Zero ? $"{Math.Clamp((long)Scan.Discovery.TotalMilliseconds, 1000, 3_600_000)}" : "-1"),
    ];

    /// <summary>A static member's name is one consumer's alone.</summary>
    private IEnumerable<(string Name, string Value)> Instance(int index, int consumers) =>
        from setting in Properties.Settings where setting.Name == "group.instance.id" && consumers > 1 select (setting.Name, $"{setting.Value}-{index}");

    private (string Name, string Value)[] Ours() =>
    [
        // The library wants a group even where none is joined and nothing is committed.
        ("group.id", Properties.GroupId ?? "sluice-without-group"),
        ("enable.auto.commit", "false"),
        ("enable.auto.offset.store", "false"),
        // The log says when the group is being joined; nobody sees it.
        ("debug", JoinsGroup ? "cgrp" : ""),
        ("enable.partition.eof", Scan.IsBounded ? "true" : "false"),
        ("partition.assignment.strategy", "cooperative-sticky"),
        ("auto.offset.reset", Scan.Start.Mode switch
        {
            ScanMode.Earliest or ScanMode.SpecificOffsets => "earliest",
            ScanMode.Latest => "latest",
            ScanMode.GroupOffsets when Properties.AutoOffsetReset is "earliest" or "latest" => Properties.AutoOffsetReset,
            _ => "error",
        }),
    ];
}
