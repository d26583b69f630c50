using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.ServerTests.Servers;
using RedisServer = Sluice.ServerTests.Servers.RedisServer;

namespace Sluice.ServerTests.RedisClient;

[Collection(RedisCollection.Name)]
public sealed class ConnectionTests(RedisServer redis)
{
    private static RedisOptions At(int port) => new() { Host = "127.0.0.1", Port = port };

    private static Task<RedisConnection> ConnectAsync(RedisOptions options) => RedisConnection.ConnectAsync(options, TimeProvider.System, default);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_server_is_spoken_to_in_both_protocols_and_tells_who_it_is(int protocol)
    {
        await using var connection = await ConnectAsync(At(redis.Port) with { Protocol = protocol, Database = 5 });
        Assert.Equal((protocol, "standalone", 40), (connection.Server.Protocol, connection.Server.Mode, connection.Server.RunId?.Length));
        Assert.NotNull(connection.Server.Version);
        Assert.Equal(connection.Server.ClientId, await connection.CallAsync(default, "CLIENT", "ID"));
        Assert.Contains(" db=5 ", (string)(await connection.CallAsync(default, "CLIENT", "INFO"))!, StringComparison.Ordinal);
        Assert.Equal("sluice", await connection.CallAsync(default, "CLIENT", "GETNAME"));
        Assert.Equal("PONG", await connection.CallAsync(default, "PING"));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with spaces  in it ")]
    [InlineData("\"quotes\" and 'others'")]
    [InlineData("ünïcödé 😀 密码")]
    [InlineData("\u0001\u0002\r\n\t\u007f")]
    [InlineData("p:a@s/s#w?o%r&d\\")]
    public async Task A_password_may_hold_any_character(string password)
    {
        redis.Command("ACL", "SETUSER", "sluice", "reset", "on", ">" + password, "~*", "+@all");
        foreach (var protocol in (int[])[2, 3])
        {
            var options = At(redis.Port) with { Username = "sluice", Password = password, Protocol = protocol };
            await using var connection = await ConnectAsync(options);
            Assert.Equal("sluice", await connection.CallAsync(default, "ACL", "WHOAMI"));

            var e = await Assert.ThrowsAsync<RedisServerException>(() => ConnectAsync(options with { Password = password + "x" }));
            Assert.Equal(ErrorClass.Stop, e.Error.Class);
            Assert.StartsWith("WRONGPASS", e.Error.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(password + "x", e.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_default_users_password_is_enough_and_a_missing_one_is_said()
    {
        await using var server = await RedisServer.StartNewAsync("--requirepass", "pa ss");
        foreach (var protocol in (int[])[2, 3])
        {
            await using var connection = await ConnectAsync(At(server.Port) with { Password = "pa ss", Protocol = protocol });
            Assert.Equal("PONG", await connection.CallAsync(default, "PING"));
            var e = await Assert.ThrowsAsync<RedisServerException>(() => ConnectAsync(At(server.Port) with { Protocol = protocol }));
            Assert.StartsWith("NOAUTH", e.Error.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    public async Task A_server_without_hello_is_spoken_to_in_the_old_protocol(string password)
    {
        string[] secured = password.Length > 0 ? ["--requirepass", password] : [];
        await using var server = await RedisServer.StartNewAsync(["--rename-command", "HELLO", "", .. secured]);
        await using var connection = await ConnectAsync(At(server.Port) with { Password = password });
        Assert.Equal((2, "standalone"), (connection.Server.Protocol, connection.Server.Mode));
        Assert.Equal(connection.Server.ClientId, await connection.CallAsync(default, "CLIENT", "ID"));
    }

    [Fact]
    public async Task A_user_who_may_only_write_can_connect()
    {
        redis.Command("ACL", "SETUSER", "writer", "reset", "on", ">x", "~*", "+set", "+select");
        foreach (var protocol in (int[])[2, 3])
        {
            await using var connection = await ConnectAsync(At(redis.Port) with { Username = "writer", Password = "x", Protocol = protocol, Database = 1 });
            Assert.Equal("OK", await connection.CallAsync(default, "SET", "k", "v"));
        }
    }

    [Fact]
    public async Task A_database_beyond_the_servers_is_refused()
    {
        var e = await Assert.ThrowsAsync<RedisServerException>(() => ConnectAsync(At(redis.Port) with { Database = 1000 }));
        Assert.Contains("DB index is out of range", e.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_at_is_named()
    {
        var port = ServerProcess.FreePort();
        var e = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectAsync(At(port)));
        Assert.Equal($"127.0.0.1:{port}: cannot connect: Connection refused", e.Message);
    }

    [Fact]
    public async Task A_host_that_takes_no_connection_is_given_up_after_the_connect_timeout()
    {
        // A full queue of connections that nobody accepts: the kernel lets further ones wait.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var fillers = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        using var enough = new CancellationTokenSource();
        var filling = fillers.Select(f => f.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), enough.Token).AsTask()).ToList();
        await Task.Delay(100);
        var e = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectAsync(At(port) with { ConnectTimeout = TimeSpan.FromMilliseconds(200), SocketTimeout = TimeSpan.FromMilliseconds(200) }));
        Assert.StartsWith($"127.0.0.1:{port}: ", e.Message, StringComparison.Ordinal);
        await enough.CancelAsync();
        await Task.WhenAll(filling.Select(f => f.ContinueWith(_ => { }, TaskScheduler.Default)));
        fillers.ForEach(f => f.Dispose());
    }

    [Fact]
    public async Task A_paused_server_ends_the_connection_after_the_socket_timeout()
    {
        await using var server = await RedisServer.StartNewAsync();
        var options = At(server.Port) with { SocketTimeout = TimeSpan.FromMilliseconds(200) };
        await using var connection = await ConnectAsync(options);
        await server.PauseAsync();
        var e = await Assert.ThrowsAsync<RedisConnectionException>(() => connection.CallAsync(default, "PING"));
        Assert.Contains("no reply within 200 ms", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectAsync(options));
        await server.ContinueAsync();
    }

    [Fact]
    public async Task An_idle_connection_lives_longer_than_the_socket_timeout()
    {
        await using var connection = await ConnectAsync(At(redis.Port) with { SocketTimeout = TimeSpan.FromMilliseconds(100) });
        await Task.Delay(500);
        Assert.Equal("PONG", await connection.CallAsync(default, "PING"));
    }

    [Fact]
    public async Task Replies_that_trickle_in_keep_the_connection_alive_however_many_are_due()
    {
        await using var proxy = new TcpProxy(redis.Port) { PieceBytes = 32 };
        await using var connection = await ConnectAsync(At(proxy.Port) with { SocketTimeout = TimeSpan.FromSeconds(1) });
        proxy.Pause = TimeSpan.FromMilliseconds(40);

        // 5 KB of replies, 32 bytes every 40 ms: the first half of them alone takes longer than the socket timeout.
        var writer = new RespWriter();
        for (var i = 0; i < 700; i++)
        {
            writer.Begin(1);
            writer.Bulk("PING"u8);
        }

        var exchange = new Exchange(writer.Written, 700);
        await connection.SendAsync(exchange);
        await exchange.Completion;
        Assert.Null(exchange.Lost);
        Assert.Equal(700, exchange.Received);
    }

    [Fact]
    public async Task A_connection_cut_at_any_byte_of_the_handshake_is_a_lost_connection_and_nothing_else()
    {
        await using var proxy = new TcpProxy(redis.Port) { CutAfterReplyBytes = [.. Enumerable.Range(0, 40).Select(i => i * 5L)] };
        for (var i = 0; i < 40; i++)
        {
            await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectAsync(At(proxy.Port)));
        }

        await using var connection = await ConnectAsync(At(proxy.Port));
        Assert.Equal("PONG", await connection.CallAsync(default, "PING"));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak RESP")]
    [InlineData("-ERR max number of clients reached\r\n", "max number of clients")]
    [InlineData("+OK\r\n+OK\r\n+OK\r\n", "that no command asked for")]
    [InlineData("", "may expect TLS")]
    public async Task Whoever_else_answers_is_told_from_a_redis(string answer, string message)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptSocketAsync();
            await client.SendAsync(Encoding.ASCII.GetBytes(answer), SocketFlags.None);
            client.Shutdown(SocketShutdown.Send);
            await client.ReceiveAsync(new byte[1000], SocketFlags.None);
            await Task.Delay(100);
        });
        var e = await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(At(((IPEndPoint)listener.LocalEndpoint).Port)));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.True(e is RedisConnectionException or RedisServerException { Error.Class: ErrorClass.Retry }, e.GetType().Name);
        await serving;
    }

    [Fact]
    public async Task A_server_that_takes_no_more_clients_can_be_tried_again()
    {
        await using var server = await RedisServer.StartNewAsync();
        server.Command("CONFIG", "SET", "maxclients", "1");
        for (var i = 0; i < 10; i++)
        {
            var e = await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(At(server.Port)));
            Assert.True(e is RedisConnectionException or RedisServerException { Error.Class: ErrorClass.Retry }, e.ToString());
        }

        server.Command("CONFIG", "SET", "maxclients", "100");
        await using var connection = await ConnectAsync(At(server.Port));
    }

    [Fact]
    public async Task Every_exchange_of_an_ended_connection_is_lost_and_so_is_one_sent_later()
    {
        await using var server = await RedisServer.StartNewAsync();
        var connection = await ConnectAsync(At(server.Port) with { SocketTimeout = TimeSpan.FromMilliseconds(300) });
        await server.PauseAsync();
        var exchanges = Enumerable.Range(0, 5).Select(_ => new Exchange("*1\r\n$4\r\nPING\r\n"u8.ToArray(), 1)).ToList();
        foreach (var exchange in exchanges)
        {
            await connection.SendAsync(exchange);
        }

        await connection.DisposeAsync();
        Assert.All(exchanges, e => Assert.True(e.Completion.IsCompletedSuccessfully && e.Lost is not null));
        var late = new Exchange("*1\r\n$4\r\nPING\r\n"u8.ToArray(), 1);
        await connection.SendAsync(late);
        Assert.NotNull(late.Lost);
        await server.ContinueAsync();
    }
}
