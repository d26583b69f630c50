using System.Runtime.InteropServices;

namespace Sluice.Connectors.Kafka.Native;

/// <summary>The functions of librdkafka that the connector uses, under their own names without <c>rd_kafka_</c>. No variadic
/// ones: their calling convention differs between platforms. Source: rdkafka.h of version 2.0.2.</summary>
internal static unsafe partial class LibRdKafka
{
    private const string Library = NativeLibraries.RdKafka;

    [LibraryImport(Library, EntryPoint = "rd_kafka_version")]
    public static partial int Version();

    [LibraryImport(Library, EntryPoint = "rd_kafka_err2str")]
    public static partial byte* ErrorText(KafkaError error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint ConfNew();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void ConfDestroy(nint conf);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ConfResult ConfSet(nint conf, string name, string value, byte* error, nuint errorSize);

    /// <summary>Names and values in turn, <paramref name="count"/> texts in all.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_dump")]
    public static partial byte** ConfDump(nint conf, out nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_conf_dump")]
    public static partial byte** TopicConfDump(nint conf, out nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_dump_free")]
    public static partial void ConfDumpFree(byte** dump, nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_conf_new")]
    public static partial nint TopicConfNew();

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_conf_destroy")]
    public static partial void TopicConfDestroy(nint conf);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_opaque")]
    public static partial void ConfSetOpaque(nint conf, nint opaque);

    /// <summary>What <see cref="ConfSetOpaque"/> was given.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_opaque")]
    public static partial nint OpaqueOf(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_log_cb")]
    public static partial void ConfSetLogCallback(nint conf, delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_error_cb")]
    public static partial void ConfSetErrorCallback(nint conf, delegate* unmanaged[Cdecl]<nint, KafkaError, byte*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_rebalance_cb")]
    public static partial void ConfSetRebalanceCallback(nint conf, delegate* unmanaged[Cdecl]<nint, KafkaError, RdPartitionList*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_dr_msg_cb")]
    public static partial void ConfSetDeliveryCallback(nint conf, delegate* unmanaged[Cdecl]<nint, RdMessage*, nint, void> callback);

    /// <summary>Owns <paramref name="conf"/> where it succeeds, and only then.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    public static partial nint New(ClientKind kind, nint conf, byte* error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy_flags")]
    public static partial void Destroy(nint client, int flags);

    /// <summary>Serves the callbacks. Returns how many events there were.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_poll")]
    public static partial int Poll(nint client, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll_set_consumer")]
    public static partial KafkaError PollSetConsumer(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_poll")]
    public static partial RdMessage* ConsumerPoll(nint client, int timeoutMs);

    /// <summary>Why the client cannot go on; <see cref="KafkaError.None"/> where it can.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_fatal_error")]
    public static partial KafkaError FatalError(nint client, byte* text, nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_sasl_set_credentials", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint SetCredentials(nint client, string username, string password);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_code")]
    public static partial KafkaError ErrorCode(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_string")]
    public static partial byte* ErrorString(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_destroy")]
    public static partial void ErrorDestroy(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TopicNew(nint client, string topic, nint conf);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void TopicDestroy(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_name")]
    public static partial byte* TopicName(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_metadata")]
    public static partial KafkaError Metadata(nint client, int allTopics, nint onlyTopic, out RdMetadata* metadata, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_metadata_destroy")]
    public static partial void MetadataDestroy(RdMetadata* metadata);

    [LibraryImport(Library, EntryPoint = "rd_kafka_query_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    public static partial KafkaError QueryWatermarks(nint client, string topic, int partition, out long low, out long high, int timeoutMs);

    /// <summary>What the last fetch said, without asking anybody.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_get_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    public static partial KafkaError CachedWatermarks(nint client, string topic, int partition, out long low, out long high);

    /// <summary>Replaces the timestamps (ms) that stand in place of offsets by offsets.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_offsets_for_times")]
    public static partial KafkaError OffsetsForTimes(nint client, RdPartitionList* offsets, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_new")]
    public static partial RdPartitionList* PartitionListNew(int size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    public static partial void PartitionListDestroy(RdPartitionList* list);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    public static partial RdTopicPartition* PartitionListAdd(RdPartitionList* list, string topic, int partition);
}
