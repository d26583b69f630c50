using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>How far the partitions of a reader have come since its last batch, and what the next one says of that.</summary>
/// <param name="keepsApart">A batch holds rows of one partition, and names it.</param>
internal sealed class PartitionMoves(bool keepsApart)
{
    private readonly List<KafkaPartition> _moved = [];

    public bool Any => _moved.Count > 0;

    /// <summary>Where partitions are kept apart: the one that the next batch is of.</summary>
    public KafkaPartition? Of { get; set; }

    public void Move(KafkaPartition partition, long next)
    {
        partition.Next = next;
        if (!partition.HasMoved)
        {
            partition.HasMoved = true;
            _moved.Add(partition);
        }
    }

    /// <summary>Says how far a batch goes. What is read of a partition before its next cut is covered by nothing yet: no other position goes
    /// with such rows, those wait for the next batch, and such a position is not said without rows.</summary>
    public void PutOn(RowBatch batch)
    {
        if (keepsApart && Of is { HasMoved: true } of)
        {
            (batch.Split, batch.End, batch.IsOpen) = (of, new Position(of.Next), of.IsOpen);
            if (of.IsOpen)
            {
                of.HasMoved = false;
                _moved.Remove(of);
                return;
            }
        }

        foreach (var partition in _moved)
        {
            partition.HasMoved = false;
            if (!partition.IsOpen)
            {
                batch.Ends.Add(new SplitPosition(partition, new Position(partition.Next)));
                partition.HasGiven();
            }
        }

        _moved.Clear();
    }
}
