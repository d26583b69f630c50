using System.Text;
using Sluice.Connectors.Redis.Lookups.Clusters;
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

    public TablePages(RedisLookupSettings settings, TableHome home)
    {
        _settings = settings;
        var type = TypeOf(home.Server);
        _pages = home.Cluster is not { } cluster ? Open(new ReadPipeline(settings.Server with { Stays = true }, settings.Clock), type)
            : new ClusterPages(settings, cluster, server => Open(server, type));
    }

    /// <summary>The commands, for <c>explain</c>.</summary>
    public static string Describe(RedisLookupSettings settings)
    {
        var pattern = settings.KeyPrefix.Length == 0 ? "" : $" MATCH {Encoding.UTF8.GetString(settings.KeyPrefix)}*";
        return settings.HashName is { } name
            ? $"HSCAN {Encoding.UTF8.GetString(name)} ...{pattern}"
            : $"SCAN ...{pattern}{(settings.Server.Cluster is null ? "" : " on each primary")}, then {(settings.Mode is ScoreLookup ? $"ZRANGE {settings.ShownKey} 0 -1 WITHSCORES" : settings.Mode.Describe(settings))}";
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
            throw e.Error.Class == ErrorClass.Redirect && _settings.Server.Cluster is not null
                ? new EndpointException($"redis {e.Endpoint}", $"a slot of the cluster has moved while the table was read ({e.Error.Text}); read it again", e)
                : LookupRounds.Explain(e);
        }
    }

    public ValueTask DisposeAsync() => _pages.DisposeAsync();

    /// <summary>What one server has of the table.</summary>
    private ITablePages Open(ReadPipeline server, byte[]? type) => _settings.Mode switch
    {
        HashNameLookup => new HashScanner(_settings, server),
        ScoreLookup => new RedisScanner(_settings, server, new ScorePageRead(_settings, server), type),
        // MGET skips other types for nothing.
        StringLookup when _settings.Server.Cluster is null => new RedisScanner(_settings, server, new KeyedPageRead(_settings, server), null),
        _ => new RedisScanner(_settings, server, new KeyedPageRead(_settings, server), type),
    };

    /// <summary>To look at the type costs SCAN a third more per key, and a key of another type costs a refused command: the former where the
    /// whole database is the table, the latter where a prefix says which keys are meant.</summary>
    private byte[]? TypeOf(RedisServer? server) => _settings.KeyPrefix.Length == 0 && server?.Version?.Major >= TypedScan ? Encoding.ASCII.GetBytes(_settings.Mode.RedisType) : null;
}
