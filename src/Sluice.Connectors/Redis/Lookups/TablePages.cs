using System.Text;
using Sluice.Connectors.Redis.Lookups.Modes;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Reads a table whole (S-30): all that there is under its prefix, or all of its one hash.</summary>
internal sealed class TablePages : IAsyncDisposable
{
    /// <summary>SCAN knows TYPE since this version.</summary>
    private const int TypedScan = 6;

    private readonly RedisLookupSettings _settings;
    private readonly ITablePages _pages;

    /// <param name="server">As it has told of itself.</param>
    public TablePages(RedisLookupSettings settings, RedisServer? server)
    {
        _settings = settings;
        var pipeline = new ReadPipeline(settings.Server, settings.Clock);
        _pages = settings.Mode switch
        {
            HashNameLookup => new HashScanner(settings, pipeline),
            ScoreLookup => new RedisScanner(settings, pipeline, new ScorePageRead(settings, pipeline), TypeOf(server)),
            // MGET skips other types for nothing.
            StringLookup => new RedisScanner(settings, pipeline, new KeyedPageRead(settings, pipeline), null),
            _ => new RedisScanner(settings, pipeline, new KeyedPageRead(settings, pipeline), TypeOf(server)),
        };
    }

    /// <summary>The commands, for <c>explain</c>.</summary>
    public static string Describe(RedisLookupSettings settings)
    {
        var pattern = settings.KeyPrefix.Length == 0 ? "" : $" MATCH {Encoding.UTF8.GetString(settings.KeyPrefix)}*";
        return settings.HashName is { } name
            ? $"HSCAN {Encoding.UTF8.GetString(name)} ...{pattern}"
            : $"SCAN ...{pattern}, then {(settings.Mode is ScoreLookup ? $"ZRANGE {settings.ShownKey} 0 -1 WITHSCORES" : settings.Mode.Describe(settings))}";
    }

    /// <summary>The next page, which may be empty; null where the table has ended. It is valid until the next call.</summary>
    /// <exception cref="EndpointException">The connection was lost on the way, or the server cannot serve now.</exception>
    /// <exception cref="RefusedException">The server refuses.</exception>
    /// <exception cref="DataException">A text that is no value of its column, or a key that is not what it should be.</exception>
    public async ValueTask<ScanPage?> NextAsync(CancellationToken stop)
    {
        try
        {
            return await _pages.NextAsync(stop);
        }
        catch (RedisConnectionException e)
        {
            throw PipelineAccount.Explain(e);
        }
        catch (RedisServerException e)
        {
            throw e.Error.Class == ErrorClass.Retry
                ? new EndpointException(_settings.Endpoint, $"the server cannot serve now: {e.Error.Text}", e)
                : PipelineAccount.Explain(e);
        }
    }

    public ValueTask DisposeAsync() => _pages.DisposeAsync();

    /// <summary>To look at the type costs SCAN a third more per key, and a key of another type costs a refused command: the former where the
    /// whole database is the table, the latter where a prefix says which keys are meant.</summary>
    private byte[]? TypeOf(RedisServer? server) => _settings.KeyPrefix.Length == 0 && server?.Version?.Major >= TypedScan ? Encoding.ASCII.GetBytes(_settings.Mode.RedisType) : null;
}
