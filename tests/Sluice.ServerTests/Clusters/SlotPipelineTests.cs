using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;
using Sluice.ServerTests.Servers;
using RedisServer = Sluice.ServerTests.Servers.RedisServer;

namespace Sluice.ServerTests.Clusters;

/// <summary>Units of a <see cref="SlotPipeline"/> that are interrupted, refused, or met by others (S-27c).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class SlotPipelineTests : IAsyncDisposable
{
    private const string Record = "sluice:position:{0}r";

    private readonly RedisCluster _cluster;
    private readonly Owner _owner = new();
    private readonly ConcurrentQueue<Guard> _done = [];
    private readonly List<IAsyncDisposable> _open = [];
    private ClusterTopology? _topology;

    public SlotPipelineTests(RedisCluster cluster)
    {
        _cluster = cluster;
        _cluster.Flush();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var item in _open)
        {
            await item.DisposeAsync();
        }
    }

    private async Task<(SlotPipeline Pipeline, Guard Guard)> OpenAsync(string owner, bool isRepeatable = false)
    {
        var seed = new NodeAddress("127.0.0.1", _cluster.Nodes[0].Port);
        var options = new RedisOptions { Host = seed.Host, Port = seed.Port, SocketTimeout = TimeSpan.FromSeconds(60), ConnectTimeout = TimeSpan.FromSeconds(60) };
        _topology = new ClusterTopology(options, [seed], TimeProvider.System);
        await _topology.DiscoverAsync(default);
        await using var connection = await _topology.ConnectAsync(Encoding.UTF8.GetBytes(Record), default);
        var guard = (await Guard.ClaimAsync(connection, Record, owner, null, default))!;
        if (!isRepeatable)
        {
            guard.Slots = new SlotPositions("s:", ":i", "f");
            foreach (var (slot, position) in await guard.Slots.ReadAsync(new SlotSweep(_topology, TimeSpan.FromSeconds(60), TimeProvider.System), Enumerable.Range(0, KeySlot.Count), default))
            {
                guard.Slots.Know(slot, position);
            }

            guard.Ahead = SlotPositions.Beyond(guard.Position, [.. guard.Ahead, .. guard.Slots.Known.Values]);
        }

        var pipeline = new SlotPipeline(_topology, new PipelineOptions { Repeatable = isRepeatable, MaxBlocks = 1, Timeout = TimeSpan.FromSeconds(60) }, _owner, _done, TimeProvider.System);
        _open.Add(pipeline);
        return (pipeline, guard);
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

    private static async Task WriteAsync(SlotPipeline pipeline, Guard guard, string position, params string[][] commands)
    {
        var block = Block(commands);
        block.Move(guard, position, position.EndsWith(" end", StringComparison.Ordinal));
        await pipeline.MakeRoomAsync(block, default);
        await pipeline.SendAsync(block, default);
        await pipeline.FlushAsync(default);
    }

    private string PositionKey(string key) => $"s:{{{SlotTag.Of(_cluster.Slot(key))}}}:i";

    private string? PositionOf(string key) => (string?)_cluster.Command("HGET", PositionKey(key), "f");

    private string List(string key) => string.Join(' ', (object?[])_cluster.Command("LRANGE", key, "0", "-1")!);

    private string? RecordField(string field) => (string?)_cluster.Command("HGET", Record, field);

    /// <summary>Keys that are not where the record is, on one node.</summary>
    private (RedisServer Node, string[] Keys) Elsewhere(int count)
    {
        var at = _cluster.OwnerOf(_cluster.Slot(Record));
        var keys = Enumerable.Range(0, 1000).Select(i => $"k{i}").GroupBy(k => _cluster.OwnerOf(_cluster.Slot(k))).First(node => node.Key != at);
        return (keys.Key, [.. keys.Take(count)]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_unit_of_several_blocks_that_is_interrupted_is_sent_whole_by_the_next_flush(bool isRepeatable)
    {
        var (pipeline, guard) = await OpenAsync("a", isRepeatable);
        var (node, keys) = Elsewhere(8);
        await WriteAsync(pipeline, guard, "1", ["RPUSH", keys[0], "0"]);
        await node.PauseAsync();
        try
        {
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                for (var i = 0; i < keys.Length; i++)
                {
                    var block = Block(["RPUSH", keys[i], "1"]);
                    block.IsOpen = i < keys.Length - 1;
                    if (!block.IsOpen)
                    {
                        block.Move(guard, "2");
                        stop.CancelAfter(300);
                    }

                    await pipeline.MakeRoomAsync(block, stop.Token);
                    await pipeline.SendAsync(block, stop.Token);
                }

                await pipeline.FlushAsync(stop.Token);
            });
        }
        finally
        {
            await node.ContinueAsync();
        }

        await pipeline.FlushAsync(default);
        Assert.Equal("0 1", List(keys[0]));
        Assert.All(keys[1..], key => Assert.Equal("1", List(key)));
        Assert.Equal((9, "2"), (_owner.Settled, RecordField("position")));
    }

    [Fact]
    public async Task A_split_whose_verification_is_interrupted_is_not_done()
    {
        var (pipeline, guard) = await OpenAsync("a");
        var (node, keys) = Elsewhere(1);
        await WriteAsync(pipeline, guard, "1", ["RPUSH", keys[0], "0"]);
        Assert.Equal("1", PositionOf(keys[0]));

        // It loses all of that slot, and is away when it is asked.
        _cluster.Command("DEL", keys[0]);
        _cluster.Command("DEL", PositionKey(keys[0]));
        await node.PauseAsync();
        try
        {
            using var stop = new CancellationTokenSource();
            var last = Block();
            last.Move(guard, "1 end", isLast: true);
            await pipeline.MakeRoomAsync(last, default);
            await pipeline.SendAsync(last, default);
            stop.CancelAfter(300);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pipeline.FlushAsync(stop.Token));
        }
        finally
        {
            await node.ContinueAsync();
        }

        await Assert.ThrowsAsync<GuardException>(async () => await pipeline.FlushAsync(default));
        Assert.Null(RecordField("position"));

        // Whoever goes on begins at the beginning, and writes it.
        var (next, again) = await OpenAsync("b");
        Assert.Equal((null, 0), (again.Position, again.Ahead.Count));
        await WriteAsync(next, again, "1 end", ["RPUSH", keys[0], "0"]);
        Assert.Equal(("0", "1 end"), (List(keys[0]), RecordField("position")));
    }

    [Fact]
    public async Task A_slot_that_lost_all_it_had_ends_the_unit_and_the_next_one_repairs_it()
    {
        var (pipeline, guard) = await OpenAsync("a");
        await WriteAsync(pipeline, guard, "1", ["RPUSH", "x", "0"], ["RPUSH", "y", "0"]);
        _cluster.Command("DEL", "x");
        _cluster.Command("DEL", PositionKey("x"));
        var lost = await Assert.ThrowsAsync<GuardException>(() => WriteAsync(pipeline, guard, "2", ["RPUSH", "x", "1"], ["RPUSH", "y", "1"]));
        Assert.Equal((PositionKey("x"), null), (lost.Key, lost.Found));

        var (next, again) = await OpenAsync("b");
        Assert.Null(again.Position);
        Assert.Equal(["1", "2"], again.Ahead.Union(["1"]).Order());
        await WriteAsync(next, again, "1", ["RPUSH", "x", "0"], ["RPUSH", "y", "0"]);
        await WriteAsync(next, again, "2 end", ["RPUSH", "x", "1"], ["RPUSH", "y", "1"]);
        Assert.Equal(("0 1", "0 1", "2 end"), (List("x"), List("y"), RecordField("position")));
    }

    [Fact]
    public async Task A_claimed_record_stops_its_former_owner_before_the_next_unit()
    {
        var (first, old) = await OpenAsync("a");
        await WriteAsync(first, old, "1", ["RPUSH", "x", "0"]);
        var (second, taken) = await OpenAsync("b");
        var refused = await Assert.ThrowsAsync<GuardException>(() => WriteAsync(first, old, "2", ["RPUSH", "x", "stale"]));
        Assert.Equal("b", refused.Owner);
        await Assert.ThrowsAsync<GuardException>(async () => await first.FlushAsync(default));
        await WriteAsync(second, taken, "2", ["RPUSH", "x", "1"]);
        Assert.Equal("0 1", List("x"));
    }

    [Fact]
    public async Task A_unit_on_its_way_of_a_former_owner_is_applied_once_whenever_it_comes()
    {
        foreach (var isLate in (bool[])[false, true])
        {
            _cluster.Flush();
            var (_, old) = await OpenAsync("a");

            // His record tells of the unit; its script comes before or after what his successor does.
            _cluster.Command("HSET", Record, "owner", "a", "ahead", "3", "position", "0");
            old.Position = "0";
            var unit = new Unit();
            var block = Block(["RPUSH", "x", "0", "1", "2"]);
            block.Move(old, "3");
            unit.Add(block);
            var stale = new SlotUnit();
            stale.Fill(unit, "list", isWhole: true);
            object? Send() => _cluster.OwnerOf(_cluster.Slot("x")).CommandBytes(Arguments(stale.Command(0)));
            var (next, guard) = await OpenAsync("b");
            Assert.Equal(("0", "3"), (guard.Position, Assert.Single(guard.Ahead)));
            if (!isLate)
            {
                Assert.Equal(1L, Send());
            }

            await WriteAsync(next, guard, "3", ["RPUSH", "x", "0", "1", "2"]);
            Assert.Equal(isLate ? 0 : 1, _owner.Covered);
            Assert.StartsWith("SLUICECOVERED", Assert.Throws<RedisReplyException>(Send).Message, StringComparison.Ordinal);
            await WriteAsync(next, guard, "5", ["RPUSH", "x", "3"]);
            Assert.StartsWith("SLUICECOVERED", Assert.Throws<RedisReplyException>(Send).Message, StringComparison.Ordinal);
            Assert.Equal("0 1 2 3", List("x"));
            _owner.Covered = 0;
        }
    }

    /// <summary>Unit from 10 to 20, to a slot of which 5 is known.</summary>
    [Theory]
    [InlineData(null, "SLUICEAT")]
    [InlineData("4", "SLUICEAT 4")]
    [InlineData("5", "")]
    [InlineData("10", "")]
    [InlineData("11", "SLUICEAT 11")]
    [InlineData("19 key > 7", "SLUICEAT 19 key > 7")]
    [InlineData("20", "SLUICECOVERED")]
    [InlineData("20 end", "SLUICECOVERED")]
    [InlineData("21", "SLUICECOVERED")]
    [InlineData("x", "SLUICEFOREIGN")]
    public async Task A_unit_is_applied_where_the_slot_is_between_what_is_known_and_what_was_sent(string? at, string says)
    {
        var (_, guard) = await OpenAsync("a");
        guard.Position = "10";
        guard.Slots!.Know(_cluster.Slot("x"), "5");
        if (at is not null)
        {
            _cluster.Command("HSET", PositionKey("x"), "f", at);
        }

        var unit = new Unit();
        var block = Block(["RPUSH", "x", "0"]);
        block.Move(guard, "20");
        unit.Add(block);
        var calls = new SlotUnit();
        calls.Fill(unit, "list", isWhole: true);
        string said;
        try
        {
            said = _cluster.OwnerOf(_cluster.Slot("x")).CommandBytes(Arguments(calls.Command(0))) is 1L ? "" : "?";
        }
        catch (RedisReplyException e)
        {
            said = e.Message;
        }

        Assert.StartsWith(says, said, StringComparison.Ordinal);
        Assert.Equal(says.Length == 0 ? ("", "0", "20") : (said, "", at), (said, List("x"), PositionOf("x")));
    }

    /// <summary>What the script says to a unit from nothing to 1, without its leading ERR.</summary>
    private async Task<string> SayAsync(params string[][] commands)
    {
        var (_, guard) = await OpenAsync("a");
        guard.Slots = new SlotPositions("s:", ":i", "f");
        var (unit, block, calls) = (new Unit(), Block(commands), new SlotUnit());
        block.Move(guard, "1");
        unit.Add(block);
        calls.Fill(unit, "list", isWhole: true);
        try
        {
            return $"{_cluster.OwnerOf(_cluster.Slot("x")).CommandBytes(Arguments(calls.Command(0)))}";
        }
        catch (RedisReplyException e)
        {
            return e.Message.StartsWith("ERR ", StringComparison.Ordinal) ? e.Message[4..] : e.Message;
        }
    }

    [Fact]
    public async Task Whoever_asks_again_is_told_by_the_types_what_was_refused()
    {
        _cluster.Command("SET", "{x}2", "a string");
        string[][] commands = [["RPUSH", "{x}1", "a"], ["RPUSH", "{x}2", "b"], ["PEXPIRE", "{x}2", "9000"], ["DEL", "{x}3"], ["LREM", "{x}4", "1", "c"]];
        Assert.StartsWith("SLUICEREFUSED 1 WRONGTYPE", await SayAsync(commands), StringComparison.Ordinal);
        Assert.Equal(-1L, _cluster.Command("PTTL", "{x}2"));

        // A DEL cannot have been refused, whatever is there now, and what is not there may have been removed.
        _cluster.Command("SET", "{x}3", "another");
        Assert.StartsWith("SLUICECOVERED 1,2 WRONGTYPE", await SayAsync(commands), StringComparison.Ordinal);
        Assert.Equal("a", List("{x}1"));
    }

    [Fact]
    public async Task What_no_row_is_to_blame_for_is_refused_before_anything_is_applied()
    {
        Assert.Contains("wrong number of args", await SayAsync(["RPUSH", "{x}1"], ["RPUSH", "{x}2", "a"]), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("", null), (List("{x}2"), PositionOf("x")));
        Assert.StartsWith("SLUICEREFUSED 1 ", await SayAsync(["RPUSH", "{x}2", "a"], ["RPUSH", "{x}1"]), StringComparison.Ordinal);
        Assert.Equal(("a", "1"), (List("{x}2"), PositionOf("x")));
    }

    [Fact]
    public async Task A_key_may_get_more_elements_in_a_unit_than_a_script_can_hand_on_at_once()
    {
        var (pipeline, guard) = await OpenAsync("a");
        string[] elements = [.. Enumerable.Range(0, 20_001).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        await WriteAsync(pipeline, guard, "20001", ["RPUSH", "x", .. elements], ["RPUSH", "{x}y", new string('v', 1 << 20)]);
        Assert.Equal(string.Join(' ', elements), List("x"));
        Assert.Equal(1 << 20, List("{x}y").Length);
    }

    [Fact]
    public void Each_tag_falls_into_its_slot()
    {
        for (var slot = 0; slot < KeySlot.Count; slot += 101)
        {
            Assert.Equal(slot, _cluster.Slot($"s:{{{SlotTag.Of(slot)}}}:i"));
        }
    }

    private static byte[][] Arguments(ReadOnlySpan<byte> command)
    {
        Assert.True(RespReader.TryRead(command, out var reply, out _));
        return [.. ((object?[])reply.ToObject()!).Select(argument => Encoding.UTF8.GetBytes((string)argument!))];
    }

    private sealed class Owner : IUnitOwner
    {
        public int Settled { get; private set; }

        public int Covered { get; set; }

        void ICommandOwner.Refused(CommandBlock block, int command, ServerError error) => Assert.Fail(error.Text);

        void ICommandOwner.Repeating(CommandBlock block, int command)
        {
        }

        void ICommandOwner.Settled(CommandBlock block) => Settled++;

        bool IUnitOwner.NeedsType(CommandBlock block, int command, out ReadOnlySpan<byte> key, out string type)
        {
            key = default;
            type = "list";
            return true;
        }

        void IUnitOwner.Covered(CommandBlock block, int command) => Covered++;
    }
}
