using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Where a table is, as it was found before the first row.</summary>
/// <param name="Server">What the server, or one of the cluster's nodes, has told of itself.</param>
/// <param name="Cluster">Null: a single server.</param>
internal sealed record TableHome(RedisServer? Server, ClusterTopology? Cluster)
{
    /// <summary>How long a server that is only just starting is waited for.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <exception cref="Engine.Errors.ConfigException">The server is none that can be read, or no node of a cluster where one is asked for.</exception>
    /// <exception cref="Engine.Errors.EndpointException">Nobody answers there, or it refuses for too long.</exception>
    /// <exception cref="Engine.Errors.RefusedException">It refuses what no further attempt can change.</exception>
    public static async Task<TableHome> FindAsync(RedisLookupSettings settings, CancellationToken stop)
    {
        if (settings.Server.Cluster is { } seeds)
        {
            var cluster = new ClusterTopology(settings.Server, seeds, settings.Clock);
            await FirstConnection.DiscoverAsync(cluster, s_patience, settings.Clock, stop);
            return new TableHome(cluster.Server, cluster);
        }

        await using var connection = await FirstConnection.OpenAsync(settings.Server, s_patience, settings.Clock, stop);
        return new TableHome(connection.Server, null);
    }
}
