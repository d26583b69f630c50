using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Connectors.Kafka.Native;

/// <summary>Is told what became of each message, on the thread that serves events. Must not throw.</summary>
internal interface IDeliveryListener
{
    /// <param name="opaque">What was given with the message.</param>
    void Delivered(nint opaque, KafkaError error);
}

/// <summary>A producer for one topic.</summary>
internal sealed unsafe class KafkaProducer : KafkaClient
{
    private readonly nint _topic;
    private IDeliveryListener? _listener;

    public KafkaProducer(ClientSettings settings, string topic)
        : base(ClientKind.Producer, settings, static conf => LibRdKafka.ConfSetDeliveryCallback(conf, &OnDelivery)) =>
        _topic = LibRdKafka.TopicNew(Handle, topic, 0);

    public void Listen(IDeliveryListener listener) => _listener = listener;

    /// <summary>Serves deliveries for at most so long.</summary>
    public void ServeEvents(int timeoutMs) => _ = LibRdKafka.Poll(Handle, timeoutMs);

    /// <summary>Hands a message over; it is copied. <see cref="KafkaError.QueueFull"/>: try again when some have been delivered.</summary>
    /// <param name="hasValue">False: a message without value, a tombstone.</param>
    public KafkaError Produce(int partition, ReadOnlySpan<byte> value, bool hasValue, ReadOnlySpan<byte> key, bool hasKey, nint opaque)
    {
        // An empty span has no address, and no address means no value.
        byte nothing;
        fixed (byte* valueBytes = value, keyBytes = key)
        {
            var result = LibRdKafka.Produce(_topic, partition, LibRdKafka.FlagCopy,
                !hasValue ? null : value.IsEmpty ? &nothing : valueBytes, (nuint)value.Length,
                !hasKey ? null : key.IsEmpty ? &nothing : keyBytes, (nuint)key.Length, opaque);
            return result == 0 ? KafkaError.None : LibRdKafka.LastError();
        }
    }

    /// <summary>The same with a timestamp (null: now) and headers (0: none), which this takes over where it succeeds.</summary>
    public KafkaError Produce(int partition, ReadOnlySpan<byte> value, bool hasValue, ReadOnlySpan<byte> key, bool hasKey, long? timestamp, nint headers, nint opaque)
    {
        byte nothing;
        fixed (byte* valueBytes = value, keyBytes = key)
        {
            var arguments = stackalloc RdArgument[8];
            var count = 0;
            arguments[count++] = new RdArgument { Kind = ArgumentKind.TopicHandle, Pointer = (void*)_topic };
            arguments[count++] = new RdArgument { Kind = ArgumentKind.Partition, Int = partition };
            arguments[count++] = new RdArgument { Kind = ArgumentKind.Flags, Int = LibRdKafka.FlagCopy };
            arguments[count++] = new RdArgument { Kind = ArgumentKind.Opaque, Pointer = (void*)opaque };
            arguments[count++] = new RdArgument { Kind = ArgumentKind.Value, Pointer = !hasValue ? null : value.IsEmpty ? &nothing : valueBytes, Size = (nuint)value.Length };
            arguments[count++] = new RdArgument { Kind = ArgumentKind.Key, Pointer = !hasKey ? null : key.IsEmpty ? &nothing : keyBytes, Size = (nuint)key.Length };
            if (timestamp is { } millis)
            {
                arguments[count++] = new RdArgument { Kind = ArgumentKind.Timestamp, Long = millis };
            }

            if (headers != 0)
            {
                arguments[count++] = new RdArgument { Kind = ArgumentKind.Headers, Pointer = (void*)headers };
            }

            return Take(LibRdKafka.ProduceArguments(Handle, arguments, (nuint)count))?.Error ?? KafkaError.None;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (Handle != 0)
        {
            // What is still on its way is nobody's any more; destroying would wait for it.
            const int QueuedAndInFlight = 3;
            _listener = null;
            LibRdKafka.Purge(Handle, QueuedAndInFlight);
            _ = LibRdKafka.Poll(Handle, 0);
            LibRdKafka.TopicDestroy(_topic);
        }

        base.Dispose(disposing);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDelivery(nint client, RdMessage* message, nint opaque)
    {
        try
        {
            OwnerOf<KafkaProducer>(opaque)?._listener?.Delivered(message->Opaque, message->Error);
        }
        catch (Exception)
        {
            // Nothing may pass into the library; the listener keeps its failures itself.
        }
    }
}
