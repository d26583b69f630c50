using Sluice.Engine.Execution;
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

    [Fact]
    public async Task All_nodes_are_reached_over_TLS_with_the_user_that_was_given()
    {
        var certificate = _authority.Issue(["localhost", "127.0.0.1"]);
        int[] ports = [ServerProcess.FreePort(), ServerProcess.FreePort()];
        int[] busPorts = [ServerProcess.FreePort(), ServerProcess.FreePort()];
        string[] Arguments(int node) =>
        [
            "--cluster-enabled", "yes", "--cluster-port", $"{busPorts[node]}", "--tls-port", $"{ports[node]}", "--tls-cluster", "yes",
            "--tls-cert-file", certificate, "--tls-key-file", certificate, "--tls-ca-cert-file", _authority.Pem, "--tls-auth-clients", "no",
        ];
        await using var one = await RedisServer.StartNewAsync(Arguments(0));
        await using var two = await RedisServer.StartNewAsync(Arguments(1));
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
}
