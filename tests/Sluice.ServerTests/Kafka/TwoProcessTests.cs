using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Kafka;

/// <summary>The program as users have it, twice.</summary>
public sealed class TwoProcessTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    [Fact]
    public async Task Two_processes_share_the_partitions_and_stop_without_loss_and_tell_of_duplicates()
    {
        const int Partitions = 4;
        const int PerRound = 10;
        await broker.CreateAsync("shared", Partitions);
        var folder = ServerProcess.NewSharedFolder("kafka");
        await File.WriteAllTextAsync(Path.Combine(folder, "job.sql"), $"""
            CREATE TABLE t (v STRING) WITH ('connector' = 'kafka', 'topic' = 'shared', 'properties.bootstrap.servers' = '{broker.Address}',
              'properties.group.id' = 'two', 'properties.auto.offset.reset' = 'earliest', 'properties.session.timeout.ms' = '6000',
              'properties.heartbeat.interval.ms' = '500', 'format' = 'raw');
            CREATE TABLE p (v STRING) WITH ('connector' = 'print');
            INSERT INTO p SELECT * FROM t;
            """, TestContext.Current.CancellationToken);

        using var first = SluiceProcess.Start(folder, "sql", "job.sql");
        var rounds = 0;
        await ProduceForAsync(TimeSpan.FromSeconds(6));
        using var second = SluiceProcess.Start(folder, "sql", "job.sql");
        await ProduceForAsync(TimeSpan.FromSeconds(20));
        await first.SignalAsync("TERM");
        var left = await first.EndAsync();
        await ProduceForAsync(TimeSpan.FromSeconds(12));
        await second.SignalAsync("TERM");
        var right = await second.EndAsync();

        Assert.True(left.ExitCode == 143, left.ToString());
        Assert.True(right.ExitCode == 143, right.ToString());
        string[] rows = [.. RowsOf(left), .. RowsOf(right)];
        Assert.NotEmpty(RowsOf(left));
        Assert.NotEmpty(RowsOf(right));
        Assert.True(rows.Length == rows.Distinct().Count() || (left.Error + right.Error).Contains("could not be committed", StringComparison.Ordinal),
            $"{rows.Length - rows.Distinct().Count()} rows twice, and nobody was told");
        var expected = Enumerable.Range(0, Partitions).SelectMany(p => Enumerable.Range(0, rounds * PerRound).Select(i => $"+I[p{p}-{i}]"));
        Assert.Empty(expected.Except(rows));

        async Task ProduceForAsync(TimeSpan time)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            do
            {
                for (var p = 0; p < Partitions; p++)
                {
                    await broker.ProduceAsync("shared", p, KafkaBroker.Numbered($"p{p}-", PerRound, rounds * PerRound));
                }

                rounds++;
                await Task.Delay(1000, TestContext.Current.CancellationToken);
            }
            while (clock.Elapsed < time);
        }
    }

    [Fact]
    public async Task A_process_that_is_ended_before_the_group_has_given_it_anything_ends_as_it_is_told()
    {
        const int SyncGroup = 14;
        const int RebalanceInProgress = 27;
        await using var busy = await KafkaBroker.StartNewAsync();
        await busy.CreateAsync("busy");
        await busy.FailAsync(SyncGroup, [.. Enumerable.Repeat(RebalanceInProgress, 200)]);
        var folder = ServerProcess.NewSharedFolder("kafka");
        await File.WriteAllTextAsync(Path.Combine(folder, "job.sql"), $"""
            CREATE TABLE t (v STRING) WITH ('connector' = 'kafka', 'topic' = 'busy', 'properties.bootstrap.servers' = '{busy.Address}',
              'properties.group.id' = 'busy', 'properties.auto.offset.reset' = 'earliest', 'format' = 'raw');
            CREATE TABLE p (v STRING) WITH ('connector' = 'print');
            INSERT INTO p SELECT * FROM t;
            """, TestContext.Current.CancellationToken);
        using var process = SluiceProcess.Start(folder, "sql", "job.sql");
        await Task.Delay(4000, TestContext.Current.CancellationToken);
        await process.SignalAsync("TERM");
        var ended = await process.EndAsync();
        Assert.True(ended.ExitCode == 143, ended.ToString());
    }

    private static string[] RowsOf(SluiceProcess.Ended ended) => [.. ended.Out.Split('\n').Where(l => l.StartsWith("+I[", StringComparison.Ordinal))];
}
