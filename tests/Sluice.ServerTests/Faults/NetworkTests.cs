using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Faults;

/// <summary>Networks that cut, swallow, delay and deliver late, at random places, for every user of a server: nothing is lost, nothing is
/// twice but what is said, and the books balance (S-9, S-24, S-27).</summary>
public abstract class NetworkTests(User user)
{
    private const int Rows = 10_000;

    /// <summary>How many connections of a run are spoiled; the last one lives.</summary>
    private const int Faults = 4;

    [Theory]
    [InlineData(NetworkFaultKind.Cut)]
    [InlineData(NetworkFaultKind.Silence)]
    [InlineData(NetworkFaultKind.ServerGone)]
    [InlineData(NetworkFaultKind.ClientGone)]
    [InlineData(NetworkFaultKind.Late)]
    public async Task Connections_that_are_spoiled_one_after_the_other_leave_every_row_where_it_belongs(NetworkFaultKind kind)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"{user}, {kind}: seed {seed}");
        await RunAsync(kind, seed);
    }

    [Fact]
    public async Task A_slow_network_that_tears_everything_apart_is_no_fault()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port) { PieceBytes = 1021, Pause = TimeSpan.FromMilliseconds(1), RequestPause = TimeSpan.FromMilliseconds(1) };
        using var moves = new Moves(user, Rows);
        moves.Prepare(redis);
        var ended = await moves.RunAsync(proxy.Port, patience: true, "socket.timeout=20s");
        moves.AssertDone(ended, redis);
        Assert.Equal((0, 0), (ended.Retries, ended.Repeated));
    }

    private async Task RunAsync(NetworkFaultKind kind, int seed)
    {
        var random = new Random(seed);
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port) { Faults = [.. Enumerable.Range(0, Faults).Select(i => NewFault(kind, random, i))] };
        using var moves = new Moves(user, Rows);
        moves.Prepare(redis);
        var ended = await moves.RunAsync(proxy.Port, patience: true, "socket.timeout=300ms");
        await proxy.DeliverAsync();
        await EndOfLateAsync(redis);
        try
        {
            Assert.True(proxy.Spoiled > 0);
            moves.AssertDone(ended, redis);
            Assert.True(ended.Retries > 0);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
        }
    }

    /// <summary>The first connection is spoiled in the midst of rows, later ones anywhere, and also in their first exchange.</summary>
    private NetworkFault NewFault(NetworkFaultKind kind, Random random, int number)
    {
        var ofRequests = kind == NetworkFaultKind.Late || random.Next(2) == 0;
        var most = ofRequests ? (user == User.Lookups ? 4_000 : 100_000) : ReplyBytes;
        return new NetworkFault(kind, ofRequests, number == 0 ? random.Next(most / 10, most) : random.Next(most));
    }

    /// <summary>Replies to all rows of a run are at least so long.</summary>
    private int ReplyBytes => user switch
    {
        User.Strings or User.StringTable => 1_100,
        User.Lookups => 6_000,
        _ => 3_000,
    };

    /// <summary>Until the server has read what came late.</summary>
    private static async Task EndOfLateAsync(RedisServer redis)
    {
        for (var i = 0; i < 20; i++)
        {
            redis.Command("PING");
            await Task.Delay(1);
        }
    }
}

public sealed class StringNetworkTests() : NetworkTests(User.Strings);

public sealed class ListNetworkTests() : NetworkTests(User.Lists);

public sealed class ListOnceNetworkTests() : NetworkTests(User.ListsOnce);

public sealed class StringTableNetworkTests() : NetworkTests(User.StringTable);

public sealed class ListTableNetworkTests() : NetworkTests(User.ListTable);

public sealed class ListTableOnceNetworkTests() : NetworkTests(User.ListTableOnce);

public sealed class LookupNetworkTests() : NetworkTests(User.Lookups);
