using Sluice.Engine.Errors;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Lookups;

/// <summary>Servers that go, come back, or refuse. What passes is an <see cref="EndpointException"/>, after which the same may be asked again (S-31a).</summary>
public sealed class OutageTests(RedisServer redis) : IClassFixture<RedisServer>
{
    private DimensionTable Table(string options = "", int? port = null) =>
        new("k STRING, v STRING", "k", $"'port'='{port ?? redis.Port}'{(options.Length > 0 ? ", " + options : "")}");

    /// <summary>Asks until it is answered; how often it was not.</summary>
    private static async Task<(string[] Rows, int Failures)> FindAtLastAsync(DimensionTable table, params string[] keys)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                return (await table.FindAsync(keys), failures);
            }
            catch (EndpointException e)
            {
                Assert.StartsWith("redis 127.0.0.1:", e.Message, StringComparison.Ordinal);
                Assert.True(failures < 600, e.Message);
                await Task.Delay(50);
            }
        }
    }

    [Fact]
    public async Task A_server_that_is_killed_and_started_again_is_asked_again()
    {
        await using var server = await RedisServer.StartNewAsync();
        server.Command("SET", "k", "before");
        await using var table = Table(port: server.Port);
        Assert.Equal(["before"], await table.FindAsync("k"));
        await server.KillAsync();
        var e = await Assert.ThrowsAsync<EndpointException>(() => table.FindAsync("k"));
        Assert.Equal($"redis 127.0.0.1:{server.Port}", e.Endpoint);
        await server.StartAsync();
        server.Command("SET", "k", "after");
        var (rows, _) = await FindAtLastAsync(table, "k", "x");
        Assert.Equal(["after", "-"], rows);
        Assert.True(table.Books.Reconnects > 0);
    }

    [Fact]
    public async Task Every_row_of_reads_that_are_cut_again_and_again_is_right()
    {
        var keys = Enumerable.Range(0, 300).Select(i => $"cut{i}").ToArray();
        foreach (var key in keys)
        {
            redis.Command("SET", key, "v" + key);
        }

        // The handshake takes about 1,000 bytes, the rows of a read 3,500.
        await using var proxy = new TcpProxy(redis.Port) { CutAfterReplyBytes = [.. Enumerable.Range(0, 40).Select(i => (i * 131L) + 100)] };
        await using var table = Table(port: proxy.Port);
        var failures = 0;
        for (var i = 0; i < 20; i++)
        {
            var read = await FindAtLastAsync(table, keys);
            Assert.Equal(keys.Select(k => "v" + k), read.Rows);
            failures += read.Failures;
        }

        Assert.True(failures >= 10, $"{failures} reads failed");
    }

    [Fact]
    public async Task A_server_that_answers_nothing_is_given_up_after_its_time()
    {
        redis.Command("SET", "silent", "x");
        await using var proxy = new TcpProxy(redis.Port) { OnlyFirst = true };
        await using var table = Table("'socket.timeout'='500ms'", proxy.Port);
        Assert.Equal(["x"], await table.FindAsync("silent"));
        proxy.IsBlackHole = true;
        var e = await Assert.ThrowsAsync<EndpointException>(() => table.FindAsync("silent"));
        Assert.Contains("no reply within 500 ms", e.Message, StringComparison.Ordinal);
        var (rows, _) = await FindAtLastAsync(table, "silent");
        Assert.Equal(["x"], rows);
    }

    [Fact]
    public async Task A_server_that_cannot_serve_for_now_may_be_asked_again()
    {
        await using var server = await RedisServer.StartNewAsync();
        server.Command("SET", "k", "x");
        await using var table = Table(port: server.Port);
        await table.FindAsync("k");
        server.Command("CONFIG", "SET", "replica-serve-stale-data", "no");
        server.Command("REPLICAOF", "127.0.0.1", "1");
        var e = await Assert.ThrowsAsync<EndpointException>(() => table.FindAsync("k"));
        Assert.Contains("MASTERDOWN", e.Message, StringComparison.Ordinal);
        server.Command("REPLICAOF", "NO", "ONE");
        Assert.Equal(["x"], await table.FindAsync("k"));
    }

    [Fact]
    public async Task What_a_user_may_not_read_ends_the_job()
    {
        redis.Command("ACL", "SETUSER", "reader", "reset", "on", ">pw", "~mine:*", "+@all");
        await using var table = Table("'username'='reader', 'password'='pw'");
        await table.PrepareAsync();
        Assert.Equal(["-"], await table.FindAsync("mine:1"));
        var e = await Assert.ThrowsAsync<RefusedException>(() => table.FindAsync("mine:1", "yours:1"));
        Assert.Contains("NOPERM", e.Message, StringComparison.Ordinal);

        await using var wrong = Table("'username'='reader', 'password'='wrong'");
        Assert.Contains("WRONGPASS", (await Assert.ThrowsAsync<RefusedException>(wrong.PrepareAsync)).Message, StringComparison.Ordinal);
        await using var nobody = Table(port: ServerProcess.FreePort());
        await Assert.ThrowsAsync<EndpointException>(nobody.PrepareAsync);
    }

    [Fact]
    public async Task A_read_that_is_stopped_ends_at_once_and_so_does_its_reader()
    {
        await redis.PauseAsync();
        try
        {
            await using var proxyless = Table("'socket.timeout'='60s', 'connect.timeout'='60s'");
            using var stop = new CancellationTokenSource();
            var read = proxyless.FindAsync(DimensionTable.Keys("k"), stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
            await proxyless.CloseAsync();
        }
        finally
        {
            await redis.ContinueAsync();
        }
    }
}
