using Sluice.Connectors.Blackhole;
using Sluice.Connectors.Datagen;
using Sluice.Connectors.Files;
using Sluice.Connectors.Kafka;
using Sluice.Connectors.MySql;
using Sluice.Connectors.Print;
using Sluice.Connectors.Redis;
using Sluice.Connectors.Sqlite;
using Sluice.Connectors.Streams;
using Sluice.Engine.Connectors;

namespace Sluice.Connectors;

/// <summary>Every connector there is. Adding one means one folder and one line here.</summary>
public static class BuiltIn
{
    public static IReadOnlyList<IConnectorPlugin> Connectors { get; } =
    [
        new BlackholePlugin(),
        new DatagenPlugin(),
        new FilesPlugin(),
        new KafkaPlugin(),
        new MySqlPlugin(),
        new PrintPlugin(),
        new RedisPlugin(),
        new SqlitePlugin(),
        new StreamPlugin(),
        new UpsertKafkaPlugin(),
    ];
}
