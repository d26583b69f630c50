namespace Sluice.ServerTests.Servers;

public sealed class FixtureTests
{
    [Fact]
    public async Task A_redis_server_starts_answers_and_comes_back_on_the_same_port()
    {
        await using var redis = await RedisServer.StartNewAsync();
        Assert.Equal("OK", redis.Command("SET", "k", "v"));
        Assert.Equal("v", redis.Command("GET", "k"));
        Assert.Equal([0x76], Assert.IsType<byte[]>(redis.CommandBytes("GET"u8.ToArray(), "k"u8.ToArray())));
        Assert.Equal(2L, redis.Command("RPUSH", "l", "a", "b"));
        Assert.Equal(["a", "b"], (object?[])redis.Command("LRANGE", "l", "0", "-1")!);
        Assert.Throws<RedisReplyException>(() => redis.Command("INCR", "l"));

        await redis.RestartAsync();
        Assert.Null(redis.Command("GET", "k"));
    }

    [Fact]
    public async Task A_mariadb_server_starts_and_answers_also_with_tls()
    {
        await using var plain = await MariaDbServer.StartNewAsync();
        Assert.Equal("7\n", await plain.QueryAsync("SELECT 3 + 4"));

        await using var tls = await TlsMariaDbServer.StartNewAsync();
        Assert.Equal("YES\n", await tls.QueryAsync("SELECT @@have_ssl"));
    }

    [Fact]
    public void A_missing_program_names_the_package_to_install()
    {
        var e = Assert.Throws<InvalidOperationException>(() => ServerProcess.Find("no-such-program", "some-package"));
        Assert.Contains("some-package", e.Message, StringComparison.Ordinal);
    }
}
