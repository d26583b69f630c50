using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka.Native;

/// <summary>Takes part in the decisions of a group. Called on the thread that serves events.</summary>
internal interface IRebalanceListener
{
    /// <summary>Partitions come: returns where each of them is to be read from.</summary>
    IReadOnlyList<PartitionOffset> Assigned(IReadOnlyList<PartitionOffset> partitions);

    /// <summary>Partitions go. With <paramref name="lost"/> somebody else has them already, and nothing can be committed.</summary>
    void Revoked(IReadOnlyList<PartitionOffset> partitions, bool lost);
}

/// <summary>A consumer whose messages of all partitions arrive in one queue of its own, apart from the events of the group: so
/// events are served while nobody has room for messages.</summary>
internal sealed unsafe class KafkaConsumer : KafkaClient
{
    /// <summary>2.3.0, the first version that outlives the end of a member that the group has not given anything yet.</summary>
    private const int EndsUnassigned = 0x02030000;

    private nint _queue;
    private readonly bool _old;
    private readonly (string User, string Password) _credentials;
    private IRebalanceListener? _listener;
    private Exception? _callbackFailure;
    private volatile bool _isJoining;
    private bool _isUnassigned;
    private long _peak;

    public KafkaConsumer(ClientSettings settings)
        : base(ClientKind.Consumer, settings, SetCallbacks)
    {
        LibRdKafka.PollSetConsumer(Handle);
        _queue = LibRdKafka.QueueNew(Handle);
        _old = !KafkaConf.Names().Contains("fetch.queue.backoff.ms");
        string Value(string name) => settings.Properties.Settings.LastOrDefault(s => s.Name == name).Value ?? "";
        _credentials = (Value("sasl.username"), Value("sasl.password"));
    }

    /// <summary>Whether the group is being joined, at first or anew. A commit now would only reach the brokers when it is stale, and the
    /// library would take that for the loss of all partitions. It tells in its log alone; where that reads otherwise, never.</summary>
    public bool IsJoining => _isJoining;

    /// <summary>Joins the group. Partitions come and go through the listener, in <see cref="ServeEvents"/>.</summary>
    public void Subscribe(IEnumerable<string> topics, IRebalanceListener listener)
    {
        _listener = listener;
        _isUnassigned = true;
        using var list = new PartitionList(topics.Select(t => new PartitionOffset(t, -1, LogicalOffset.Invalid)));
        Check(LibRdKafka.Subscribe(Handle, list.Pointer), "the group cannot be joined");
    }

    /// <summary>Reads more partitions, without a group.</summary>
    public void Assign(IReadOnlyList<PartitionOffset> partitions)
    {
        using var list = new PartitionList(partitions);
        Forward(partitions);
        if (Take(LibRdKafka.IncrementalAssign(Handle, list.Pointer)) is { } error)
        {
            throw new EndpointException(Endpoint, $"the partitions cannot be read: {error.Text}");
        }
    }

    /// <summary>Stops reading partitions, without a group.</summary>
    public void Unassign(IReadOnlyList<PartitionOffset> partitions)
    {
        using var list = new PartitionList(partitions);
        Take(LibRdKafka.IncrementalUnassign(Handle, list.Pointer));
    }

    /// <summary>Serves the group's events; does not wait.</summary>
    /// <exception cref="Exception">Whatever the listener threw.</exception>
    public void ServeEvents()
    {
        while (LibRdKafka.ConsumerPoll(Handle, 0) is var message && message != null)
        {
            if (message->Error != KafkaError.None)
            {
                AddEvent(message->Error, MessageText(message));
            }

            LibRdKafka.MessageDestroy(message);
        }

        ThrowCallbackFailure();
    }

    /// <summary>Takes messages and errors of partitions, each of which the caller destroys. Waits for the first one only.</summary>
    public int Consume(RdMessage** messages, int size, int timeoutMs)
    {
        WakeFetcher();
        var count = (int)LibRdKafka.ConsumeBatchQueue(_queue, 0, messages, (nuint)size);
        if (count != 0 || timeoutMs == 0)
        {
            return Math.Max(count, 0);
        }

        // With more room it would wait for all of it to be filled.
        return Math.Max((int)LibRdKafka.ConsumeBatchQueue(_queue, timeoutMs, messages, 1), 0);
    }

    /// <summary>Takes more messages until there are so many or the time is over.</summary>
    public int Gather(RdMessage** messages, int size, int timeoutMs) =>
        Math.Max((int)LibRdKafka.ConsumeBatchQueue(_queue, timeoutMs, messages, (nuint)size), 0);

    /// <summary>What the group has committed; <see cref="LogicalOffset.Invalid"/> where there is nothing.</summary>
    public KafkaError Committed(IReadOnlyList<PartitionOffset> partitions, int timeoutMs, out IReadOnlyList<PartitionOffset> result)
    {
        using var list = new PartitionList(partitions);
        var error = LibRdKafka.Committed(Handle, list.Pointer, timeoutMs);
        result = list.Items;
        return error;
    }

    /// <summary>The first offset that is not older than the timestamp (in place of the offset); <see cref="LogicalOffset.End"/> where all are.</summary>
    public KafkaError OffsetsForTimes(IReadOnlyList<PartitionOffset> partitions, int timeoutMs, out IReadOnlyList<PartitionOffset> result)
    {
        using var list = new PartitionList(partitions);
        var error = LibRdKafka.OffsetsForTimes(Handle, list.Pointer, timeoutMs);
        result = list.Items;
        return error;
    }

    /// <summary>The first offset, and the one after the last.</summary>
    public KafkaError Watermarks(string topic, int partition, int timeoutMs, out long low, out long high) =>
        LibRdKafka.QueryWatermarks(Handle, topic, partition, out low, out high, timeoutMs);

    /// <summary>The offset after the last message as the last fetch saw it; negative where none has been.</summary>
    public long KnownEnd(string topic, int partition) =>
        LibRdKafka.CachedWatermarks(Handle, topic, partition, out _, out var high) == KafkaError.None ? high : -1;

    /// <summary>Waits until the brokers have taken the offsets.</summary>
    public KafkaError Commit(IReadOnlyList<PartitionOffset> offsets)
    {
        using var list = new PartitionList(offsets);
        var error = LibRdKafka.Commit(Handle, list.Pointer, 0);
        return error != KafkaError.None ? error : list.Items.FirstOrDefault(i => i.Error != KafkaError.None).Error;
    }

    /// <summary>Leaves the group. Nobody is asked any more.</summary>
    public void Close()
    {
        _listener = null;
        LibRdKafka.ConsumerClose(Handle);
    }

    public string TopicOf(RdMessage* message) => Marshal.PtrToStringUTF8((nint)LibRdKafka.TopicName(message->Topic))!;

    public static string MessageText(RdMessage* message) =>
        message->Value == null ? Describe(message->Error) : System.Text.Encoding.UTF8.GetString(message->Value, (int)message->ValueSize);

    protected override void Dispose(bool disposing)
    {
        if (Handle != 0 && _queue != 0)
        {
            LibRdKafka.QueueDestroy(_queue);
            _queue = 0;
        }

        // An older one would abort the whole process: there the client stays until that ends. It has left the group, and is idle.
        if (!_isUnassigned || LibRdKafka.Version() >= EndsUnassigned)
        {
            base.Dispose(disposing);
        }
    }

    private static void SetCallbacks(nint conf)
    {
        LibRdKafka.ConfSetRebalanceCallback(conf, &OnRebalance);
        LibRdKafka.ConfSetLogCallback(conf, &OnLog);
    }

    /// <param name="text"><c>Group "g" changed join state steady -> wait-join (state up)</c>.</param>
    private void TakeJoinState(ReadOnlySpan<byte> text)
    {
        var arrow = text.LastIndexOf(" -> "u8);
        if (arrow >= 0)
        {
            var state = text[(arrow + 4)..];
            _isJoining = state.StartsWith("init"u8) || state.StartsWith("wait-join"u8) || state.StartsWith("wait-metadata"u8) || state.StartsWith("wait-sync"u8);
        }
    }

    /// <summary>Versions before 2.2 stop fetching for a whole second once their queue is full, however fast it is emptied. Setting
    /// the same credentials once more wakes their threads, and does nothing else. Done when the queue is half empty again.</summary>
    private void WakeFetcher()
    {
        const int Least = 4096;
        var length = (long)LibRdKafka.QueueLength(_queue);
        _peak = Math.Max(_peak, length);
        if (_old && _peak > Least && length < _peak / 2)
        {
            _peak = length;
            Take(LibRdKafka.SetCredentials(Handle, _credentials.User, _credentials.Password));
        }
    }

    private void Forward(IEnumerable<PartitionOffset> partitions)
    {
        foreach (var partition in partitions)
        {
            var queue = LibRdKafka.QueueGetPartition(Handle, partition.Topic, partition.Partition);
            if (queue != 0)
            {
                LibRdKafka.QueueForward(queue, _queue);
                LibRdKafka.QueueDestroy(queue);
            }
        }
    }

    private void Check(KafkaError error, string what)
    {
        if (error != KafkaError.None)
        {
            throw new EndpointException(Endpoint, $"{what}: {Describe(error)}");
        }
    }

    private void ThrowCallbackFailure()
    {
        if (_callbackFailure is { } failure)
        {
            _callbackFailure = null;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Rebalance(KafkaError error, RdPartitionList* list)
    {
        var partitions = PartitionList.Read(list);
        if (error == KafkaError.AssignPartitions)
        {
            _isUnassigned = false;
            Assign(_listener?.Assigned(partitions) ?? partitions);
            return;
        }

        try
        {
            _listener?.Revoked(partitions, LibRdKafka.AssignmentLost(Handle) != 0);
        }
        finally
        {
            Take(LibRdKafka.IncrementalUnassign(Handle, list));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnRebalance(nint client, KafkaError error, RdPartitionList* list, nint opaque)
    {
        var owner = OwnerOf<KafkaConsumer>(opaque);
        try
        {
            owner?.Rebalance(error, list);
        }
        catch (Exception e)
        {
            // Nothing may pass into the library.
            if (owner is not null)
            {
                owner._callbackFailure ??= e;
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint client, int level, byte* facility, byte* text)
    {
        try
        {
            if (client != 0 && MemoryMarshal.CreateReadOnlySpanFromNullTerminated(facility).SequenceEqual("CGRPJOINSTATE"u8))
            {
                OwnerOf<KafkaConsumer>(LibRdKafka.OpaqueOf(client))?.TakeJoinState(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
            }
        }
        catch (Exception)
        {
            // Nothing may pass into the library.
        }
    }
}
