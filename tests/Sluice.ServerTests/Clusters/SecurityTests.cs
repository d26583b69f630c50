using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.ServerTests.Lookups;
using Sluice.ServerTests.RedisTables;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>TLS, users and passwords hold for every node of a cluster (S-33, S-34).</summary>
public sealed class SecurityTests : IDisposable
{
    private readonly TestAuthority _authority = new("Sluice test authority");
    private readonly WriterJob _job = new();

    public void Dispose()
    {
        _authority.Dispose();
        _job.Dispose();
    }

    /// <summary>Two nodes, half of the slots each, that only speak TLS to each other and to clients that ask for their slots.</summary>
    private async Task<(RedisServer One, RedisServer Two, int[] Ports)> StartAsync()
    {
        var certificate = _authority.Issue(["localhost", "127.0.0.1"]);
        int[] ports = [ServerProcess.FreePort(), ServerProcess.FreePort()];
        int[] busPorts = [ServerProcess.FreePort(), ServerProcess.FreePort()];
        string[] Arguments(int node) =>
        [
            "--cluster-enabled", "yes", "--cluster-port", $"{busPorts[node]}", "--tls-port", $"{ports[node]}", "--tls-cluster", "yes",
            "--tls-cert-file", certificate, "--tls-key-file", certificate, "--tls-ca-cert-file", _authority.Pem, "--tls-auth-clients", "no",
        ];
        var one = await RedisServer.StartNewAsync(Arguments(0));
        var two = await RedisServer.StartNewAsync(Arguments(1));
        one.Command("CLUSTER", "SET-CONFIG-EPOCH", "1");
        two.Command("CLUSTER", "SET-CONFIG-EPOCH", "2");
        one.Command("CLUSTER", "ADDSLOTSRANGE", "0", "8191");
        two.Command("CLUSTER", "ADDSLOTSRANGE", "8192", "16383");
        one.Command("CLUSTER", "MEET", "127.0.0.1", $"{ports[1]}", $"{busPorts[1]}");
        await RedisCluster.UntilAsync(() => ((RedisServer[])[one, two]).All(n => ((string)n.Command("CLUSTER", "INFO")!).Contains("cluster_state:ok", StringComparison.Ordinal)));
        foreach (var node in (RedisServer[])[one, two])
        {
            node.Command("ACL", "SETUSER", "writer", "reset", "on", ">s3cret {}", "~*", "+@all");
        }

        return (one, two, ports);
    }

    [Fact]
    public async Task All_nodes_are_reached_over_TLS_with_the_user_that_was_given()
    {
        var (one, two, ports) = await StartAsync();
        await using var first = one;
        await using var second = two;
        string At(string password) => $"'clusterMode':true,'hostAndPorts':'localhost:{ports[0]}','keyIndexes':0,'cacert.filepath':'{_authority.Pem}','username':'writer','password':'{password}'";
        var summary = await _job.RunAsync(At("s3cret {}"), "k,v", Enumerable.Range(0, 3000).Select(i => (object?[])[$"k{i}", $"{i}"]));
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, 3000L), (summary.Status, summary.RowsWritten));
        Assert.Equal(3000, RedisDump.Of(one, two).Count);
        Assert.True((long)one.Command("DBSIZE")! > 0 && (long)two.Command("DBSIZE")! > 0);

        // What one node alone refuses ends the job just as well.
        two.Command("ACL", "SETUSER", "writer", "resetpass", ">other");
        var refused = await _job.RunAsync(At("s3cret {}"), "k,v", Enumerable.Range(0, 3000).Select(i => (object?[])[$"k{i}", $"{i}"]));
        Assert.NotEqual(JobStatus.Succeeded, refused.Status);
        Assert.Contains($"127.0.0.1:{ports[1]}: the server does not take this user and password", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.Error, StringComparison.Ordinal);
        Assert.Equal(refused.RowsRead, refused.RowsWritten + refused.RowsSkipped + refused.RowsDirty + refused.RowsUnknown);
    }

    [Fact]
    public async Task Sink_tables_and_lookups_reach_all_nodes_over_TLS_and_each_tells_what_has_changed()
    {
        var (one, two, ports) = await StartAsync();
        await using var first = one;
        await using var second = two;
        string At(string password) => $"'mode'='STRING', 'clusterMode'='true', 'hostAndPorts'='localhost:{ports[1]}', 'cacert.filepath'='{_authority.Pem}', 'username'='writer', 'password'='{password}'";
        await using var sink = new SinkTable("k STRING, v STRING", "k", At("s3cret {}"));
        var names = Enumerable.Range(0, 40).Select(i => $"k{i}").ToArray();
        await sink.ApplyAsync(names.Select(n => $"+I {n} v{n}"));
        Assert.Equal(40, RedisDump.Of(one, two).Count);
        Assert.True((long)one.Command("DBSIZE")! > 0 && (long)two.Command("DBSIZE")! > 0);

        await using (var plain = await TableAsync(At("s3cret {}")))
        {
            Assert.Equal(names.Select(n => "v" + n), await plain.FindAsync(names));
        }

        var heard = new Heard();
        await using var tracked = await TableAsync(At("s3cret {}") + ", 'cache'='LRU', 'cacheTracking'='true'", heard);
        Assert.Equal(names.Select(n => "v" + n), await tracked.FindAsync(names));
        await sink.ApplyAsync("+U k0 a", "+U k1 b", "+U k2 c", "+U k3 d");
        for (var i = 0; i < 4; i++)
        {
            await heard.NextAsync(i);
        }

        Assert.Equal(["k0", "k1", "k2", "k3"], heard.All.Order(StringComparer.Ordinal));
        Assert.Equal(["a", "b", "c", "d"], await tracked.FindAsync("k0", "k1", "k2", "k3"));

        var refused = await Assert.ThrowsAsync<RefusedException>(() => TableAsync(At("an0ther")));
        Assert.Contains($":{ports[1]}: the server does not take this user and password", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("an0ther", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<DimensionTable> TableAsync(string options, Heard? told = null)
    {
        var table = new DimensionTable("k STRING, v STRING", "k", options) { Invalidations = told };
        await table.PrepareAsync();
        return table;
    }
}
