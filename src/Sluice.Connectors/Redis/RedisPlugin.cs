using Sluice.Connectors.Redis.Lookups;
using Sluice.Connectors.Redis.Tables;
using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Redis;

/// <summary>The Redis Writer of job scripts, and the redis tables of SQL.</summary>
public sealed class RedisPlugin : IConnectorPlugin
{
    public string Name => "redis";

    public IReadOnlyList<string> Aliases => ["rediswriter"];

    public string Summary => "Writes records as strings, lists, sets, sorted sets or hashes, and looks them up.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => field ??= new(
        RedisWriterSettings.Options,
        (options, context) => new RedisSink(RedisWriterSettings.Take(options, context), context.Clock));

    public TableFactory? Table => field ??= new(RedisTableSettings.Options)
    {
        Source = (table, columns, options, context) => new RedisTableSource(table, columns, options, context),
        Lookup = (table, columns, options, context) => new RedisLookup(RedisLookupSettings.Take(table, columns, options, context)),
        Sink = (table, options, context) => new RedisTableSink(RedisTableSettings.Take(table, options, context)),
    };
}
