using System.Runtime.InteropServices;

namespace Sluice.Connectors.Kafka.Native;

/// <summary>Subscribing, assigning, queues, offsets.</summary>
internal static unsafe partial class LibRdKafka
{
    [LibraryImport(Library, EntryPoint = "rd_kafka_subscribe")]
    public static partial KafkaError Subscribe(nint client, RdPartitionList* topics);

    [LibraryImport(Library, EntryPoint = "rd_kafka_assign")]
    public static partial KafkaError Assign(nint client, RdPartitionList* partitions);

    /// <summary>Adds to what is assigned. Returns an error object, or 0.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_incremental_assign")]
    public static partial nint IncrementalAssign(nint client, RdPartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_incremental_unassign")]
    public static partial nint IncrementalUnassign(nint client, RdPartitionList* partitions);

    /// <summary>Whether the group gave the partitions to somebody else already: nothing can be committed for them.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_assignment_lost")]
    public static partial int AssignmentLost(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_committed")]
    public static partial KafkaError Committed(nint client, RdPartitionList* partitions, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_commit")]
    public static partial KafkaError Commit(nint client, RdPartitionList* offsets, int isAsync);

    /// <summary>Leaves the group and waits for that; the rebalance callback is served meanwhile.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_close")]
    public static partial KafkaError ConsumerClose(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_new")]
    public static partial nint QueueNew(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void QueueDestroy(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_length")]
    public static partial nuint QueueLength(nint queue);

    /// <summary>The queue of one partition, which exists before it is assigned. 0: no memory.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_partition", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint QueueGetPartition(nint client, string topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_forward")]
    public static partial void QueueForward(nint from, nint to);

    /// <summary>Returns how many messages stand in <paramref name="messages"/> after at most the timeout; -1 on error.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static partial nint ConsumeBatchQueue(nint queue, int timeoutMs, RdMessage** messages, nuint size);

    /// <summary>The next message; null where none comes within the timeout.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_queue")]
    public static partial RdMessage* ConsumeQueue(nint queue, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    public static partial void MessageDestroy(RdMessage* message);

    /// <summary>Milliseconds since 1970 in UTC; -1 where there is none.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_message_timestamp")]
    public static partial long MessageTimestamp(RdMessage* message, out TimestampKind kind);

    /// <summary>The headers belong to the message.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_message_headers")]
    public static partial KafkaError MessageHeaders(RdMessage* message, out nint headers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_header_cnt")]
    public static partial nuint HeaderCount(nint headers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_header_get_all")]
    public static partial KafkaError HeaderAt(nint headers, nuint index, out byte* name, out byte* value, out nuint size);
}
