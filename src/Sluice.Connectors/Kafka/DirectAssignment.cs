using System.Diagnostics;
using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>Which of a table's consumers in this process a partition belongs to, also one that appears later.</summary>
internal readonly record struct Share(int Index, int Count)
{
    public bool Has(string topic, int partition)
    {
        var hash = 0u;
        foreach (var letter in topic)
        {
            hash = (hash * 31) + letter;
        }

        return (hash + (uint)partition) % (uint)Count == Index;
    }
}

/// <summary>All partitions (or one reader's share of them), without a group. New ones are looked for and read from their beginning.</summary>
internal sealed class DirectAssignment(
    KafkaMember member, KafkaSourceSettings settings, IReadOnlyList<PlannedPartition> planned, Share share, IPartitionOwner owner, PartitionClaims claims, CancellationToken stop) : IAssignment
{
    private readonly HashSet<(string Topic, int Number)> _known = [.. planned.Select(p => (p.Topic, p.Number))];
    private long _looked = Stopwatch.GetTimestamp();

    public void Begin() => Add(planned.Where(p => share.Has(p.Topic, p.Number)));

    public void Look()
    {
        var scan = settings.Scan;
        if (scan.IsBounded || scan.Discovery <= TimeSpan.Zero || Stopwatch.GetElapsedTime(_looked) < scan.Discovery)
        {
            return;
        }

        _looked = Stopwatch.GetTimestamp();
        try
        {
            var found = new PartitionCatalog(member.Consumer, scan, TimeSpan.Zero, stop).Partitions().Where(p => _known.Add(p)).ToList();
            Add(found.Where(p => share.Has(p.Topic, p.Partition)).Select(p => new PlannedPartition(p.Topic, p.Partition, LogicalOffset.Beginning, long.MaxValue)));
        }
        catch (Exception e) when (e is EndpointException or ConfigException)
        {
            // A lost broker, or a topic that has been removed, is told by reading itself.
        }
    }

    public bool IsFinished() => settings.Scan.IsBounded && member.Partitions.All(p => p.IsDone);

    public void Done(KafkaPartition partition) => member.Consumer.Unassign([new PartitionOffset(partition.Topic, partition.Number, LogicalOffset.Invalid)]);

    private void Add(IEnumerable<PlannedPartition> partitions)
    {
        var added = new List<KafkaPartition>();
        foreach (var (topic, number, start, end) in partitions)
        {
            var partition = new KafkaPartition(topic, number, end) { Start = start };
            if (claims.Claim(partition) is { } written)
            {
                partition.Start = written;
                owner.Continue(partition, written);
            }

            partition.IsDone = end <= Math.Max(0, partition.Start);
            added.Add(partition);
        }

        member.Add(added);
        var read = added.Where(p => !p.IsDone).Select(p => new PartitionOffset(p.Topic, p.Number, p.Start)).ToList();
        if (read.Count > 0)
        {
            member.Consumer.Assign(read);
        }
    }
}
