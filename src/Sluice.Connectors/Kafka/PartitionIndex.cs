using Sluice.Connectors.Kafka.Native;

namespace Sluice.Connectors.Kafka;

/// <summary>Finds the partition that a message is of. Messages come in runs of one partition.</summary>
internal sealed unsafe class PartitionIndex(KafkaMember member)
{
    private readonly Dictionary<(nint Topic, int Number), KafkaPartition?> _known = [];
    private (nint Topic, int Number) _lastKey;
    private KafkaPartition? _last;

    /// <returns>Null where it is not ours, or not any more.</returns>
    public KafkaPartition? Find(RdMessage* message)
    {
        if (message->Topic == _lastKey.Topic && message->Partition == _lastKey.Number)
        {
            return _last;
        }

        var key = (message->Topic, message->Partition);
        if (!_known.TryGetValue(key, out var partition) && message->Topic != 0)
        {
            partition = Look(member.Consumer.TopicOf(message), message->Partition);
            if (partition is not null)
            {
                _known.Add(key, partition);
            }
        }

        (_lastKey, _last) = (partition is null ? default : key, partition);
        return partition;
    }

    /// <summary>After partitions were given away: what a handle stands for may change.</summary>
    public void Forget()
    {
        _known.Clear();
        (_lastKey, _last) = (default, null);
    }

    /// <summary>Apart from <see cref="Find"/>, which would pay for the closure with every message.</summary>
    private KafkaPartition? Look(string topic, int number) => member.Partitions.FirstOrDefault(p => p.Topic == topic && p.Number == number);
}
