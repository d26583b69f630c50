using Sluice.Connectors.Redis.Tables;
using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Redis;

/// <summary>The Redis Writer of job scripts, and the redis tables of SQL.</summary>
public sealed class RedisPlugin : IConnectorPlugin
{
    public string Name => "redis";

    public IReadOnlyList<string> Aliases => ["rediswriter"];

    public string Summary => "Writes records as strings, lists, sets, sorted sets or hashes.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => field ??= new(
        RedisWriterSettings.Options,
        (options, context) => new RedisSink(RedisWriterSettings.Take(options, context), context.Clock));

    public TableFactory? Table => field ??= new(RedisTableSettings.Options)
    {
        Sink = (table, options, context) => new RedisTableSink(RedisTableSettings.Take(table, options, context)),
    };
}
