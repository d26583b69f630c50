using System.Runtime.InteropServices;

namespace Sluice.Connectors.Kafka.Native;

/// <summary>A partition of a topic with an offset, whose meaning the call decides.</summary>
internal readonly record struct PartitionOffset(string Topic, int Partition, long Offset, KafkaError Error = KafkaError.None);

/// <summary>Owns one of the library's lists of partitions.</summary>
internal sealed unsafe class PartitionList : IDisposable
{
    public PartitionList(IEnumerable<PartitionOffset> items)
    {
        Pointer = LibRdKafka.PartitionListNew(16);
        foreach (var item in items)
        {
            LibRdKafka.PartitionListAdd(Pointer, item.Topic, item.Partition)->Offset = item.Offset;
        }
    }

    public RdPartitionList* Pointer { get; private set; }

    public IReadOnlyList<PartitionOffset> Items => Read(Pointer);

    /// <summary>A copy of a list that somebody else owns.</summary>
    public static IReadOnlyList<PartitionOffset> Read(RdPartitionList* list)
    {
        var items = new PartitionOffset[list->Count];
        for (var i = 0; i < items.Length; i++)
        {
            var item = list->Items[i];
            items[i] = new PartitionOffset(Marshal.PtrToStringUTF8((nint)item.Topic)!, item.Partition, item.Offset, item.Error);
        }

        return items;
    }

    public void Dispose()
    {
        if (Pointer != null)
        {
            LibRdKafka.PartitionListDestroy(Pointer);
            Pointer = null;
        }
    }
}
