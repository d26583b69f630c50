using System.Runtime.InteropServices;

namespace Sluice.TestBroker;

/// <summary>librdkafka's mock cluster of one broker: the real wire protocol on a port of 127.0.0.1, everything in memory
/// (about 5 MB per partition; older messages go).</summary>
internal sealed unsafe partial class MockCluster : IDisposable
{
    private const string Library = "librdkafka.so.1";
    private const int ProducerKind = 0;
    private const int AllBrokers = -1;

    private readonly nint _client;
    private readonly nint _cluster;

    public MockCluster()
    {
        _client = New(ProducerKind, ConfNew(), null, 0);
        _cluster = ClusterNew(_client, 1);
    }

    /// <summary>host:port.</summary>
    public string Bootstrap => Marshal.PtrToStringUTF8(Bootstraps(_cluster))!;

    public int Create(string topic, int partitions) => TopicCreate(_cluster, topic, partitions, 1);

    /// <summary>Closes all connections and takes no new ones, or takes them again.</summary>
    public int SetDown(bool down) => down ? BrokerSetDown(_cluster, AllBrokers) : BrokerSetUp(_cluster, AllBrokers);

    public int Delay(int milliseconds) => BrokerSetDelay(_cluster, AllBrokers, milliseconds);

    /// <summary>The next requests of a kind (0 Produce, 1 Fetch, 2 ListOffsets, 8 OffsetCommit, ...) fail with these.</summary>
    public int PushErrors(short api, int[] codes)
    {
        fixed (int* errors = codes)
        {
            PushRequestErrors(_cluster, api, (nuint)codes.Length, errors);
        }

        return 0;
    }

    public int SetTopicError(string topic, int code)
    {
        TopicSetError(_cluster, topic, code);
        return 0;
    }

    public void Dispose()
    {
        ClusterDestroy(_cluster);
        Destroy(_client);
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint ConfNew();

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint New(int kind, nint conf, byte* error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    private static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    private static partial nint ClusterNew(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    private static partial void ClusterDestroy(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int TopicCreate(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    private static partial int BrokerSetDown(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    private static partial int BrokerSetUp(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    private static partial int BrokerSetDelay(nint cluster, int broker, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    private static partial void PushRequestErrors(nint cluster, short api, nuint count, int* errors);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_set_error", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void TopicSetError(nint cluster, string topic, int error);
}
