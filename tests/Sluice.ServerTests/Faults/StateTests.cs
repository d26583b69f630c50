using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Faults;

/// <summary>Every class of errors that pass (S-24), for every user of a server, on a server that is really in that state.</summary>
public abstract class StateTests(User user)
{
    private const int Rows = 5000;

    public static TheoryData<string> States => [.. PassingState.Names];

    [Theory]
    [MemberData(nameof(States))]
    public async Task What_passes_is_waited_for_and_what_stays_ends_the_job_with_the_servers_words(string name)
    {
        await using var state = await PassingState.StartAsync(name);
        await using var proxy = new TcpProxy(state.Redis.Port);
        using var moves = new Moves(user, Rows);
        moves.Prepare(state.Redis.Command);
        var isPassing = user != User.Lookups || !PassingState.OnlyForWriters.Contains(name);
        var happened = false;
        Task? lifting = null;
        proxy.When(moves.Middle, async () =>
        {
            happened = true;
            lifting = isPassing ? LiftAsync(state, proxy.AnsweredAsync(state.Answer)) : Task.CompletedTask;
            await state.ImposeAsync();
        });
        var ended = await moves.RunAsync(proxy.Port, patience: true, "socket.timeout=20s");
        Assert.True(happened);
        await lifting!;
        moves.AssertDone(ended, state.Redis.Command);
        Assert.Equal(isPassing, ended.Retries > 0);
        if (isPassing)
        {
            await AssertFromTheStartAsync(state, moves, proxy);
        }
    }

    /// <summary>The state is there from the start. While it stays a job fails; another one waits until it has passed. A dimension table
    /// waits for half a minute at its start, so there it comes a little later.</summary>
    private async Task AssertFromTheStartAsync(PassingState state, Moves moves, TcpProxy proxy)
    {
        state.Redis.Command("FLUSHALL");
        moves.Prepare(state.Redis.Command);
        if (user == User.Lookups)
        {
            proxy.When(moves.Middle, state.ImposeAsync);
        }
        else
        {
            await state.ImposeAsync();
        }

        var failed = await moves.RunAsync(proxy.Port, patience: false);
        Assert.True(failed.Code == 1, failed.ToString());
        Assert.Contains($"127.0.0.1:{proxy.Port}", failed.Error, StringComparison.Ordinal);
        Assert.Contains(state.Answer[1..], failed.Error, StringComparison.Ordinal);
        Assert.Equal(0, failed.Written);
        Assert.True(user >= User.StringTable || failed.Balances, failed.ToString());

        var lifting = LiftAsync(state, proxy.AnsweredAsync(state.Answer));
        var ended = await moves.RunAsync(proxy.Port, patience: true, "socket.timeout=20s");
        await lifting;
        moves.AssertDone(ended, state.Redis.Command);
    }

    private static async Task LiftAsync(PassingState state, Task refused)
    {
        await refused;
        await state.LiftAsync();
    }
}

public sealed class ListStateTests() : StateTests(User.Lists);

public sealed class ListOnceStateTests() : StateTests(User.ListsOnce);

public sealed class TableStateTests() : StateTests(User.StringTable);

public sealed class TableOnceStateTests() : StateTests(User.ListTableOnce);

public sealed class LookupStateTests() : StateTests(User.Lookups);
