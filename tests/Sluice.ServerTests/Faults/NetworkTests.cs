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
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port) { Faults = [.. Enumerable.Range(0, Faults).Select(i => NewFault(kind, random, i))] };
        using var moves = new Moves(user, Rows);
        moves.Prepare(redis.Command);
        var ended = await moves.RunAsync(proxy.Port, patience: true, "socket.timeout=300ms");
        await proxy.DeliverAsync();
        await EndOfLateAsync(redis);
        Assert.True(proxy.Spoiled > 0);
        moves.AssertDone(ended, redis.Command);
        Assert.True(ended.Retries > 0);
    }

    [Fact]
    public async Task A_slow_network_that_tears_everything_apart_is_no_fault()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port) { PieceBytes = 1021, Pause = TimeSpan.FromMilliseconds(1), RequestPause = TimeSpan.FromMilliseconds(1) };
        using var moves = new Moves(user, Rows);
        moves.Prepare(redis.Command);
        var ended = await moves.RunAsync(proxy.Port, patience: true, "socket.timeout=20s");
        moves.AssertDone(ended, redis.Command);
        Assert.Equal((0, 0), (ended.Retries, ended.Repeated));
    }

    /// <summary>The first connection that has rows to carry is spoiled among them, later ones anywhere, and also in their first exchange.
    /// A dimension table's first connection may carry none.</summary>
    private NetworkFault NewFault(NetworkFaultKind kind, Random random, int number)
    {
        var isAmongRows = number < (user == User.Lookups ? 2 : 1);
        var ofRequests = kind == NetworkFaultKind.Late || isAmongRows || random.Next(2) == 0;
        var most = ofRequests ? RequestBytes : ReplyBytes;
        return new NetworkFault(kind, ofRequests, random.Next(isAmongRows ? most / 10 : 0, most));
    }

    /// <summary>The requests for all rows of a run are longer.</summary>
    private int RequestBytes => user == User.Lookups ? 40_000 : 60_000;

    /// <summary>About as long as the replies to all rows of a run.</summary>
    private int ReplyBytes => user switch
    {
        User.Strings or User.StringTable => 1_200,
        User.Lookups => 40_000,
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
