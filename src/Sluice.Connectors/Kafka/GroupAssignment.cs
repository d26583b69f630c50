using System.Diagnostics;
using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Kafka;

/// <summary>Whoever reads the partitions that come and go.</summary>
internal interface IPartitionOwner
{
    /// <summary>How often messages have been taken from the library.</summary>
    long Takings { get; }

    /// <summary>What comes before that offset is written already, whatever the group knows of it.</summary>
    void Continue(KafkaPartition partition, long offset);

    /// <summary>Hands over what has been read, waits for its confirmation within a bound, and commits it.</summary>
    void Drain(IReadOnlyList<KafkaPartition> going);

    /// <summary>Partitions have gone.</summary>
    void Forget(IReadOnlyList<KafkaPartition> gone);
}

/// <summary>The partitions that the group gives to this consumer. Before one is given away, everything read of it is confirmed
/// and committed.</summary>
internal sealed class GroupAssignment(
    KafkaMember member, KafkaSourceSettings settings, IReadOnlyList<PlannedPartition> planned, IPartitionOwner owner, PartitionClaims claims, Report report, CancellationToken stop)
    : IAssignment, IRebalanceListener
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(string, int), long> _ends = planned.ToDictionary(p => (p.Topic, p.Number), p => p.End);
    private IReadOnlyList<string> _topics = [.. planned.Select(p => p.Topic).Distinct()];
    private static readonly TimeSpan s_tellAfter = TimeSpan.FromSeconds(5);

    private readonly long _began = Stopwatch.GetTimestamp();
    private long _looked = Stopwatch.GetTimestamp();
    private bool _told;
    private bool _assigned;
    private bool _othersDone;

    public void Begin() => member.Consumer.Subscribe(_topics, this);

    public void Look()
    {
        TellOfWaiting();
        var scan = settings.Scan;
        if (scan.IsBounded && _assigned && member.Partitions.All(p => p.IsDone))
        {
            _othersDone = AllEndsAreCommitted();
        }

        if (scan.Pattern is null || scan.IsBounded || scan.Discovery <= TimeSpan.Zero || Stopwatch.GetElapsedTime(_looked) < scan.Discovery)
        {
            return;
        }

        _looked = Stopwatch.GetTimestamp();
        try
        {
            var topics = new PartitionCatalog(member.Consumer, scan, TimeSpan.Zero, stop).Matching();
            if (!topics.SequenceEqual(_topics))
            {
                _topics = topics;
                Begin();
            }
        }
        catch (Exception e) when (e is EndpointException or ConfigException)
        {
            // A lost broker is told by reading itself.
        }
    }

    private void TellOfWaiting()
    {
        if (!_assigned && !_told && Stopwatch.GetElapsedTime(_began) >= s_tellAfter)
        {
            _told = true;
            report.Warn(null, $"{member.Consumer.Endpoint}: waiting for the group '{settings.Properties.GroupId}' to give partitions; one whose member was killed waits until that one's session has timed out");
        }
    }

    /// <summary>In a group the end has come when nobody has anything left: partitions may still be given to us.</summary>
    public bool IsFinished() => settings.Scan.IsBounded && _assigned && _othersDone && member.Partitions.All(p => p.IsDone);

    public void Done(KafkaPartition partition)
    {
        // It stays ours until the group decides otherwise; what comes after its end is not read.
    }

    public IReadOnlyList<PartitionOffset> Assigned(IReadOnlyList<PartitionOffset> partitions)
    {
        _assigned = true;
        if (partitions.Count == 0)
        {
            return [];
        }

        (string Topic, int Partition)[] named = [.. partitions.Select(p => (p.Topic, p.Partition))];
        var added = named.Select(p => new KafkaPartition(p.Topic, p.Partition, _ends.GetValueOrDefault(p, long.MaxValue)) { Since = owner.Takings }).ToList();
        var written = added.Select(claims.Claim).ToList();
        var starts = new OffsetPlan(new PartitionCatalog(member.Consumer, settings.Scan, s_patience, stop), settings)
            .Continue(named, (topic, partition) => written[Array.IndexOf(named, (topic, partition))] is not null || !_ends.ContainsKey((topic, partition)));
        foreach (var (partition, start, from) in added.Zip(starts, written))
        {
            partition.Start = partition.Committed = start;
            partition.IsDone = partition.End <= Math.Max(0, from ?? start);
        }

        member.Add(added);
        return [.. added.Zip(written).Select(p => new PartitionOffset(p.First.Topic, p.First.Number, Continue(p.First, p.Second)))];
    }

    private long Continue(KafkaPartition partition, long? written)
    {
        if (written is not { } offset)
        {
            return partition.Start;
        }

        owner.Continue(partition, offset);
        return offset;
    }

    public void Revoked(IReadOnlyList<PartitionOffset> partitions, bool lost)
    {
        var going = member.Partitions.Where(p => partitions.Any(r => r.Topic == p.Topic && r.Partition == p.Number)).ToList();
        if (!lost && going.Count > 0)
        {
            owner.Drain(going);
        }

        member.Remove(going);
        owner.Forget(going);
    }

    private bool AllEndsAreCommitted()
    {
        try
        {
            var ours = member.Partitions.Select(p => (p.Topic, p.Number)).ToHashSet();
            (string Topic, int Partition)[] others = [.. _ends.Where(e => e.Value > 0 && !ours.Contains(e.Key)).Select(e => e.Key)];
            if (others.Length == 0)
            {
                return true;
            }

            var catalog = new PartitionCatalog(member.Consumer, settings.Scan, TimeSpan.Zero, stop);
            return catalog.Committed(others).All(c => c.Offset >= _ends[(c.Topic, c.Partition)] || catalog.Watermarks(c.Topic, c.Partition) is var (low, high) && low == high);
        }
        catch (EndpointException)
        {
            return false;
        }
    }
}
