using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>A partition with the offset to begin at, which may be a word, and the first one that is not read.</summary>
internal readonly record struct PlannedPartition(string Topic, int Number, long Start, long End);

/// <summary>Turns the startup and the bounded mode of a table into offsets of partitions. Its methods block.</summary>
internal sealed class OffsetPlan(PartitionCatalog catalog, KafkaSourceSettings settings)
{
    private readonly ScanSettings _scan = settings.Scan;

    /// <param name="starts">Whether to resolve where reading begins; in a group that is decided when partitions come.</param>
    public IReadOnlyList<PlannedPartition> Make(IReadOnlyList<(string Topic, int Partition)> partitions, bool starts)
    {
        var begins = starts ? Starts(partitions) : [.. partitions.Select(_ => LogicalOffset.Invalid)];
        var ends = Ends(partitions);
        return [.. partitions.Select((p, i) => new PlannedPartition(p.Topic, p.Partition, begins[i], ends[i]))];
    }

    /// <summary>Where a group goes on: its committed offsets, else what <c>auto.offset.reset</c> says.</summary>
    /// <param name="isNew">Whether a partition has appeared since the job started: those are read from their beginning.</param>
    /// <exception cref="ConfigException">Nothing is committed, and nothing says what to do then.</exception>
    public IReadOnlyList<long> Continue(IReadOnlyList<(string Topic, int Partition)> partitions, Func<string, int, bool> isNew)
    {
        var committed = settings.Properties.GroupId is null ? [] : catalog.Committed(partitions);
        return [.. partitions.Select((p, i) =>
            i < committed.Count && committed[i].Offset >= 0 ? committed[i].Offset
            : isNew(p.Topic, p.Partition) ? LogicalOffset.Beginning
            : settings.Properties.AutoOffsetReset switch
            {
                "earliest" => LogicalOffset.Beginning,
                "latest" => LogicalOffset.End,
                _ => throw new ConfigException(_scan.Start.Place, $"the group '{settings.Properties.GroupId}' has committed no offset for {KafkaPartition.NameOf(p.Topic, p.Partition)}, "
                    + "and nothing says where to begin: give 'properties.auto.offset.reset' (earliest or latest), or another 'scan.startup.mode' such as earliest-offset"),
            })];
    }

    private IReadOnlyList<long> Starts(IReadOnlyList<(string Topic, int Partition)> partitions)
    {
        switch (_scan.Start.Mode)
        {
            case ScanMode.Earliest:
                return [.. partitions.Select(_ => LogicalOffset.Beginning)];
            case ScanMode.Latest:
                // Asked now, so that what comes while the job is still preparing is read.
                return [.. partitions.Select(p => catalog.Watermarks(p.Topic, p.Partition).High)];
            case ScanMode.Timestamp:
                var found = catalog.OffsetsForTime(partitions, _scan.Start.Millis!.Value);
                return [.. found.Select(f => f.Offset >= 0 ? f.Offset : catalog.Watermarks(f.Topic, f.Partition).High)];
            case ScanMode.SpecificOffsets:
                return Specific(partitions);
            default:
                return Continue(partitions, (_, _) => false);
        }
    }

    /// <summary>Partitions that are not named go on where the group stopped, else at their beginning, as in Flink.</summary>
    private List<long> Specific(IReadOnlyList<(string Topic, int Partition)> partitions)
    {
        var offsets = _scan.Start.Offsets!;
        CheckNamed(offsets, partitions, _scan.Start);
        var committed = settings.Properties.GroupId is null || partitions.All(p => offsets.ContainsKey(p.Partition)) ? [] : catalog.Committed(partitions);
        return [.. partitions.Select((p, i) =>
            offsets.TryGetValue(p.Partition, out var offset) ? offset
            : i < committed.Count && committed[i].Offset >= 0 ? committed[i].Offset
            : LogicalOffset.Beginning)];
    }

    private IReadOnlyList<long> Ends(IReadOnlyList<(string Topic, int Partition)> partitions)
    {
        switch (_scan.End.Mode)
        {
            case ScanMode.Unbounded:
                return [.. partitions.Select(_ => long.MaxValue)];
            case ScanMode.Latest:
                return [.. partitions.Select(p => catalog.Watermarks(p.Topic, p.Partition).High)];
            case ScanMode.Timestamp:
                var found = catalog.OffsetsForTime(partitions, _scan.End.Millis!.Value);
                return [.. found.Select(f => f.Offset >= 0 ? f.Offset : catalog.Watermarks(f.Topic, f.Partition).High)];
            case ScanMode.SpecificOffsets:
                CheckNamed(_scan.End.Offsets!, partitions, _scan.End);
                return [.. partitions.Select(p => _scan.End.Offsets!.GetValueOrDefault(p.Partition, 0))];
            default:
                var committed = catalog.Committed(partitions);
                return [.. committed.Select(c => c.Offset >= 0 ? c.Offset : throw new ConfigException(_scan.End.Place,
                    $"'scan.bounded.mode' is group-offsets, but the group '{settings.Properties.GroupId}' has committed no offset for {KafkaPartition.NameOf(c.Topic, c.Partition)}"))];
        }
    }

    private void CheckNamed(IReadOnlyDictionary<int, long> offsets, IReadOnlyList<(string Topic, int Partition)> partitions, ScanBound bound)
    {
        foreach (var partition in offsets.Keys.Where(o => partitions.All(p => p.Partition != o)))
        {
            throw new ConfigException(bound.Place, $"there is no partition {partition} in {_scan.TopicText}, which has {partitions.Count}");
        }
    }
}
