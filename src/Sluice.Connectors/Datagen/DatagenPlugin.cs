using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Datagen;

/// <summary>Made-up rows as a SQL table.</summary>
internal sealed class DatagenPlugin : IConnectorPlugin
{
    public string Name => "datagen";

    public IReadOnlyList<string> Aliases { get; } = [];

    public string Summary => "Generates rows of random values and sequences.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => null;

    public TableFactory? Table => field ??= new(DatagenOptions.All) { Source = DatagenSource.Create };
}
