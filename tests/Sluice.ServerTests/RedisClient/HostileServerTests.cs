using System.Text;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.ServerTests.RedisClient;

/// <summary>Whatever a server answers, everybody who waits for a reply hears of it, and of nothing but a lost connection or a refusal.</summary>
public sealed class HostileServerTests
{
    /// <summary>To HELLO, INFO and CLIENT SETNAME.</summary>
    private static readonly byte[][] s_handshake = [Bytes("%1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n"), Bytes("$0\r\n\r\n"), Bytes("+OK\r\n")];

    /// <summary>To the commands of <see cref="Exchanges"/>.</summary>
    private const string Replies = "+OK\r\n:12\r\n$5\r\nhello\r\n*3\r\n$1\r\na\r\n_\r\n*1\r\n:5\r\n>2\r\n+message\r\n:1\r\n*-1\r\n%1\r\n+k\r\n$2\r\n\r\n\r\n-ERR no\r\n=7\r\ntxt:abc\r\n|1\r\n+t\r\n:1\r\n#t\r\n";

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static RedisOptions At(HostileServer server) => new() { Host = "127.0.0.1", Port = server.Port, SocketTimeout = TimeSpan.FromSeconds(20) };

    private static Task<RedisConnection> ConnectAsync(RedisOptions options) => RedisConnection.ConnectAsync(options, TimeProvider.System, default);

    /// <summary>Nine commands: three and two whose replies are taken whole, three and one of which arrays come in parts.</summary>
    private static Exchange[] Exchanges()
    {
        var ping = Bytes("*1\r\n$4\r\nPING\r\n");
        ReadOnlyMemory<byte> Times(int n) => Enumerable.Repeat(ping, n).SelectMany(b => b).ToArray();
        return [new(Times(3), 3), new(Times(3), 3, new Listener()), new(Times(2), 2), new(Times(1), 1, new Listener())];
    }

    private static byte[] Damaged(int seed)
    {
        var random = new Random(seed);
        List<byte> bytes = [.. Bytes(Replies)];
        string[] inserts = ["$9223372036854775807\r\n", "*2147483647\r\n", "*16777216\r\n", "$536870912\r\n", "$-2\r\n", "*1\r\n", "|1\r\n", "\r", "\n", "+OK\r\n", "HTTP/1.1 200 OK\r\n"];
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = "+-:$*_#,(!=%~>|0129\r\n"u8[random.Next(21)];
                    break;
                case 2:
                    bytes.RemoveRange(at, 1);
                    break;
                case 3:
                    bytes.InsertRange(at, Bytes(inserts[random.Next(inserts.Length)]));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    i = 0;
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Replies that stand in the bytes before the first that is none, or not complete.</summary>
    private static int Readable(ReadOnlySpan<byte> bytes)
    {
        var replies = 0;
        try
        {
            while (RespReader.TryRead(bytes, out var reply, out var consumed))
            {
                replies += reply.Kind == RespKind.Push ? 0 : 1;
                bytes = bytes[consumed..];
            }
        }
        catch (RespFormatException)
        {
            // No more.
        }

        return replies;
    }

    private static async Task AssertToldAsync(RedisConnection connection, Exchange[] exchanges, int readable)
    {
        await connection.Ended;
        var told = exchanges.Select(e => e.Completion.IsCompletedSuccessfully);
        Assert.All(told, Assert.True);
        foreach (var exchange in exchanges)
        {
            Assert.Equal(Math.Min(readable, exchange.Count), exchange.Received);
            Assert.Equal(exchange.Received < exchange.Count, exchange.Lost is not null);
            Assert.True(exchange.Lost is null or RedisConnectionException or RedisServerException, exchange.Lost?.ToString());
            readable -= exchange.Received;
        }

        var late = new Exchange(Bytes("*1\r\n$4\r\nPING\r\n"), 1);
        await connection.SendAsync(late);
        Assert.True(late.Completion.IsCompletedSuccessfully && late.Lost is not null);
        await Assert.ThrowsAnyAsync<Exception>(() => connection.CallAsync(default, "PING"));
    }

    [Fact]
    public async Task Each_that_is_in_flight_gets_the_replies_before_the_damage_and_is_told_of_the_rest()
    {
        await using var server = new HostileServer { Honest = s_handshake, Commands = 9 };
        for (var seed = 0; seed < 200; seed++)
        {
            server.Hostile = Damaged(seed);
            server.Piece = seed % 3 == 0 ? 3 : int.MaxValue;
            await using var connection = await ConnectAsync(At(server));
            var exchanges = Exchanges();
            foreach (var exchange in exchanges)
            {
                await connection.SendAsync(exchange);
            }

            await AssertToldAsync(connection, exchanges, Readable(server.Hostile));
        }
    }

    [Fact]
    public async Task Undamaged_all_of_it_is_read_in_whatever_pieces()
    {
        await using var server = new HostileServer { Honest = s_handshake, Commands = 9, Hostile = Bytes(Replies) };
        foreach (var piece in (int[])[1, 2, 5, 1000])
        {
            server.Piece = piece;
            await using var connection = await ConnectAsync(At(server));
            var exchanges = Exchanges();
            foreach (var exchange in exchanges)
            {
                await connection.SendAsync(exchange);
            }

            await AssertToldAsync(connection, exchanges, 9);
            Assert.Equal("ERR no", exchanges[2].Errors.Single().Error.Text);
        }
    }

    [Theory]
    [InlineData("$9223372036854775807\r\n", "a bulk length of 9223372036854775807")]
    [InlineData("*2147483647\r\n", "a number of elements")]
    [InlineData("$-2\r\n", "a bulk length of -2")]
    [InlineData("$2\r\nabc\r\n", "a bulk string that does not end in CR LF")]
    [InlineData("+OK\r+OK\r\n", "CR without LF")]
    [InlineData("HTTP/1.1 200 OK\r\n", "byte 0x48")]
    public async Task A_server_that_breaks_the_protocol_and_hangs_on_is_not_waited_for(string wire, string reason)
    {
        await using var server = new HostileServer { Honest = s_handshake, Hostile = Bytes(wire), HangsUp = false };
        await using var connection = await ConnectAsync(At(server) with { SocketTimeout = TimeSpan.FromMinutes(10) });
        var e = await Assert.ThrowsAsync<RedisConnectionException>(() => connection.CallAsync(default, "PING"));
        Assert.Contains($"the server does not speak RESP: {reason}", e.Message, StringComparison.Ordinal);
        Assert.IsType<RespFormatException>(e.InnerException);
    }

    [Fact]
    public async Task Levels_without_end_are_refused_at_once()
    {
        await using var server = new HostileServer { Honest = s_handshake, Hostile = Bytes(string.Concat(Enumerable.Repeat("*1\r\n", 100_000))), HangsUp = false };
        await using var connection = await ConnectAsync(At(server) with { SocketTimeout = TimeSpan.FromMinutes(10) });
        var e = await Assert.ThrowsAsync<RedisConnectionException>(() => connection.CallAsync(default, "PING"));
        Assert.Contains("more than 32 levels", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$536870912\r\nabc")]
    [InlineData("*16777216\r\n:1\r\n")]
    [InlineData("+OK\r")]
    [InlineData("")]
    public async Task A_reply_that_does_not_come_to_its_end_is_given_up_after_the_socket_timeout(string wire)
    {
        await using var server = new HostileServer { Honest = s_handshake, Hostile = Bytes(wire), HangsUp = false };
        await using var connection = await ConnectAsync(At(server) with { SocketTimeout = TimeSpan.FromMilliseconds(300) });
        var e = await Assert.ThrowsAsync<RedisConnectionException>(() => connection.CallAsync(default, "PING"));
        Assert.Contains("no reply within 300 ms", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_array_in_small_pieces_is_read_whole()
    {
        const int Elements = 300_000;
        await using var server = new HostileServer { Honest = s_handshake, Piece = 500, Hostile = Bytes($"*{Elements}\r\n" + string.Concat(Enumerable.Repeat("$1\r\na\r\n", Elements))) };
        await using var connection = await ConnectAsync(At(server));
        var elements = Assert.IsType<object?[]>(await connection.CallAsync(default, "PING"));
        Assert.Equal(Elements, elements.Count("a".Equals));
    }

    [Fact]
    public async Task A_long_answer_that_nobody_asked_for_is_quoted_only_in_part()
    {
        await using var server = new HostileServer { Honest = s_handshake, Hostile = Bytes("+OK\r\n$1000000\r\n" + new string('x', 1_000_000) + "\r\n"), HangsUp = false };
        await using var connection = await ConnectAsync(At(server));
        Assert.Equal("OK", await connection.CallAsync(default, "PING"));
        await connection.Ended;
        var e = await Assert.ThrowsAsync<RedisConnectionException>(() => connection.CallAsync(default, "PING"));
        Assert.Contains("that no command asked for: xxx", e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Message.Length, 200, 400);
    }

    [Fact]
    public async Task A_damaged_handshake_is_a_lost_connection_or_a_refusal()
    {
        await using var server = new HostileServer { Honest = [], Commands = 1 };
        for (var seed = 0; seed < 100; seed++)
        {
            server.Hostile = Damaged(seed);
            foreach (var protocol in (int[])[2, 3])
            {
                var e = await Record.ExceptionAsync(async () => await (await ConnectAsync(At(server) with { Protocol = protocol })).DisposeAsync());
                Assert.True(e is RedisConnectionException or RedisServerException, $"seed {seed}: {e}");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_server_that_goes_on_pushing_and_never_answers_the_handshake_is_given_up(int answered)
    {
        await using var server = new HostileServer { Honest = s_handshake[..answered], Hostile = Bytes(">2\r\n+message\r\n:1\r\n"), IsEndless = true };
        var options = At(server) with { ConnectTimeout = TimeSpan.FromMilliseconds(500), SocketTimeout = TimeSpan.FromMilliseconds(1500) };
        var e = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectAsync(options)).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("no end of the handshake within 2000 ms (connect.timeout and socket.timeout)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_fails_within_its_timeout_and_says_what_it_heard_last()
    {
        await using var server = new HostileServer { Honest = s_handshake, Hostile = Bytes("$-7\r\n"), HangsUp = false };
        var options = new PipelineOptions { Timeout = TimeSpan.FromSeconds(1) };
        await using var pipeline = new CommandPipeline(At(server), options, new Owner(), TimeProvider.System);
        var block = new CommandBlock();
        block.Writer.Raw("*1\r\n$4\r\nPING\r\n"u8);
        block.EndCommand();
        var e = await Assert.ThrowsAsync<RedisConnectionException>(async () =>
        {
            await pipeline.MakeRoomAsync(block, default);
            await pipeline.SendAsync(block, default);
            await pipeline.FlushAsync(default);
        });
        Assert.Contains("within 1000 ms (timeout)", e.Message, StringComparison.Ordinal);
        Assert.Contains("a bulk length of -7", e.Message, StringComparison.Ordinal);
        Assert.Equal(CommandState.Due, block[0]);
    }

    private sealed class Listener : IReplyReader
    {
        public void Reply(int command, in RespReply reply)
        {
        }

        public void Array(int command, long count)
        {
        }

        public void Element(int command, long index, in RespReply reply)
        {
        }
    }

    private sealed class Owner : ICommandOwner
    {
        void ICommandOwner.Refused(CommandBlock block, int command, ServerError error) => throw new InvalidOperationException(error.Text);

        void ICommandOwner.Repeating(CommandBlock block, int command)
        {
        }

        void ICommandOwner.Settled(CommandBlock block) => throw new InvalidOperationException("settled");
    }
}
