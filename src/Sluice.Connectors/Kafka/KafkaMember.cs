using System.Diagnostics;
using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Kafka;

/// <summary>A consumer and the partitions that it has at the moment, for the thread that reads them and for whoever commits.
/// Lives longer than its reader: the last commit comes after that.</summary>
internal sealed class KafkaMember(KafkaConsumer consumer) : IDisposable
{
    private readonly Lock _gate = new();

    /// <summary>Held while the brokers are asked, which may take long; whoever only looks does not wait for it. Taken before the gate.</summary>
    private readonly Lock _committing = new();
    private readonly List<KafkaPartition> _partitions = [];
    private volatile bool _isRead;

    public KafkaConsumer Consumer { get; } = consumer;

    /// <summary>Whether a thread is reading: the library must not be closed under it.</summary>
    public bool IsRead
    {
        get => _isRead;
        set => _isRead = value;
    }

    public IReadOnlyList<KafkaPartition> Partitions
    {
        get
        {
            lock (_gate)
            {
                return [.. _partitions];
            }
        }
    }

    public void Add(IEnumerable<KafkaPartition> partitions)
    {
        lock (_gate)
        {
            _partitions.AddRange(partitions);
        }
    }

    public void Remove(IReadOnlyCollection<KafkaPartition> partitions)
    {
        lock (_committing)
        {
            lock (_gate)
            {
                _partitions.RemoveAll(partitions.Contains);
            }
        }
    }

    /// <summary>Commits what is confirmed of the partitions that are ours, and new. Waits for the brokers.</summary>
    public KafkaError Commit(IConfirmedPositions confirmed)
    {
        // Nothing may be committed for a partition that has just been given away.
        lock (_committing)
        {
            var partitions = Partitions;
            var offsets = new List<PartitionOffset>();
            foreach (var partition in partitions)
            {
                if (ConfirmedOf(partition, confirmed) is { } next && next > partition.Committed)
                {
                    offsets.Add(new PartitionOffset(partition.Topic, partition.Number, next));
                }
            }

            if (offsets.Count == 0)
            {
                return KafkaError.None;
            }

            if (Consumer.IsJoining)
            {
                return KafkaError.RebalanceInProgress;
            }

            var error = Consumer.Commit(offsets);
            if (error == KafkaError.None)
            {
                foreach (var offset in offsets)
                {
                    partitions.First(p => p.Topic == offset.Topic && p.Number == offset.Partition).Committed = offset.Offset;
                }
            }

            return error;
        }
    }

    /// <summary>The same, and again while the group is busy with a rebalance, during which it takes no offsets.</summary>
    public KafkaError Commit(IConfirmedPositions confirmed, TimeSpan patience, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var error = Commit(confirmed);
            if (error is not (KafkaError.RebalanceInProgress or KafkaError.CoordinatorLoadInProgress) || Stopwatch.GetElapsedTime(started) >= patience)
            {
                return error;
            }

            stop.WaitHandle.WaitOne(50);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The confirmed offset of a partition; null where nothing of it is confirmed since it became ours.</summary>
    public static long? ConfirmedOf(KafkaPartition partition, IConfirmedPositions confirmed) =>
        confirmed.Of(partition) is { } position && position.Ordinal > partition.Start ? position.Ordinal : null;

    public void Dispose() => Consumer.Dispose();
}
