using System.Runtime.InteropServices;

namespace Sluice.Connectors.Kafka.Native;

/// <summary><c>rd_kafka_message_t</c>. With an error, the payload is its text.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RdMessage
{
    public KafkaError Error;
    public nint Topic;
    public int Partition;
    public byte* Value;
    public nuint ValueSize;
    public byte* Key;
    public nuint KeySize;
    public long Offset;
    public nint Opaque;
}

/// <summary><c>rd_kafka_topic_partition_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RdTopicPartition
{
    public byte* Topic;
    public int Partition;
    public long Offset;
    public void* Metadata;
    public nuint MetadataSize;
    public void* Opaque;
    public KafkaError Error;
    public void* Private;
}

/// <summary><c>rd_kafka_topic_partition_list_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RdPartitionList
{
    public int Count;
    public int Size;
    public RdTopicPartition* Items;
}

/// <summary><c>rd_kafka_metadata_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RdMetadata
{
    public int BrokerCount;
    public void* Brokers;
    public int TopicCount;
    public RdMetadataTopic* Topics;
    public int OriginId;
    public byte* OriginName;
}

/// <summary><c>rd_kafka_metadata_topic_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RdMetadataTopic
{
    public byte* Topic;
    public int PartitionCount;
    public RdMetadataPartition* Partitions;
    public KafkaError Error;
}

/// <summary><c>rd_kafka_metadata_partition_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RdMetadataPartition
{
    public int Id;
    public KafkaError Error;
    public int Leader;
    public int ReplicaCount;
    public int* Replicas;
    public int InSyncCount;
    public int* InSync;
}

/// <summary><c>rd_kafka_vu_t</c>: one tagged argument of <c>rd_kafka_produceva</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal unsafe struct RdArgument
{
    [FieldOffset(0)] public ArgumentKind Kind;
    [FieldOffset(8)] public void* Pointer;
    [FieldOffset(8)] public int Int;
    [FieldOffset(8)] public long Long;
    [FieldOffset(16)] public nuint Size;
}

/// <summary><c>rd_kafka_vtype_t</c>.</summary>
internal enum ArgumentKind
{
    Topic = 1,
    TopicHandle = 2,
    Partition = 3,
    Value = 4,
    Key = 5,
    Opaque = 6,
    Flags = 7,
    Timestamp = 8,
    Headers = 10,
}

/// <summary><c>rd_kafka_type_t</c>.</summary>
internal enum ClientKind
{
    Producer = 0,
    Consumer = 1,
}

/// <summary><c>rd_kafka_conf_res_t</c>.</summary>
internal enum ConfResult
{
    Unknown = -2,
    Invalid = -1,
    Ok = 0,
}

/// <summary><c>rd_kafka_timestamp_type_t</c>.</summary>
internal enum TimestampKind
{
    None = 0,
    CreateTime = 1,
    LogAppendTime = 2,
}

/// <summary>Offsets that are words: <c>RD_KAFKA_OFFSET_...</c>.</summary>
internal static class LogicalOffset
{
    public const long Beginning = -2;
    public const long End = -1;
    public const long Invalid = -1001;
}
