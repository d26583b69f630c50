using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.ServerTests.RedisTables;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>Seeds that are no cluster's, nodes that are not there (S-24, S-33).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class RefusalTests(RedisCluster cluster, RedisServer single) : IDisposable
{
    private readonly WriterJob _job = new();

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task A_seed_that_is_not_a_node_of_a_cluster_is_a_config_error_that_names_the_options()
    {
        var summary = await _job.RunAsync($"'redisMode':'ClusterMode','hostAndPorts':'127.0.0.1:{single.Port}','keyIndexes':0", "k,v", [["k", "v"]]);
        Assert.Equal((JobStatus.Refused, 0L), (summary.Status, summary.RowsRead));
        Assert.Contains($"127.0.0.1:{single.Port}: the server is not a node of a Redis Cluster; remove 'redisMode' and 'clusterMode'", summary.Error, StringComparison.Ordinal);
        await using var table = new SinkTable("k STRING, v STRING", "k", $"'mode'='STRING', 'clusterMode'='true', 'port'='{single.Port}'");
        var refused = await Assert.ThrowsAsync<ConfigException>(table.OpenAsync);
        Assert.Contains("not a node of a Redis Cluster", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_of_a_cluster_is_refused_as_a_single_server()
    {
        await using var table = new SinkTable("k STRING, v STRING", "k", $"'mode'='STRING', 'port'='{cluster.Nodes[0].Port}'");
        var refused = await Assert.ThrowsAsync<ConfigException>(table.OpenAsync);
        Assert.Contains("node of a Redis Cluster", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'clusterMode'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seeds_none_of_which_answers_are_named()
    {
        var (one, other) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        var summary = await _job.RunAsync($"'clusterMode':true,'hostAndPorts':'127.0.0.1:{one},127.0.0.1:{other}','keyIndexes':0,'connect.timeout':'200ms'", "k,v", [["k", "v"]]);
        Assert.Equal((JobStatus.Failed, 0L), (summary.Status, summary.RowsRead));
        Assert.Contains($"redis 127.0.0.1:{one},127.0.0.1:{other}", summary.Error, StringComparison.Ordinal);
        Assert.Contains("'hostAndPorts'", summary.Error, StringComparison.Ordinal);
    }
}
