using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>The partition and offset of each row of a batch. Stays with the batch when it is used again.</summary>
internal sealed class KafkaOrigins(int capacity) : IRowOrigins
{
    private KafkaPartition[] _partitions = new KafkaPartition[capacity];
    private long[] _offsets = new long[capacity];

    public void Set(int row, KafkaPartition partition, long offset)
    {
        if (row >= _offsets.Length)
        {
            Array.Resize(ref _partitions, row * 2);
            Array.Resize(ref _offsets, row * 2);
        }

        _partitions[row] = partition;
        _offsets[row] = offset;
    }

    public string Describe(int row) => _partitions[row].Describe(_offsets[row]);
}
