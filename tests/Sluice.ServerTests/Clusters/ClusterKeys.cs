using Sluice.Redis.Clustering;
using Sluice.ServerTests.Lookups;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>Writes keys, each to the node that served its slot when this was made.</summary>
internal sealed class ClusterKeys
{
    private readonly RedisServer[] _owners = new RedisServer[KeySlot.Count];

    public ClusterKeys(RedisCluster cluster)
    {
        foreach (var range in ((object?[])cluster.CurrentPrimaries[0].Command("CLUSTER", "SLOTS")!).Cast<object?[]>())
        {
            var (first, last) = ((int)(long)range[0]!, (int)(long)range[1]!);
            var port = (long)((object?[])range[2]!)[1]!;
            _owners.AsSpan(first, last - first + 1).Fill(cluster.Nodes.First(n => n.Port == port));
        }
    }

    public RedisServer OwnerOf(string key) => _owners[KeySlot.Of(System.Text.Encoding.UTF8.GetBytes(key))];

    public void Command(params string[] words) => OwnerOf(words[1]).Command(words);

    /// <summary>A dimension table in a cluster, ready to be asked.</summary>
    public static async Task<DimensionTable> TableAsync(RedisCluster cluster, string columns, string primaryKey, string options, string? asked = null, Heard? told = null)
    {
        var table = new DimensionTable(columns, primaryKey, $"'clusterMode'='true', 'hostAndPorts'='{cluster.Seeds}', {options}", asked) { Invalidations = told };
        await table.PrepareAsync();
        return table;
    }
}
