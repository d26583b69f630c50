using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka.Native;

/// <summary>Something that the client reported by itself, such as a lost broker.</summary>
internal readonly record struct ClientEvent(KafkaError Error, string Text);

/// <summary>What a client is made with: our defaults, which the user's settings override, and what is not the user's to decide.</summary>
/// <param name="Place">Of the table, for messages.</param>
internal sealed record ClientSettings(
    KafkaProperties Properties, IReadOnlyList<(string Name, string Value)> Defaults, IReadOnlyList<(string Name, string Value)> Ours, Place? Place)
{
    public IEnumerable<(string Name, string Value)> All => Defaults.Concat(Properties.Settings.Select(s => (s.Name, s.Value))).Concat(Ours);
}

/// <summary>Owns one client of the library, a consumer or a producer, and takes what it reports. Disposing ends its threads.</summary>
internal abstract unsafe class KafkaClient : IDisposable
{
    /// <summary>Do not leave the group as a side effect: that is a step of its own.</summary>
    private const int NoConsumerClose = 8;

    /// <summary>Events that are kept for whoever asks; more are dropped.</summary>
    private const int MostEvents = 64;

    private readonly Queue<ClientEvent> _events = new();
    private readonly Lock _gate = new();
    private GCHandle _self;

    /// <param name="setCallbacks">Registers on the configuration what a derived client listens to.</param>
    /// <exception cref="ConfigException">The settings do not go together, or the library is missing.</exception>
    protected KafkaClient(ClientKind kind, ClientSettings settings, Action<nint> setCallbacks)
    {
        Endpoint = $"kafka {settings.Properties.Brokers}";
        using var conf = new KafkaConf();
        foreach (var (name, value) in settings.All)
        {
            // Properties have been checked; a default or a setting of ours may be unknown to another version of the library.
            _ = conf.Set(name, value, out _);
        }

        _self = GCHandle.Alloc(this, GCHandleType.Weak);
        LibRdKafka.ConfSetOpaque(conf.Handle, GCHandle.ToIntPtr(_self));
        LibRdKafka.ConfSetErrorCallback(conf.Handle, &OnError);
        setCallbacks(conf.Handle);
        Handle = conf.Create(kind, out var reason);
        if (Handle == 0)
        {
            _self.Free();
            throw new ConfigException(settings.Place, $"librdkafka refuses the settings of 'properties.*': {reason}");
        }
    }

    /// <summary>For messages: kafka and the brokers that the user gave.</summary>
    public string Endpoint { get; }

    protected nint Handle { get; private set; }

    public static string Describe(KafkaError error) => Marshal.PtrToStringUTF8((nint)LibRdKafka.ErrorText(error)) ?? error.ToString();

    /// <summary>The next thing that was reported, or false.</summary>
    public bool TryTakeEvent(out ClientEvent taken)
    {
        lock (_gate)
        {
            return _events.TryDequeue(out taken);
        }
    }

    /// <summary>Topics with their partitions. Blocks up to the timeout.</summary>
    /// <param name="topic">One topic; null asks for all that there are.</param>
    /// <param name="result">Empty where there is an error.</param>
    public KafkaError Metadata(string? topic, int timeoutMs, out IReadOnlyList<TopicMetadata> result)
    {
        result = [];
        var handle = topic is null ? 0 : LibRdKafka.TopicNew(Handle, topic, 0);
        try
        {
            var error = LibRdKafka.Metadata(Handle, topic is null ? 1 : 0, handle, out var metadata, timeoutMs);
            if (error == KafkaError.None)
            {
                result = TopicMetadata.Read(metadata);
                LibRdKafka.MetadataDestroy(metadata);
            }

            return error;
        }
        finally
        {
            if (handle != 0)
            {
                LibRdKafka.TopicDestroy(handle);
            }
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (Handle != 0)
        {
            LibRdKafka.Destroy(Handle, NoConsumerClose);
            Handle = 0;
            _self.Free();
        }
    }

    /// <summary>The client that a callback belongs to; null where it is gone.</summary>
    protected static T? OwnerOf<T>(nint opaque)
        where T : KafkaClient => opaque == 0 ? null : GCHandle.FromIntPtr(opaque).Target as T;

    protected void AddEvent(KafkaError error, string text)
    {
        lock (_gate)
        {
            if (_events.Count < MostEvents)
            {
                _events.Enqueue(new ClientEvent(error, text));
            }
        }
    }

    /// <summary>An error object of the library, which this takes: its text, or null for none.</summary>
    protected static (KafkaError Error, string Text)? Take(nint error)
    {
        if (error == 0)
        {
            return null;
        }

        var taken = (LibRdKafka.ErrorCode(error), Marshal.PtrToStringUTF8((nint)LibRdKafka.ErrorString(error)) ?? "");
        LibRdKafka.ErrorDestroy(error);
        return taken;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(nint client, KafkaError error, byte* text, nint opaque)
    {
        try
        {
            OwnerOf<KafkaClient>(opaque)?.AddEvent(error, Marshal.PtrToStringUTF8((nint)text) ?? "");
        }
        catch (Exception)
        {
            // Nothing may pass into the library; an event that is lost is told again by the next failure.
        }
    }
}

/// <summary>What the brokers say of a topic.</summary>
internal sealed record TopicMetadata(string Name, KafkaError Error, IReadOnlyList<int> Partitions)
{
    public static unsafe IReadOnlyList<TopicMetadata> Read(RdMetadata* metadata)
    {
        var topics = new TopicMetadata[metadata->TopicCount];
        for (var i = 0; i < topics.Length; i++)
        {
            var topic = metadata->Topics[i];
            var partitions = new int[topic.PartitionCount];
            for (var p = 0; p < partitions.Length; p++)
            {
                partitions[p] = topic.Partitions[p].Id;
            }

            topics[i] = new TopicMetadata(Marshal.PtrToStringUTF8((nint)topic.Topic)!, topic.Error, partitions);
        }

        return topics;
    }
}
