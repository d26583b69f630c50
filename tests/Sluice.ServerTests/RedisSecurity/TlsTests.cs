using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Engine.Execution;
using Sluice.Redis.Connections;
using Sluice.Redis.Security;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;
using RedisServer = Sluice.ServerTests.Servers.RedisServer;

namespace Sluice.ServerTests.RedisSecurity;

/// <summary>Encrypted connections: who is trusted, who is refused, and in which words (S-34).</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly string[] s_here = ["localhost", "127.0.0.1"];

    private readonly TestAuthority _authority = new("Sluice test authority");
    private readonly TestAuthority _stranger = new("Sluice test stranger");
    private readonly WriterJob _job = new();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _job.Dispose();
    }

    private static string At(int port, string tls, string host = "127.0.0.1", int seconds = 20) =>
        $"'host':'{host}','port':{port},'keyIndexes':0,'connect.timeout':'{seconds} s','socket.timeout':'{seconds} s',{tls}";

    private static string Trust(string file) => $"'cacert.filepath':'{file}'";

    private static IEnumerable<object?[]> Rows(int count) => Enumerable.Range(0, count).Select(i => new object?[] { $"k{i}", $"{i}" });

    private async Task SucceedsAsync(TlsRedis redis, string tls, string host = "127.0.0.1")
    {
        redis.Server.Command("FLUSHALL");
        var summary = await _job.RunAsync(At(redis.Port, tls, host), "k,v", Rows(3));
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, 3L), (summary.Status, summary.RowsWritten));
        Assert.Equal("2", redis.Server.Command("GET", "k2"));
    }

    private Task RefusesAsync(int port, string tls, params string[] messages) => RefusesWithinAsync(20, port, tls, messages);

    private async Task RefusesWithinAsync(int seconds, int port, string tls, params string[] messages)
    {
        var summary = await _job.RunAsync(At(port, tls, seconds: seconds), "k,v", Rows(3));
        Assert.Equal((JobStatus.Refused, 0), (summary.Status, summary.RowsWritten));
        Assert.All(messages, m => Assert.Contains(m, summary.Error, StringComparison.Ordinal));
        Assert.Contains($"127.0.0.1:{port}", summary.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trust_store_of_each_kind_lets_the_server_in_by_name_and_by_address()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here));
        await SucceedsAsync(redis, Trust(_authority.Pem));
        await SucceedsAsync(redis, Trust(_authority.Pem), "localhost");
        await SucceedsAsync(redis, Trust(_authority.Jks("pass word")));
        await SucceedsAsync(redis, Trust(_authority.Jks("pass word")) + ",'cacert.password':'pass word'");
        await SucceedsAsync(redis, Trust(_authority.Pkcs12("pass ✓")) + ",'cacert.password':'pass ✓'");
        await SucceedsAsync(redis, "'tls':'true'," + Trust(_authority.Pem));
    }

    [Fact]
    public async Task A_server_of_another_authority_is_refused_naming_the_store()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here));
        var store = _stranger.Jks("x");
        await RefusesAsync(redis.Port, Trust(store), $"not trusted by '{store}'", "CN=Sluice test authority", "'cacert.filepath'");
        await RefusesAsync(redis.Port, "'tls':true", "not trusted by the system's authorities", "'cacert.filepath'");
        Assert.Equal(0L, redis.Server.Command("DBSIZE"));
    }

    [Theory]
    [InlineData(-900, -30, "has expired on", -30)]
    [InlineData(30, 300, "is not valid before", 30)]
    public async Task A_certificate_is_refused_outside_its_time_with_the_moment(int from, int to, string message, int day)
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here, from, to));
        var moment = _authority.Day(day).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        await RefusesAsync(redis.Port, Trust(_authority.Pem), $"the certificate of the server {message} {moment}");
    }

    [Fact]
    public async Task A_certificate_of_another_host_is_refused_with_the_names_that_it_has()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(["redis.example", "*.cache.example", "192.0.2.7"]));
        await RefusesAsync(redis.Port, Trust(_authority.Pem), "is for redis.example, *.cache.example, 192.0.2.7, not for 127.0.0.1");
    }

    [Fact]
    public async Task A_port_that_does_not_answer_the_handshake_does_not_speak_TLS()
    {
        // Redis takes the handshake for the beginning of a long command, and waits for more.
        await using var redis = await RedisServer.StartNewAsync();
        await RefusesWithinAsync(1, redis.Port, "'tls':true", "no answer to the TLS handshake within 1000 ms", "does not speak TLS");
        Assert.Equal(0L, redis.Command("DBSIZE"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-ERR unknown command\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    public async Task A_port_that_answers_otherwise_does_not_speak_TLS(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptSocketAsync(stop.Token);
                await client.ReceiveAsync(new byte[4096], SocketFlags.None);
                await client.SendAsync(Encoding.ASCII.GetBytes(answer), SocketFlags.None);
                client.Shutdown(SocketShutdown.Send);
            }
        });
        await RefusesWithinAsync(1, ((IPEndPoint)listener.LocalEndpoint).Port, "'tls':true", "does not speak TLS");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    [Fact]
    public async Task Plain_text_to_a_TLS_port_is_told_which_options_turn_it_on()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here));
        var summary = await _job.RunAsync(At(redis.Port, "'timeout':1000", seconds: 1), "k,v", Rows(3));
        Assert.Equal((JobStatus.Failed, 0), (summary.Status, summary.RowsWritten));
        Assert.Contains("closed the connection before any reply; the port may expect TLS; 'tls' = 'true' or 'cacert.filepath' turn it on", summary.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TLSv1.2")]
    [InlineData("TLSv1.3")]
    public async Task A_server_that_asks_for_a_certificate_gets_one_of_its_authority_or_refuses(string version)
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here), clients: _stranger.Pem, "--tls-protocols", version);
        var trust = Trust(_authority.Pem);
        await RefusesAsync(redis.Port, trust, "the server wants a certificate of the client", "give 'cert.filepath'");
        await RefusesAsync(redis.Port, $"{trust},'cert.filepath':'{_authority.Issue([])}'", "does not take the certificate of the client", "unknown ca", "'cert.filepath'");
        await SucceedsAsync(redis, $"{trust},'cert.filepath':'{_stranger.Issue([])}'");
        await SucceedsAsync(redis, $"{trust},'cert.filepath':'{_stranger.Issue([], keyPassword: "k✓y")}','cert.password':'k✓y'");
        await SucceedsAsync(redis, $"{trust},'cert.filepath':'{_stranger.IssuePkcs12("p12")}','cert.password':'p12'");
    }

    [Fact]
    public async Task A_client_shows_the_authorities_between_it_and_the_one_that_the_server_knows()
    {
        using var between = new TestAuthority("Sluice test department", by: _stranger);
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here), clients: _stranger.Pem);
        await SucceedsAsync(redis, $"{Trust(_authority.Pem)},'cert.filepath':'{between.Issue([], withAuthority: true)}'");
    }

    [Fact]
    public async Task A_trusted_department_is_enough_and_a_forged_one_is_not()
    {
        using var department = new TestAuthority("Sluice test department", by: _authority);
        using var forged = new TestAuthority("Sluice test department", by: _stranger);
        await using (var redis = await TlsRedis.StartAsync(department.Issue(s_here)))
        {
            await SucceedsAsync(redis, Trust(department.Pem));
            await RefusesAsync(redis.Port, Trust(_authority.Pem), "not trusted by");
        }

        await using (var redis = await TlsRedis.StartAsync(forged.Issue(s_here)))
        {
            await RefusesAsync(redis.Port, Trust(department.Pem), "the certificate of the server is refused", "Signature");
        }

        await using (var redis = await TlsRedis.StartAsync(department.Issue(s_here, withAuthority: true)))
        {
            await SucceedsAsync(redis, Trust(department.Pem));
            await SucceedsAsync(redis, Trust(_authority.Pem));
        }
    }

    [Fact]
    public async Task A_user_and_a_password_of_any_character_go_through()
    {
        const string Password = "p@ss:/?#[]&=% \\\\ \u00e9\u2713";
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here));
        redis.Server.Command("ACL", "SETUSER", "wr:iter", "reset", "on", $">{Password.Replace("\\\\", "\\", StringComparison.Ordinal)}", "~*", "+@all");
        await SucceedsAsync(redis, $"{Trust(_authority.Pem)},'username':'wr:iter','password':'{Password}'");
        await RefusesAsync(redis.Port, $"{Trust(_authority.Pem)},'username':'wr:iter','password':'x'", "does not take this user and password");
    }

    [Fact]
    public async Task Blocks_larger_than_any_buffer_arrive_whole_and_in_order()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here));
        var rows = Enumerable.Range(0, 400).Select(i => new object?[] { $"k{i % 4}", new string((char)('a' + (i % 26)), 20_000) + i });
        var summary = await _job.RunAsync(At(redis.Port, Trust(_authority.Pem) + ",'writeMode':{'type':'list'}"), "k,v", rows);
        Assert.Null(summary.Error);
        for (var key = 0; key < 4; key++)
        {
            var elements = ((object?[])redis.Server.Command("LRANGE", $"k{key}", "0", "-1")!).Cast<string>();
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (i * 4) + key).Select(i => new string((char)('a' + (i % 26)), 20_000) + i), elements);
        }
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_made_anew_and_nothing_is_lost()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here));
        await using var proxy = new TcpProxy(redis.Port) { CutAfterReplyBytes = [5000, 600, 5000] };
        var summary = await _job.RunAsync(At(proxy.Port, Trust(_authority.Pem)), "k,v", Rows(200_000));
        Assert.Null(summary.Error);
        Assert.Equal(200_000, summary.RowsWritten);
        Assert.True(proxy.Accepted > 3);
        Assert.Equal(200_000L, redis.Server.Command("DBSIZE"));
    }

    [Fact]
    public async Task Lists_are_exact_also_over_encrypted_connections_that_are_cut()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here));
        await using var proxy = new TcpProxy(redis.Port) { CutAfterReplyBytes = [4000, 6000, 5000, 700, 9000] };
        const string Exactly = ",'deliveryGuarantee':'exactly-once','batchSize':500,'writeMode':{'type':'list'}";
        var rows = Enumerable.Range(0, 50_000).Select(i => new object?[] { $"k{i % 10}", $"{i}" });
        var summary = await _job.RunAsync(At(proxy.Port, Trust(_authority.Pem) + Exactly), "k,v", rows);
        Assert.Null(summary.Error);
        Assert.Equal(50_000, summary.RowsWritten);
        Assert.True(proxy.Accepted > 3);
        for (var key = 0; key < 10; key++)
        {
            Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"{key + (10 * i)}"), ((object?[])redis.Server.Command("LRANGE", $"k{key}", "0", "-1")!).Cast<string>());
        }

        var again = await _job.RunAsync(At(redis.Port, Trust(_authority.Pem) + Exactly), "k,v", rows);
        Assert.Equal((JobStatus.Succeeded, 0L), (again.Status, again.RowsWritten));
    }

    [Fact]
    public async Task A_server_that_hangs_is_waited_for_also_where_it_is_the_handshake_that_gets_no_answer()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(s_here));
        Task? waking = null;
        IEnumerable<object?[]> rows = Enumerable.Range(0, 20_000).Select(i =>
        {
            if (i == 10_000)
            {
                Task.Run(redis.Server.PauseAsync).GetAwaiter().GetResult();
                waking = Task.Run(async () =>
                {
                    await Task.Delay(3000);
                    await redis.Server.ContinueAsync();
                });
            }

            return new object?[] { $"k{i}", $"{i}" };
        });
        var summary = await _job.RunAsync(At(redis.Port, Trust(_authority.Pem) + ",'timeout':60000", seconds: 1), "k,v", rows);
        await waking!;
        Assert.Null(summary.Error);
        Assert.Equal(20_000, summary.RowsWritten);
        Assert.Equal(20_000L, redis.Server.Command("DBSIZE"));
    }

    [Fact]
    public async Task A_server_that_comes_back_with_a_bad_certificate_ends_the_job_at_once()
    {
        var (good, bad) = (_authority.Issue(s_here), _authority.Issue(s_here, to: -30));
        await using var redis = await TlsRedis.StartAsync(good);
        IEnumerable<object?[]> rows = Enumerable.Range(0, 20_000).Select(i =>
        {
            if (i == 10_000)
            {
                redis.Server.Command("CONFIG", "SET", "tls-cert-file", bad, "tls-key-file", bad);
                redis.Server.Command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            }

            return new object?[] { $"k{i}", $"{i}" };
        });
        var summary = await _job.RunAsync(At(redis.Port, Trust(_authority.Pem) + ",'timeout':600000"), "k,v", rows);
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains("has expired on", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_announced_by_its_address_may_have_the_name_of_the_seed()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(["redis.example"]));
        var tls = new TlsOptions { Trusted = [_authority.Certificate] };
        Task<RedisConnection> ConnectAsync(string host, string? seed) => RedisConnection.ConnectAsync(
            new RedisOptions { Host = host, Port = redis.Port, ConnectTimeout = TimeSpan.FromSeconds(20), SocketTimeout = TimeSpan.FromSeconds(20), Security = tls with { SeedHost = seed } },
            TimeProvider.System, TestContext.Current.CancellationToken);

        await using (var connection = await ConnectAsync("127.0.0.1", "redis.example"))
        {
            Assert.Equal("PONG", await connection.CallAsync(default, "PING"));
        }

        // A name is verified as it stands, and an address of the seed says nothing about others.
        Assert.Equal(TlsProblem.OtherHost, (await Assert.ThrowsAsync<RedisSecurityException>(() => ConnectAsync("localhost", "redis.example"))).Problem);
        var other = await Assert.ThrowsAsync<RedisSecurityException>(() => ConnectAsync("127.0.0.1", "elsewhere.example"));
        Assert.Contains("not for 127.0.0.1 or elsewhere.example", other.Message, StringComparison.Ordinal);
    }
}
