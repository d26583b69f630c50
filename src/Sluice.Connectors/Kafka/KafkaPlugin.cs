using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Kafka;

/// <summary>Topics of Kafka as streams of rows.</summary>
internal sealed class KafkaPlugin : IConnectorPlugin
{
    public string Name => "kafka";

    public IReadOnlyList<string> Aliases => [];

    public string Summary => "Reads topics of Kafka as rows, alone or in a consumer group, and writes rows as messages.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => null;

    public TableFactory? Table => field ??= new(KafkaOptions.All)
    {
        Source = (table, columns, options, context) => new KafkaTable(table, options, context, upsert: false).Source(columns),
        Sink = (table, options, context) => new KafkaTable(table, options, context, upsert: false).Sink(),
    };
}
