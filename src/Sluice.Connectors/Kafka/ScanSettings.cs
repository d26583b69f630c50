using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Kafka;

/// <summary>Where reading begins or ends.</summary>
/// <param name="Mode">A word of <see cref="ScanMode"/>.</param>
/// <param name="Offsets">For specific-offsets, by partition.</param>
/// <param name="Millis">For timestamp.</param>
/// <param name="Place">Where the user said so.</param>
internal sealed record ScanBound(string Mode, IReadOnlyDictionary<int, long>? Offsets, long? Millis, Place? Place);

/// <summary>What a source reads, from where to where.</summary>
/// <param name="Topics">Names; empty where there is a pattern.</param>
/// <param name="Pattern">A regular expression for whole names, or null.</param>
/// <param name="Discovery">Zero: never.</param>
internal sealed record ScanSettings(IReadOnlyList<string> Topics, string? Pattern, Place? TopicPlace, ScanBound Start, ScanBound End, TimeSpan Discovery)
{
    public bool IsBounded => End.Mode != ScanMode.Unbounded;

    public string TopicText => Pattern is null ? string.Join(';', Topics) : $"topics like {Pattern}";

    /// <param name="upsert">An upsert table: one topic, read from its beginning.</param>
    public static ScanSettings Take(OptionBag bag, Place tablePlace, bool upsert)
    {
        var topics = Names(bag.Take(KafkaOptions.Topic));
        var pattern = upsert ? null : bag.Take(KafkaOptions.TopicPattern);
        if (topics.Count == 0 == pattern is null)
        {
            throw new ConfigException(tablePlace, pattern is null ? "'topic' is missing; it names the topic to read" : "'topic' and 'topic-pattern' exclude each other; give one of them");
        }

        if (upsert && topics.Count > 1)
        {
            throw new ConfigException(bag.PlaceOf(KafkaOptions.Topic), $"'topic' names {topics.Count} topics; an upsert-kafka table has one");
        }

        var start = upsert ? new ScanBound(ScanMode.Earliest, null, null, tablePlace) : TakeStart(bag);
        var end = TakeEnd(bag);
        if ((start.Offsets ?? end.Offsets) is not null && topics.Count != 1)
        {
            throw new ConfigException((start.Offsets is null ? end : start).Place, "specific-offsets names partitions of one topic, so 'topic' must be one name");
        }

        return new ScanSettings(topics, pattern, bag.PlaceOf(pattern is null ? KafkaOptions.Topic : KafkaOptions.TopicPattern), start, end, bag.Take(KafkaOptions.DiscoveryInterval));
    }

    private static List<string> Names(string? list) => [.. (list ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];

    private static ScanBound TakeStart(OptionBag bag) =>
        TakeBound(bag, KafkaOptions.StartupMode, KafkaOptions.StartupOffsets, KafkaOptions.StartupTimestamp);

    private static ScanBound TakeEnd(OptionBag bag) =>
        TakeBound(bag, KafkaOptions.BoundedMode, KafkaOptions.BoundedOffsets, KafkaOptions.BoundedTimestamp);

    private static ScanBound TakeBound(OptionBag bag, Option<string> modeOption, Option<string?> offsetsOption, Option<long?> millisOption)
    {
        var mode = bag.Take(modeOption);
        var offsets = bag.Take(offsetsOption);
        var millis = bag.Take(millisOption);
        var place = bag.PlaceOf(modeOption);
        if (mode == ScanMode.SpecificOffsets && offsets is null)
        {
            throw new ConfigException(place, $"'{modeOption.Name}' is {mode}, which needs '{offsetsOption.Name}'");
        }

        if (mode == ScanMode.Timestamp && millis is null)
        {
            throw new ConfigException(place, $"'{modeOption.Name}' is {mode}, which needs '{millisOption.Name}'");
        }

        return new ScanBound(
            mode,
            mode == ScanMode.SpecificOffsets ? SpecificOffsets.Parse(offsets!, offsetsOption.Name, bag.PlaceOf(offsetsOption)) : null,
            mode == ScanMode.Timestamp ? millis : null,
            place);
    }
}
