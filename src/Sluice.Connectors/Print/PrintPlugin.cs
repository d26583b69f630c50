using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Print;

/// <summary>A SQL table that prints what is written to it.</summary>
internal sealed class PrintPlugin : IConnectorPlugin
{
    public string Name => "print";

    public IReadOnlyList<string> Aliases { get; } = [];

    public string Summary => "Prints each row as a line.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => null;

    public TableFactory? Table => field ??= new(PrintSink.Options)
    {
        Sink = (_, bag, context) => PrintSink.Create(bag, context.Parallelism, context.Output, Console.OpenStandardError),
    };
}
