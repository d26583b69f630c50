using Sluice.Connectors.Redis.Lookups.Clusters;
using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A Redis dimension table (S-28 to S-32).</summary>
internal sealed class RedisLookup(RedisLookupSettings settings) : ILookup
{
    private TableHome? _home;

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
        if (settings.Server.Cluster is not null && settings.HashName is null)
        {
            yield return "each node of the cluster is asked for the keys that it serves, all at the same time";
        }

        if (settings.Lookup.Tracks)
        {
            yield return "CLIENT TRACKING ON on each connection: Redis tells which of the keys that were read have changed";
        }
    }

    public async Task PrepareAsync(TaskContext task, CancellationToken stop)
    {
        _home = await TableHome.FindAsync(settings, stop);
        if (settings.Lookup.Tracks)
        {
            await TrackAsync(_home.Cluster is { } cluster ? cluster.Map.Primaries.Select(node => node.In(settings.Server)) : [settings.Server], stop);
        }
    }

    public ILookupReader Open(TaskContext task, IInvalidations? invalidations) => _home?.Cluster is { } cluster
        ? new ClusterLookupReader(settings, cluster, task, invalidations)
        : new RedisLookupReader(settings, task, invalidations);

    public async Task LoadAsync(TaskContext task, ITableLoad into, CancellationToken stop)
    {
        await using var pages = new TablePages(settings, _home ?? throw new InvalidOperationException($"{nameof(PrepareAsync)} comes first"));
        while (await pages.NextAsync(stop) is { } page)
        {
            into.Add(page.Rows, page.Found);
        }
    }

    /// <summary>Tries what every reader will ask for, at the first server that answers.</summary>
    private async Task TrackAsync(IEnumerable<RedisOptions> servers, CancellationToken stop)
    {
        RedisConnectionException? lost = null;
        foreach (var server in servers)
        {
            try
            {
                await using var connection = await RedisConnection.ConnectAsync(server, settings.Clock, stop);
                await TrackedKeys.BeginAsync(connection, server, stop);
                return;
            }
            catch (RedisServerException e)
            {
                throw LookupRounds.Explain(e);
            }
            catch (RedisConnectionException e)
            {
                lost = e;
            }
        }

        if (lost is not null)
        {
            throw PipelineAccount.Explain(lost);
        }
    }
}
