using System.Runtime.InteropServices;

namespace Sluice.Connectors.Kafka.Native;

/// <summary>Producing.</summary>
internal static unsafe partial class LibRdKafka
{
    /// <summary>The default of <c>PARTITION</c>: the partitioner decides.</summary>
    public const int AnyPartition = -1;

    /// <summary>The library copies key and value.</summary>
    public const int FlagCopy = 2;

    /// <summary>Returns 0, or -1 with the reason in <see cref="LastError"/>.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produce")]
    public static partial int Produce(nint topic, int partition, int flags, byte* value, nuint valueSize, byte* key, nuint keySize, nint opaque);

    /// <summary>For headers and timestamps. Returns an error object, or 0.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produceva")]
    public static partial nint ProduceArguments(nint client, RdArgument* arguments, nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_last_error")]
    public static partial KafkaError LastError();

    [LibraryImport(Library, EntryPoint = "rd_kafka_purge")]
    public static partial KafkaError Purge(nint client, int flags);

    [LibraryImport(Library, EntryPoint = "rd_kafka_headers_new")]
    public static partial nint HeadersNew(nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_headers_destroy")]
    public static partial void HeadersDestroy(nint headers);

    /// <summary>Sizes of -1: the name ends with a zero byte, the value is null.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_header_add")]
    public static partial KafkaError HeaderAdd(nint headers, byte* name, nint nameSize, byte* value, nint valueSize);
}
