using Sluice.Engine.Execution;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>Job scripts that write to a cluster leave in it what they leave in a single server (S-16 to S-20).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class WriterTests : IDisposable
{
    private readonly RedisCluster _cluster;
    private readonly RedisServer _single;
    private readonly WriterJob _job = new();

    public WriterTests(RedisCluster cluster, RedisServer single)
    {
        (_cluster, _single) = (cluster, single);
        _cluster.Flush();
        _single.Command("FLUSHALL");
    }

    public void Dispose() => _job.Dispose();

    private string AtCluster => $"'redisMode':'ClusterMode','hostAndPorts':'{_cluster.Seeds}','keyIndexes':0,";

    private string AtSingle => $"'host':'127.0.0.1','port':{_single.Port},'keyIndexes':0,";

    private static void AssertDone(JobSummary summary, long rows, long dirty = 0)
    {
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, rows, rows - dirty, dirty, 0L, 0L), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty, summary.RowsUnknown, summary.Retries));
    }

    [Theory]
    [InlineData("string/set", "")]
    [InlineData("string/set", ",'expireTime':1000")]
    [InlineData("list/rpush", "")]
    [InlineData("list/lpush", ",'expireTime':{'seconds':1000}")]
    [InlineData("set/sadd", "")]
    [InlineData("set/sadd", ",'expireTime':1000")]
    [InlineData("zset/zadd", "")]
    [InlineData("zset/zadd", ",'expireTime':1000")]
    [InlineData("hash/hset", "")]
    [InlineData("hash/hmset", ",'expireTime':1000")]
    public async Task Every_write_mode_leaves_what_it_leaves_in_a_single_server(string typeAndMode, string expiry)
    {
        var mode = typeAndMode.Split('/');
        var isPair = mode[0] is "zset" or "hash";
        // Few keys and many; with hash tags; some keys hold another type before.
        object?[] Row(int i) => isPair ? [Key(i), $"{i % 13}", $"v{i % 500}"] : [Key(i), $"v{i}"];
        foreach (var writer in (string[])[AtCluster, AtSingle])
        {
            var plan = _job.Plan(writer + $"'batchSize':700,'writeMode':{{'type':'{mode[0]}','mode':'{mode[1]}'}}{expiry}", isPair ? "k,a,b" : "k,a", "'errorLimit':{'record':0},'speed':{'concurrent':3}",
                [.. Enumerable.Range(0, 3).Select(split => Enumerable.Range(0, 5000).Select(i => Row((3 * i) + split)))]);
            AssertDone(await _job.RunAsync(plan), 15_000);
        }

        Assert.Equal(RedisDump.Of(_single), _cluster.Dump());
    }

    /// <summary>Each split has keys of its own, so that the order is the same in every run.</summary>
    private static string Key(int i) => (i % 5) switch
    {
        0 => $"{i % 3}:few:{i % 7}",
        1 => $"{i % 3}:{{tag}}:{i % 100}",
        2 => $"{i % 3}:{{}}{i % 50}",
        _ => $"{i % 3}:many:{i}",
    };

    [Fact]
    public async Task A_key_of_another_type_is_overwritten_or_its_records_are_dirty_as_in_a_single_server()
    {
        foreach (var type in (string[])["set", "zset", "hash", "list"])
        {
            _cluster.Flush();
            _single.Command("FLUSHALL");
            for (var i = 0; i < 100; i++)
            {
                _cluster.Command("SET", $"k{i}", "old");
                _single.Command("SET", $"k{i}", "old");
            }

            foreach (var writer in (string[])[AtCluster, AtSingle])
            {
                var rows = Enumerable.Range(0, 2000).Select(i => (object?[])[$"k{i % 200}", $"{i % 9}", $"m{i % 300}"]);
                var summary = await _job.RunAsync(writer + $"'batchSize':150,'writeMode':{{'type':'{type}'}}", "k,a,b", rows, "'errorLimit':{'record':5000}");
                Assert.Equal((JobStatus.Succeeded, 2000, type == "list" ? 1000 : 0), (summary.Status, summary.RowsRead, summary.RowsDirty));
                Assert.Equal(2000, summary.RowsWritten + summary.RowsDirty);
            }

            Assert.Equal(RedisDump.Of(_single), _cluster.Dump());
        }
    }

    [Fact]
    public async Task A_data_source_may_say_that_it_is_a_cluster_and_one_address_is_enough()
    {
        var writer = $"'clusterMode':'true','host':'127.0.0.1','port':{_cluster.Nodes[4].Port},'keyIndexes':0,'selectDatabase':0";
        AssertDone(await _job.RunAsync(writer, "k,v", Enumerable.Range(0, 3000).Select(i => (object?[])[$"k{i}", $"{i}"])), 3000);
        Assert.Equal(3000, _cluster.Dump().Count);
    }

    [Fact]
    public async Task Seeds_that_are_not_there_do_no_harm_as_long_as_one_is()
    {
        var nobody = ServerProcess.FreePort();
        var writer = $"'redisMode':'clusterDirectMode','hostAndPorts':'127.0.0.1:{nobody},127.0.0.1:{_cluster.Nodes[1].Port}','keyIndexes':0";
        AssertDone(await _job.RunAsync(writer, "k,v", Enumerable.Range(0, 3000).Select(i => (object?[])[$"k{i}", $"{i}"])), 3000);
        Assert.Equal(3000, _cluster.Dump().Count);
    }

    [Fact]
    public async Task A_seed_that_hangs_is_not_waited_for_when_another_one_answers()
    {
        // Which of them serve slots depends on the failovers before.
        var primaries = _cluster.CurrentPrimaries;
        var replica = _cluster.Nodes.First(node => !primaries.Contains(node));
        await replica.PauseAsync();
        try
        {
            var writer = $"'redisMode':'ClusterMode','hostAndPorts':'127.0.0.1:{replica.Port},127.0.0.1:{primaries[1].Port}','keyIndexes':0,'connect.timeout':'5 min','socket.timeout':'5 min'";
            AssertDone(await _job.RunAsync(writer, "k,v", Enumerable.Range(0, 3000).Select(i => (object?[])[$"k{i}", $"{i}"])), 3000);
        }
        finally
        {
            await replica.ContinueAsync();
        }

        Assert.Equal(3000, _cluster.Dump().Count);
    }
}
