using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Streams;

/// <summary>Made-up rows as a source, and standard output (or nothing) as a sink: for trying jobs out and for measuring.</summary>
internal sealed class StreamPlugin : IConnectorPlugin
{
    public string Name => "stream";

    public IReadOnlyList<string> Aliases { get; } = ["streamreader", "streamwriter"];

    public string Summary => "Generates rows; prints rows to standard output, or discards them.";

    public SourceFactory? Source => field ??= new(StreamSource.Options, (bag, _) => StreamSource.Create(bag));

    public SinkFactory? Sink => field ??= new(StreamSink.Options, (bag, _) => StreamSink.Create(bag, Console.OpenStandardOutput));
}
