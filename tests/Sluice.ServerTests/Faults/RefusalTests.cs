using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Faults;

/// <summary>Every class of errors that do not pass and end a job (S-24), for every user of a server: at its start, and in its midst.
/// Patience is long: who waits for what cannot pass says so in the message.</summary>
public abstract class RefusalTests(User user)
{
    private const int Rows = 5000;

    /// <summary>Each user needs one of them.</summary>
    private static readonly string[] s_needed = ["SET", "MSET", "RPUSH", "LPUSH", "GET", "MGET"];

    [Theory]
    [InlineData("NOAUTH", "give 'password'")]
    [InlineData("WRONGPASS", "does not take this user and password")]
    [InlineData("NOPERM", "this user may not do what the job needs")]
    [InlineData("ERR unknown command", "the server lacks a command")]
    public async Task What_a_server_refuses_from_the_start_is_refused_by_the_job_in_its_words(string error, string advice)
    {
        await using var redis = error switch
        {
            "NOAUTH" or "WRONGPASS" => await RedisServer.StartNewAsync("--requirepass", "right"),
            "NOPERM" => await RedisServer.StartNewAsync(),
            _ => await RedisServer.StartNewAsync([.. s_needed.SelectMany(c => (string[])["--rename-command", c, ""])]),
        };
        if (error == "NOPERM")
        {
            redis.Command("ACL", "SETUSER", "u", "on", ">right", "~other:*", "+@all");
        }

        using var moves = new Moves(user, Rows);
        string[] login = error switch
        {
            "WRONGPASS" => ["password=wr0ng"],
            "NOPERM" => ["username=u", "password=right"],
            _ => [],
        };
        var ended = await moves.RunAsync(redis.Port, patience: true, login);
        AssertRefused(ended, redis.Port, error, advice);
        Assert.Equal((2, 0L), (ended.Code, ended.Written));
        Assert.DoesNotContain("wr0ng", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NOAUTH", "give 'password'")]
    [InlineData("WRONGPASS", "does not take this user and password")]
    [InlineData("NOPERM", "this user may not do what the job needs")]
    public async Task What_a_server_refuses_from_some_moment_on_ends_the_job_at_once(string error, string advice)
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("ACL", "SETUSER", "u", "on", ">right", "~*", "+@all");
        await using var proxy = new TcpProxy(redis.Port);
        using var moves = new Moves(user, Rows);
        moves.Prepare(redis.Command);
        using var admin = redis.Connect();
        proxy.When(moves.Middle, () =>
        {
            // Who is logged in stays so; the job has to come again.
            string[][] commands = error switch
            {
                "NOAUTH" => [["CONFIG", "SET", "requirepass", "changed"], ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]],
                "WRONGPASS" => [["ACL", "SETUSER", "u", "resetpass", ">changed"], ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]],
                _ => [["ACL", "SETUSER", "u", "resetkeys", "~other:*"]],
            };
            foreach (var command in commands)
            {
                admin.Command([.. command.Select(System.Text.Encoding.UTF8.GetBytes)]);
            }

            return Task.CompletedTask;
        });
        var ended = await moves.RunAsync(proxy.Port, patience: true, error == "NOAUTH" ? [] : ["username=u", "password=right"]);
        AssertRefused(ended, proxy.Port, error, advice);
        Assert.Equal(ended.Written == 0 ? 2 : 1, ended.Code);
    }

    [Fact]
    public async Task A_server_without_HELLO_is_spoken_to_in_the_old_protocol()
    {
        await using var redis = await RedisServer.StartNewAsync("--rename-command", "HELLO", "");
        using var moves = new Moves(user, Rows);
        moves.Prepare(redis.Command);
        moves.AssertDone(await moves.RunAsync(redis.Port, patience: true), redis.Command);
        Assert.Contains("errorstat_ERR", (string)redis.Command("INFO", "errorstats")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_of_a_cluster_and_a_sentinel_are_no_single_servers()
    {
        using var moves = new Moves(user, Rows);
        await using var node = await RedisServer.StartNewAsync("--cluster-enabled", "yes");
        var ended = await moves.RunAsync(node.Port, patience: true);
        AssertRefused(ended, node.Port, "node of a Redis Cluster", "'redisMode'", "'clusterMode'");
        Assert.Equal(2, ended.Code);

        await using var group = await SentinelGroup.StartAsync(sentinels: 1);
        var port = int.Parse(group.HostAndPorts.Split(':')[1]);
        ended = await moves.RunAsync(port, patience: true);
        AssertRefused(ended, port, "'sentinel.master'");
        Assert.Equal(2, ended.Code);
    }

    private void AssertRefused(Outcome ended, int port, params string[] words)
    {
        Assert.All(words.Append($"127.0.0.1:{port}"), w => Assert.Contains(w, ended.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("(timeout)", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("given up", ended.Error, StringComparison.Ordinal);
        Assert.Equal(0, ended.Dirty);
        Assert.True(user >= User.StringTable || ended.Balances, ended.ToString());
    }
}

public sealed class ListRefusalTests() : RefusalTests(User.Lists);

public sealed class ListOnceRefusalTests() : RefusalTests(User.ListsOnce);

public sealed class StringTableRefusalTests() : RefusalTests(User.StringTable);

public sealed class ListTableOnceRefusalTests() : RefusalTests(User.ListTableOnce);

public sealed class LookupRefusalTests() : RefusalTests(User.Lookups);
