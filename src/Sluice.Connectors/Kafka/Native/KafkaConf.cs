using System.Runtime.InteropServices;

namespace Sluice.Connectors.Kafka.Native;

/// <summary>Owns a configuration until a client is made of it.</summary>
internal sealed unsafe class KafkaConf : IDisposable
{
    private const int ErrorSize = 512;

    public KafkaConf()
    {
        NativeLibraries.RdKafkaLibrary.EnsureLoaded();
        Handle = LibRdKafka.ConfNew();
        LibRdKafka.ConfSetLogCallback(Handle, &IgnoreLog);
    }

    public nint Handle { get; private set; }

    /// <summary>Every setting that the library knows, of clients and of topics.</summary>
    public static IReadOnlyList<string> Names()
    {
        using var conf = new KafkaConf();
        var names = NamesOf(LibRdKafka.ConfDump(conf.Handle, out var count), count);
        var topic = LibRdKafka.TopicConfNew();
        names.AddRange(NamesOf(LibRdKafka.TopicConfDump(topic, out count), count));
        LibRdKafka.TopicConfDestroy(topic);
        return names;
    }

    /// <param name="reason">The library's own words where it refuses; they may quote the value.</param>
    public ConfResult Set(string name, string value, out string reason)
    {
        var error = stackalloc byte[ErrorSize];
        var result = LibRdKafka.ConfSet(Handle, name, value, error, ErrorSize);
        reason = result == ConfResult.Ok ? "" : Marshal.PtrToStringUTF8((nint)error) ?? "";
        return result;
    }

    /// <summary>Makes the client, which takes the configuration over. 0 and a reason where the settings do not go together.</summary>
    public nint Create(ClientKind kind, out string reason)
    {
        var error = stackalloc byte[ErrorSize];
        var client = LibRdKafka.New(kind, Handle, error, ErrorSize);
        reason = client == 0 ? Marshal.PtrToStringUTF8((nint)error) ?? "" : "";
        Handle = client == 0 ? Handle : 0;
        return client;
    }

    public void Dispose()
    {
        if (Handle != 0)
        {
            LibRdKafka.ConfDestroy(Handle);
            Handle = 0;
        }
    }

    private static List<string> NamesOf(byte** dump, nuint count)
    {
        var names = new List<string>();
        for (nuint i = 0; i < count; i += 2)
        {
            names.Add(Marshal.PtrToStringUTF8((nint)dump[i])!);
        }

        LibRdKafka.ConfDumpFree(dump, count);
        return names;
    }

    /// <summary>What matters comes as an error, too. The library would write to standard error.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void IgnoreLog(nint client, int level, byte* facility, byte* text)
    {
    }
}
