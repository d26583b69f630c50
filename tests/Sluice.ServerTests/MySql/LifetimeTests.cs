using System.Diagnostics;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.MySql;

/// <summary>What happens to a reader whose server dies, is stuck, or whose rows nobody wants any more.</summary>
public sealed class LifetimeTests(MariaDbServer server) : MySqlTest(server)
{
    private const string Wide = """{"querySql":"SELECT seq, REPEAT('x', 1000) FROM seq_1_to_10000000"}""";

    [Fact]
    public async Task A_server_that_dies_is_named_with_the_rows_read_so_far()
    {
        await using var own = await MariaDbServer.StartNewAsync();
        var source = SourceRun.Create("mysql", $$"""{"host":"{{own.Host}}","port":{{own.Port}},"username":"root","database":"shop","sslMode":"disabled",{{Wide[1..]}}""");
        var e = await ReadUntilBrokenAsync(source, own.KillAsync);
        Assert.Matches($@"^mysql 127\.0\.0\.1:{own.Port}: reading 'shop\.query#1' broke off after [1-9]\d* rows: .*Lost connection.* \(MySQL error 2013\)$", e.Message);
    }

    [Fact]
    public async Task A_killed_connection_is_named_with_the_rows_read_so_far()
    {
        var e = await ReadUntilBrokenAsync(Source("shop", Wide), KillReadersAsync);
        Assert.StartsWith($"mysql 127.0.0.1:{Server.Port}: reading 'shop.query#1' broke off after ", e.Message);
    }

    [Fact]
    public async Task A_query_that_is_killed_before_its_first_row_is_the_operators_matter()
    {
        var source = Source("shop", """{"querySql":"SELECT SLEEP(30)"}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10))));
        var reading = reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        await WaitForQueryAsync("SLEEP");
        await KillReadersAsync();
        var e = await Assert.ThrowsAsync<EndpointException>(() => reading);
        Assert.StartsWith($"mysql 127.0.0.1:{Server.Port}: ", e.Message);
    }

    [Fact]
    public async Task Cancelling_stops_a_query_that_computes_at_the_server_too()
    {
        var source = Source("shop", """{"querySql":"SELECT SLEEP(60)"}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        await using (var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10)))))
        {
            var reading = reader.ReadAsync(stop.Token).AsTask();
            await WaitForQueryAsync("SLEEP");
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        Assert.Equal("0", await CountQueriesAsync("SLEEP"));
    }

    [Fact]
    public async Task A_reader_that_is_left_early_ends_its_query()
    {
        var source = Source("shop", Wide);
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        await using (var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10)))))
        {
            (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Dispose();
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        await using (source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10)))))
        {
            // A reader that was never read from has nothing to end.
        }
    }

    [Fact]
    public async Task A_stuck_server_does_not_hold_a_cancelled_reader()
    {
        await using var own = await MariaDbServer.StartNewAsync();
        var source = SourceRun.Create("mysql", $$"""{"host":"{{own.Host}}","port":{{own.Port}},"username":"root","database":"shop","sslMode":"disabled",{{Wide[1..]}}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var clock = new Stopwatch();
        await using (var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(1000)))))
        {
            (await reader.ReadAsync(stop.Token))!.Dispose();
            await own.PauseAsync();
            var reading = DrainAsync(reader, stop.Token);
            await Task.Delay(500, TestContext.Current.CancellationToken);
            Assert.False(reading.IsCompleted);
            clock.Start();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task A_stuck_server_is_given_up_after_the_socket_timeout()
    {
        await using var own = await MariaDbServer.StartNewAsync();
        var source = SourceRun.Create("mysql", $$"""{"host":"{{own.Host}}","port":{{own.Port}},"username":"root","database":"shop","sslMode":"disabled","socketTimeout":2000,{{Wide[1..]}}""");
        var clock = new Stopwatch();
        var e = await ReadUntilBrokenAsync(source, async () =>
        {
            await own.PauseAsync();
            clock.Start();
        });
        Assert.Contains("broke off after ", e.Message);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1, 10);
    }

    private async Task KillReadersAsync() => await Server.QueryAsync($"KILL USER {MariaDbServer.User}");

    private async Task<string> CountQueriesAsync(string part) =>
        (await Server.QueryAsync($"SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app' AND info LIKE '%{part}%'")).Trim();

    private async Task WaitForQueryAsync(string part)
    {
        while (await CountQueriesAsync(part) == "0")
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Takes one batch, breaks the server, and reads on until the reader says so.</summary>
    private static async Task<EndpointException> ReadUntilBrokenAsync(ISource source, Func<Task> breakServer)
    {
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(1000))));
        (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Dispose();
        await breakServer();
        return await Assert.ThrowsAsync<EndpointException>(() => DrainAsync(reader, TestContext.Current.CancellationToken));
    }

    private static async Task DrainAsync(ISplitReader reader, CancellationToken stop)
    {
        while (await reader.ReadAsync(stop) is { } batch)
        {
            batch.Dispose();
        }
    }
}
