using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Blackhole;

/// <summary>A SQL table that takes everything.</summary>
internal sealed class BlackholePlugin : IConnectorPlugin
{
    public string Name => "blackhole";

    public IReadOnlyList<string> Aliases { get; } = [];

    public string Summary => "Takes every row and keeps none.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => null;

    public TableFactory? Table => field ??= new([])
    {
        Sink = (_, bag, _) =>
        {
            bag.RefuseUnknown("blackhole", []);
            return new BlackholeSink();
        },
    };
}
