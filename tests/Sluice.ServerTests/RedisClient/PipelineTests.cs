using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.ServerTests.Servers;
using RedisServer = Sluice.ServerTests.Servers.RedisServer;

namespace Sluice.ServerTests.RedisClient;

/// <summary>Order and completeness of what a pipeline sends, while the server refuses, hangs up, or is ended (S-20, S-24).</summary>
public sealed class PipelineTests
{
    private const int Keys = 5;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    /// <summary>A server that refuses for a while, again and again, while blocks are in flight.</summary>
    private static async Task DisturbAsync(RedisServer redis, string[] on, string[] off, CancellationToken stop)
    {
        for (var pause = 10; !stop.IsCancellationRequested; pause += 10)
        {
            redis.Command(on);
            await Task.Delay(5, CancellationToken.None);
            if (off.Length > 0)
            {
                redis.Command(off);
            }

            await Task.Delay(pause, CancellationToken.None);
        }
    }

    public static TheoryData<string, string[], string[]> Disturbances => new()
    {
        { "OOM", ["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"] },
        { "READONLY", ["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"] },
        { "NOREPLICAS", ["CONFIG", "SET", "min-replicas-to-write", "1"], ["CONFIG", "SET", "min-replicas-to-write", "0"] },
        { "lost", ["CLIENT", "KILL", "TYPE", "normal"], [] },
    };

    [Theory]
    [MemberData(nameof(Disturbances))]
    public async Task Values_end_as_applied_in_order_whatever_disturbs_them(string name, string[] on, string[] off)
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var sending = new Sending(redis.Port, isRepeatable: true);
        using var enough = new CancellationTokenSource();
        var disturbing = Task.Run(() => DisturbAsync(redis, on, off, enough.Token));
        var blocks = 0;
        for (; blocks < 400 || sending.Pipeline.Resent == 0; blocks++)
        {
            Assert.True(blocks < 200_000, $"{name} did not disturb");
            await sending.SendAsync("SET", blocks * 10, 10);
        }

        await sending.Pipeline.FlushAsync(default);
        await enough.CancelAsync();
        await disturbing;
        Assert.Equal(blocks, sending.Settled);
        for (var key = 0; key < Keys; key++)
        {
            Assert.Equal($"{(blocks * 10) - Keys + key}", redis.Command("GET", $"k{key}"));
        }
    }

    [Theory]
    [MemberData(nameof(Disturbances))]
    public async Task List_elements_are_neither_lost_nor_out_of_order_and_twice_only_where_it_is_counted(string name, string[] on, string[] off)
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var sending = new Sending(redis.Port, isRepeatable: false);
        using var enough = new CancellationTokenSource();
        var disturbing = Task.Run(() => DisturbAsync(redis, on, off, enough.Token));
        var blocks = 0;
        for (; blocks < 400 || sending.Pipeline.Resent == 0; blocks++)
        {
            Assert.True(blocks < 200_000, $"{name} did not disturb");
            await sending.SendAsync("RPUSH", blocks * 10, 10);
        }

        await sending.Pipeline.FlushAsync(default);
        await enough.CancelAsync();
        await disturbing;
        Assert.Equal(name == "lost", sending.Pipeline.Reconnects > 0);
        var extra = 0;
        for (var key = 0; key < Keys; key++)
        {
            var elements = ((object?[])redis.Command("LRANGE", $"k{key}", "0", "-1")!).Select(e => int.Parse((string)e!)).ToList();
            Assert.Equal(Enumerable.Range(0, blocks * 2).Select(i => (i * Keys) + key), elements.Distinct());
            extra += elements.Count - (blocks * 2);
        }

        Assert.InRange(extra, 0, sending.Repeated);
        Assert.True(name == "lost" || sending.Repeated == 0);
    }

    [Fact]
    public async Task Pushes_whose_replies_are_lost_are_sent_once_more_and_counted_each()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port);
        await using var sending = new Sending(proxy.Port, isRepeatable: false);
        await sending.Pipeline.MakeRoomAsync(new CommandBlock(), default);

        // The first connection dies after the replies to 3 of 10 pushes (":1\r\n" each), when all ten have been applied.
        proxy.FirstLeft = 12;
        await sending.SendAsync("RPUSH", 0, 10);
        await sending.Pipeline.FlushAsync(default);
        Assert.Equal((7, 7L, 1L, 1), (sending.Repeated, sending.Pipeline.Resent, sending.Pipeline.Reconnects, sending.Settled));
        string[] Elements(int key) => [.. ((object?[])redis.Command("LRANGE", $"k{key}", "0", "-1")!).Cast<string>()];
        Assert.Equal(["0", "5", "5"], Elements(0));
        Assert.Equal(["3", "8", "3", "8"], Elements(3));
    }

    [Fact]
    public async Task What_was_never_sent_is_not_counted_as_repeated()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var sending = new Sending(redis.Port, isRepeatable: false);
        await sending.SendAsync("RPUSH", 0, 5);
        await sending.Pipeline.FlushAsync(default);
        redis.Command("CLIENT", "KILL", "TYPE", "normal");
        await Task.Delay(300);
        await sending.SendAsync("RPUSH", 5, 5);
        await sending.Pipeline.FlushAsync(default);
        Assert.Equal((0, 1L), (sending.Repeated, sending.Pipeline.Reconnects));
        Assert.Equal(["0", "5"], (object?[])redis.Command("LRANGE", "k0", "0", "-1")!);
    }

    [Fact]
    public async Task The_lost_connection_is_ended_at_the_server_before_anything_is_sent_again()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port) { OnlyFirst = true };
        await using var sending = new Sending(proxy.Port, isRepeatable: true, TimeSpan.FromMilliseconds(300));
        await sending.SendAsync("SET", 0, 5);
        await sending.Pipeline.FlushAsync(default);
        var lost = Ids(redis);
        Assert.Single(lost);

        // The network is gone for the first connection, though the server does not know.
        proxy.IsBlackHole = true;
        await sending.SendAsync("SET", 5, 5);
        await sending.Pipeline.FlushAsync(default);
        Assert.DoesNotContain(lost[0], Ids(redis));
        Assert.Equal("9", redis.Command("GET", "k4"));
        Assert.Contains("cmdstat_client|kill:calls=1,", (string)redis.Command("INFO", "commandstats")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_restart_of_the_server_nobody_elses_connection_is_ended()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var sending = new Sending(redis.Port, isRepeatable: true);
        await sending.SendAsync("SET", 0, 5);
        await sending.Pipeline.FlushAsync(default);
        await redis.RestartAsync();
        var others = Enumerable.Range(0, 20).Select(_ => redis.Connect()).ToList();
        others.ForEach(o => o.Command(["PING"u8.ToArray()]));
        await sending.SendAsync("SET", 5, 5);
        await sending.Pipeline.FlushAsync(default);
        Assert.Equal(1, sending.Pipeline.Reconnects);
        others.ForEach(o => Assert.Equal("PONG", o.Command(["PING"u8.ToArray()])));
        others.ForEach(o => o.Dispose());
    }

    [Fact]
    public async Task A_server_that_hangs_up_on_a_command_is_not_asked_all_the_time_and_fails_within_the_timeout()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port) { CutOn = "$3\r\nSET\r\n" };
        await using var sending = new Sending(proxy.Port, isRepeatable: true, timeout: TimeSpan.FromSeconds(1));
        var e = await Assert.ThrowsAsync<RedisConnectionException>(async () =>
        {
            await sending.SendAsync("SET", 0, 5);
            await sending.Pipeline.FlushAsync(default);
        });
        Assert.Contains("within 1000 ms (timeout)", e.Message, StringComparison.Ordinal);
        Assert.InRange(proxy.Accepted, 2, 30);
    }

    [Fact]
    public async Task A_recovery_that_was_stopped_goes_on_where_it_was()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port);
        await using var sending = new Sending(proxy.Port, isRepeatable: false);
        using var stop = new CancellationTokenSource();
        await sending.Pipeline.MakeRoomAsync(new CommandBlock(), default);
        proxy.FirstLeft = 0;
        await sending.SendAsync("RPUSH", 0, 10);
        await WaitUntilAsync(() => (long)redis.Command("LLEN", "k4")! == 2);

        // The server hangs while the pushes are on their way for the second time.
        proxy.HoldOn = "RPUSH";
        var flushing = sending.Pipeline.FlushAsync(stop.Token).AsTask();
        await WaitUntilAsync(() => (long)redis.Command("LLEN", "k4")! == 4);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flushing);
        proxy.Release();
        await sending.Pipeline.FlushAsync(default);
        Assert.Equal((10, 10L, 1), (sending.Repeated, sending.Pipeline.Resent, sending.Settled));
        Assert.Equal(4L, redis.Command("LLEN", "k4"));
    }

    [Fact]
    public async Task A_server_that_reads_nothing_does_not_hold_up_the_timeout()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var sending = new Sending(redis.Port, isRepeatable: true, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1));
        await sending.Pipeline.MakeRoomAsync(new CommandBlock(), default);
        await redis.PauseAsync();
        var block = new CommandBlock();
        block.Writer.Begin(3);
        block.Writer.Bulk("SET"u8);
        block.Writer.Bulk("k"u8);
        block.Writer.Bulk(new byte[32 << 20]);
        block.EndCommand();
        var e = await Assert.ThrowsAsync<RedisConnectionException>(() => sending.Pipeline.SendAsync(block, default).AsTask());
        Assert.Contains("within 1000 ms (timeout)", e.Message, StringComparison.Ordinal);
        await redis.ContinueAsync();
    }

    private static async Task WaitUntilAsync(Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 3000, "waited for 30 s");
            await Task.Delay(10);
        }
    }

    private static List<string> Ids(RedisServer redis) =>
        [.. ((string)redis.Command("CLIENT", "LIST")!).Split('\n').Where(l => l.Contains("name=sluice", StringComparison.Ordinal)).Select(l => l.Split(' ')[0])];

    /// <summary>A pipeline, and what it tells its owner.</summary>
    private sealed class Sending : ICommandOwner, IAsyncDisposable
    {
        private readonly Stack<CommandBlock> _free = [];

        public Sending(int port, bool isRepeatable, TimeSpan? socketTimeout = null, TimeSpan? timeout = null)
        {
            var server = new RedisOptions { Host = "127.0.0.1", Port = port, SocketTimeout = socketTimeout ?? TimeSpan.FromSeconds(10) };
            Pipeline = new CommandPipeline(server, new PipelineOptions { Repeatable = isRepeatable, Timeout = timeout ?? s_timeout }, this, TimeProvider.System);
        }

        public CommandPipeline Pipeline { get; }

        public int Repeated { get; private set; }

        public int Settled { get; private set; }

        /// <summary>One command for each of the numbers, whose keys take turns.</summary>
        public async Task SendAsync(string command, int first, int count)
        {
            var block = _free.TryPop(out var free) ? free : new CommandBlock();
            for (var i = first; i < first + count; i++)
            {
                block.Writer.Begin(3);
                block.Writer.Bulk(System.Text.Encoding.ASCII.GetBytes(command));
                block.Writer.Bulk(System.Text.Encoding.ASCII.GetBytes($"k{i % Keys}"));
                block.Writer.Bulk(i);
                block.EndCommand();
            }

            await Pipeline.MakeRoomAsync(block, default);
            await Pipeline.SendAsync(block, default);
        }

        void ICommandOwner.Refused(CommandBlock block, int command, ServerError error) => throw new InvalidOperationException(error.Text);

        void ICommandOwner.Repeating(CommandBlock block, int command) => Repeated++;

        void ICommandOwner.Settled(CommandBlock block)
        {
            Assert.All(Enumerable.Range(0, block.Count), i => Assert.Equal(CommandState.Acknowledged, block[i]));
            Settled++;
            block.Clear();
            _free.Push(block);
        }

        public ValueTask DisposeAsync() => Pipeline.DisposeAsync();
    }
}
