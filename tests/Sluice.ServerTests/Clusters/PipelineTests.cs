using System.Text;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.ServerTests.Servers;
using RedisServer = Sluice.ServerTests.Servers.RedisServer;

namespace Sluice.ServerTests.Clusters;

/// <summary>Order and completeness of what a pipeline sends to a cluster, while nodes redirect, refuse and hang up (S-20, S-24).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class PipelineTests : IDisposable
{
    /// <summary>Refuses when it is seen for the first time, and does the command from then on.</summary>
    private const string RefuseOnce = "if redis.call('INCR', KEYS[1] .. ':seen') == 1 then return redis.error_reply(ARGV[1]) end return redis.call(ARGV[2], KEYS[1], ARGV[3])";

    private readonly RedisCluster _cluster;
    private readonly Owner _owner = new();

    public PipelineTests(RedisCluster cluster)
    {
        _cluster = cluster;
        _cluster.Flush();
    }

    public void Dispose()
    {
        foreach (var node in _cluster.CurrentPrimaries)
        {
            node.Command("CONFIG", "SET", "maxmemory", "0");
        }
    }

    private async Task<ClusterPipeline> OpenAsync(bool isRepeatable)
    {
        var seed = new NodeAddress("127.0.0.1", _cluster.Nodes[0].Port);
        var topology = new ClusterTopology(new RedisOptions { Host = seed.Host, Port = seed.Port }, [seed], TimeProvider.System);
        await topology.DiscoverAsync(default);
        return new ClusterPipeline(topology, new PipelineOptions { Repeatable = isRepeatable, Timeout = TimeSpan.FromSeconds(60) }, _owner, TimeProvider.System);
    }

    private static CommandBlock Block(params string[][] commands)
    {
        var block = new CommandBlock();
        foreach (var command in commands)
        {
            block.Writer.Begin(command.Length);
            foreach (var argument in command)
            {
                block.Writer.Bulk(Encoding.UTF8.GetBytes(argument));
            }

            block.EndCommand();
        }

        return block;
    }

    private static string[] Refused(string key, string error, string command, string value) => ["EVAL", RefuseOnce, "1", key, error, command, value];

    /// <summary>An error as a node would give it for that key; the others are the two nodes that do not serve it.</summary>
    private string ErrorFor(string error, string key)
    {
        var owner = _cluster.OwnerOf(_cluster.Slot(key));
        var other = _cluster.CurrentPrimaries.First(n => n != owner);
        return error.Replace("SLOT", $"{_cluster.Slot(key)}", StringComparison.Ordinal)
            .Replace("OTHER", $"127.0.0.1:{other.Port}", StringComparison.Ordinal).Replace("SAME", $":{owner.Port}", StringComparison.Ordinal);
    }

    public static TheoryData<string> Errors =>
        ["TRYAGAIN not yet", "CLUSTERDOWN not yet", "READONLY not yet", "OOM not yet", "LOADING not yet", "MOVED SLOT OTHER", "MOVED SLOT SAME", "ASK SLOT OTHER", "ASK SLOT SAME", "MOVED to nowhere"];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task What_comes_after_a_refused_command_of_the_slot_does_not_overtake_it(string error)
    {
        await using var pipeline = await OpenAsync(isRepeatable: true);
        await pipeline.MakeRoomAsync(Block(), default);

        // Two blocks are in flight before anybody looks at a reply.
        await pipeline.SendAsync(Block(["SET", "a", "0"], Refused("{k}", ErrorFor(error, "{k}"), "SET", "1"), ["SET", "b", "0"], ["SET", "{k}", "2"], ["SET", "{k}other", "2"]), default);
        await pipeline.SendAsync(Block(["SET", "{k}other", "3"], ["SET", "c", "0"], ["SET", "{k}", "3"]), default);
        await pipeline.FlushAsync(default);
        Assert.Equal(("3", "3"), (_cluster.Command("GET", "{k}"), _cluster.Command("GET", "{k}other")));
        Assert.Equal(("0", "0", "0"), (_cluster.Command("GET", "a"), _cluster.Command("GET", "b"), _cluster.Command("GET", "c")));
        Assert.Equal((2, 0, 0), (_owner.Settled, _owner.Refused, _owner.Repeated));

        // The three of the slot in the first block, the two in the second. A node that does not serve it redirects the first one back.
        var more = error.StartsWith("MOVED SLOT OTHER", StringComparison.Ordinal) ? 3 : error.StartsWith("ASK SLOT OTHER", StringComparison.Ordinal) ? 3 : 0;
        Assert.Equal(5 + more, pipeline.Resent);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task A_push_that_was_refused_goes_again_alone(string error)
    {
        await using var pipeline = await OpenAsync(isRepeatable: false);
        var block = Block(["RPUSH", "a", "0"], Refused("{k}", ErrorFor(error, "{k}"), "RPUSH", "1"), ["RPUSH", "{k}other", "1"], ["RPUSH", "c", "0"]);
        await pipeline.MakeRoomAsync(block, default);
        await pipeline.SendAsync(block, default);
        var next = Block(["RPUSH", "{k}", "2"]);
        await pipeline.MakeRoomAsync(next, default);
        await pipeline.SendAsync(next, default);
        await pipeline.FlushAsync(default);
        string List(string key) => string.Join(' ', (object?[])_cluster.Command("LRANGE", key, "0", "-1")!);
        Assert.Equal(("1 2", "0", "1", "0"), (List("{k}"), List("a"), List("{k}other"), List("c")));
        Assert.Equal((2, 0, 0), (_owner.Settled, _owner.Refused, _owner.Repeated));
    }

    [Fact]
    public async Task What_takes_the_place_of_a_refused_command_comes_before_what_is_later()
    {
        _owner.OnRefused = block =>
        {
            block.Writer.Raw(Block(["SET", "{k}", "1"]).Writer.Span);
            block.EndCommand();
        };
        await using var pipeline = await OpenAsync(isRepeatable: true);
        await pipeline.MakeRoomAsync(Block(), default);
        await pipeline.SendAsync(Block(["INCRBY", "{k}", "x"], ["SET", "{k}", "2"], ["SET", "b", "0"]), default);
        await pipeline.SendAsync(Block(["SET", "{k}", "3"]), default);
        await pipeline.FlushAsync(default);
        Assert.Equal(("3", "0"), (_cluster.Command("GET", "{k}"), _cluster.Command("GET", "b")));
        Assert.Equal((2, 1), (_owner.Settled, _owner.Refused));

        // The replacement and what came after it of that slot, and the block in flight.
        Assert.Equal(3, pipeline.Resent);
    }

    [Theory]
    [InlineData("SET", "OOM")]
    [InlineData("SET", "lost")]
    [InlineData("RPUSH", "OOM")]
    [InlineData("RPUSH", "lost")]
    public async Task Values_end_as_applied_in_order_whatever_disturbs_them(string command, string disturbance)
    {
        const int Keys = 12;
        await using var pipeline = await OpenAsync(isRepeatable: command == "SET");
        using var enough = new CancellationTokenSource();
        var disturbing = Task.Run(() => DisturbAsync(disturbance, enough.Token));
        var blocks = 0;
        for (; blocks < 300 || pipeline.Resent == 0; blocks++)
        {
            Assert.True(blocks < 200_000, $"{disturbance} did not disturb");
            var block = Block([.. Enumerable.Range(blocks * 24, 24).Select(i => (string[])[command, $"{{{i % 6}}}{i % Keys}", $"{i}"])]);
            await pipeline.MakeRoomAsync(block, default);
            await pipeline.SendAsync(block, default);
        }

        await pipeline.FlushAsync(default);
        await enough.CancelAsync();
        await disturbing;
        Assert.Equal(blocks, _owner.Settled);
        var extra = 0;
        for (var key = 0; key < Keys; key++)
        {
            var rows = Enumerable.Range(0, blocks * 2).Select(i => $"{(i * Keys) + key}").ToList();
            if (command == "SET")
            {
                Assert.Equal(rows[^1], _cluster.Command("GET", $"{{{key % 6}}}{key}"));
                continue;
            }

            var elements = ((object?[])_cluster.Command("LRANGE", $"{{{key % 6}}}{key}", "0", "-1")!).Cast<string>().ToList();
            Assert.Equal(rows, elements.Distinct());
            extra += elements.Count - rows.Count;
        }

        Assert.InRange(extra, 0, _owner.Repeated);
        Assert.True(disturbance == "lost" || _owner.Repeated == 0);
    }

    /// <summary>One node after the other refuses for a while, or ends its connections.</summary>
    private async Task DisturbAsync(string disturbance, CancellationToken stop)
    {
        for (var round = 1; !stop.IsCancellationRequested; round++)
        {
            RedisServer node = _cluster.CurrentPrimaries[round % 3];
            if (disturbance == "OOM")
            {
                node.Command("CONFIG", "SET", "maxmemory", "1");
                await Task.Delay(5, CancellationToken.None);
                node.Command("CONFIG", "SET", "maxmemory", "0");
            }
            else
            {
                node.Command("CLIENT", "KILL", "TYPE", "normal");
            }

            await Task.Delay(10 * round, CancellationToken.None);
        }
    }

    private sealed class Owner : ICommandOwner
    {
        public int Settled { get; private set; }

        public int Refused { get; private set; }

        public int Repeated { get; private set; }

        public Action<CommandBlock>? OnRefused { get; set; }

        void ICommandOwner.Refused(CommandBlock block, int command, ServerError error)
        {
            Refused++;
            OnRefused?.Invoke(block);
        }

        void ICommandOwner.Repeating(CommandBlock block, int command) => Repeated++;

        void ICommandOwner.Settled(CommandBlock block) => Settled++;
    }
}
