using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Kafka;

/// <summary>A topic of Kafka as a table: each message writes over the one with the same key, one without value deletes it.</summary>
internal sealed class UpsertKafkaPlugin : IConnectorPlugin
{
    public string Name => "upsert-kafka";

    public IReadOnlyList<string> Aliases => [];

    public string Summary => "Reads and writes a topic of Kafka as a table with a primary key.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => null;

    public TableFactory? Table => field ??= new(KafkaOptions.Upsert)
    {
        Source = (table, columns, options, context) => new KafkaTable(table, options, context, upsert: true).Source(columns),
        Sink = (table, options, context) => new KafkaTable(table, options, context, upsert: true).Sink(),
        IsUpsert = true,
    };
}
