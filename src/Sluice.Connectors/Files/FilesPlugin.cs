using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Files;

/// <summary>Files of a directory as a SQL table.</summary>
internal sealed class FilesPlugin : IConnectorPlugin
{
    public string Name => "filesystem";

    public IReadOnlyList<string> Aliases { get; } = [];

    public string Summary => "Reads the files of a directory line by line, and writes files into one.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => null;

    public TableFactory? Table => field ??= new(FilesOptions.All) { Source = FilesSource.Create, Sink = FilesSink.Create };
}
