using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A Redis dimension table (S-28 to S-32).</summary>
internal sealed class RedisLookup(RedisLookupSettings settings) : ILookup
{
    /// <summary>How long a server that is only just starting is waited for.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private RedisServer? _server;

    public string Name => $"{settings.Endpoint}/{settings.Server.Database}";

    public RecordLayout Layout => settings.Columns.Layout;

    public LookupSettings Settings => settings.Lookup;

    public IEnumerable<string> Explain()
    {
        if (settings.Lookup.Cache == CacheMode.All)
        {
            yield return $"loaded whole: {TablePages.Describe(settings)}";
            yield break;
        }

        yield return settings.Mode.Describe(settings);
        if (settings.Lookup.Tracks)
        {
            yield return "CLIENT TRACKING ON on each connection: Redis tells which of the keys that were read have changed";
        }
    }

    public async Task PrepareAsync(TaskContext task, CancellationToken stop)
    {
        await using var connection = await FirstConnection.OpenAsync(settings.Server, s_patience, settings.Clock, stop);
        _server = connection.Server;
        if (settings.Lookup.Tracks)
        {
            await TrackAsync(connection, stop);
        }
    }

    public ILookupReader Open(TaskContext task, IInvalidations? invalidations) => new RedisLookupReader(settings, task, invalidations);

    public async Task LoadAsync(TaskContext task, ITableLoad into, CancellationToken stop)
    {
        await using var pages = new TablePages(settings, _server);
        while (await pages.NextAsync(stop) is { } page)
        {
            into.Add(page.Rows, page.Found);
        }
    }

    /// <summary>Tries on a connection of its own what every reader will ask for.</summary>
    private async Task TrackAsync(RedisConnection connection, CancellationToken stop)
    {
        try
        {
            await TrackedKeys.BeginAsync(connection, settings.Server, stop);
        }
        catch (RedisServerException e)
        {
            throw PipelineAccount.Explain(e);
        }
        catch (RedisConnectionException e)
        {
            throw PipelineAccount.Explain(e);
        }
    }
}
