using System.Globalization;
using System.Text;
using Sluice.Engine.Execution;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisSecurity;

/// <summary>Exactly-once where a replica takes the master's place (S-27c, S-35).</summary>
public sealed class SentinelUnitTests : IDisposable
{
    private const int Count = 400;

    private readonly WriterJob _job = new();

    public void Dispose() => _job.Dispose();

    private static string Writer(SentinelGroup group) =>
        $"'hostAndPorts':'{group.HostAndPorts}','sentinel.master':'{SentinelGroup.Name}','keyIndexes':0,'timeout':60000,"
        + "'batchSize':10,'deliveryGuarantee':'exactly-once','writeMode':{'type':'list'}";

    /// <summary>Rows of one list. Before those of some numbers something happens.</summary>
    private static IEnumerable<object?[]> Rows(params (int At, Func<Task> Happens)[] events)
    {
        for (var i = 0; i < Count; i++)
        {
            foreach (var (_, happens) in events.Where(e => e.At == i))
            {
                Task.Run(happens).GetAwaiter().GetResult();
            }

            yield return ["k", i.ToString(CultureInfo.InvariantCulture)];
        }
    }

    private static IEnumerable<string> Numbers(int count = Count) => Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture));

    private static string[] List(RedisServer redis) => [.. ((object?[])redis.Command("LRANGE", "k", "0", "-1")!).Cast<string>()];

    /// <summary>Who is the master after the change, and not who told it (S-24).</summary>
    private static string Named(SentinelGroup group) => $"redis 127.0.0.1:{group.Replica.Port}";

    private static async Task PromoteAsync(SentinelGroup group)
    {
        // Said by hand, so that the test decides what the new master has.
        await group.Master.KillAsync();
        group.Ask(0, "SENTINEL", "REMOVE", SentinelGroup.Name);
        group.Ask(0, "SENTINEL", "MONITOR", SentinelGroup.Name, "127.0.0.1", $"{group.Replica.Port}", "1");
    }

    [Fact]
    public async Task A_list_goes_on_exactly_at_a_replica_that_has_everything()
    {
        await using var group = await SentinelGroup.StartAsync();
        await group.KnowsReplicaAsync();
        var summary = await _job.RunAsync(Writer(group), "k,v", Rows((200, async () =>
        {
            await RedisCluster.UntilAsync(() => Equals(group.Master.Command("LLEN", "k"), 200L));
            group.AwaitReplication();
            await group.Master.KillAsync();
        }
        )));
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, (long)Count, 0L), (summary.Status, summary.RowsWritten, summary.RowsUnknown));
        Assert.True(summary.Metrics["reconnects"] >= 1);
        Assert.Equal(Numbers(), List(group.Replica));
    }

    [Fact]
    public async Task What_a_replica_never_got_is_said_to_be_lost_and_the_next_start_adds_it()
    {
        await using var group = await SentinelGroup.StartAsync();
        var summary = await _job.RunAsync(Writer(group), "k,v", Rows(
            (100, async () =>
            {
                await RedisCluster.UntilAsync(() => Equals(group.Master.Command("LLEN", "k"), 100L));
                group.AwaitReplication();
                group.Replica.Command("REPLICAOF", "NO", "ONE");
            }
        ),
            (300, () => PromoteAsync(group))));
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains("the server has lost writes that it had acknowledged: 'sluice:position:job:rows 0' is at 100, and was at ", summary.Error, StringComparison.Ordinal);
        Assert.Contains("start the job again, which continues exactly where the server's data ends", summary.Error, StringComparison.Ordinal);
        Assert.StartsWith($"{Named(group)}: ", summary.Error, StringComparison.Ordinal);
        Assert.Equal(Numbers(100), List(group.Replica));

        var again = await _job.RunAsync(Writer(group), "k,v", Rows());
        Assert.Null(again.Error);
        Assert.Equal((JobStatus.Succeeded, Count - 100L), (again.Status, again.RowsWritten));
        Assert.Equal(Numbers(), List(group.Replica));
    }

    [Fact]
    public async Task A_list_goes_on_exactly_where_the_master_turns_read_only_and_lives_on()
    {
        await using var group = await SentinelGroup.StartAsync();
        await group.KnowsReplicaAsync();
        var summary = await _job.RunAsync(Writer(group), "k,v", Rows((200, async () =>
        {
            await RedisCluster.UntilAsync(() => Equals(group.Master.Command("LLEN", "k"), 200L));
            group.AwaitReplication();
            group.Replica.Command("REPLICAOF", "NO", "ONE");
            group.Master.Command("REPLICAOF", "127.0.0.1", $"{group.Replica.Port}");
            group.Ask(0, "SENTINEL", "REMOVE", SentinelGroup.Name);
            group.Ask(0, "SENTINEL", "MONITOR", SentinelGroup.Name, "127.0.0.1", $"{group.Replica.Port}", "1");
        }
        )));
        Assert.True(summary.Error is null, summary.Error);
        Assert.Equal((JobStatus.Succeeded, (long)Count, 0L), (summary.Status, summary.RowsWritten, summary.RowsUnknown));
        Assert.True(summary.Retries > 0);
        Assert.Equal(Numbers(), List(group.Replica));
    }

    [Fact]
    public async Task A_list_waits_at_the_start_for_a_master_that_is_still_to_be_chosen()
    {
        await using var group = await SentinelGroup.StartAsync();
        await group.KnowsReplicaAsync();
        await _job.RunAsync(Writer(group), "k,v", Rows().Take(100).Append(["k"]));
        Assert.Equal(Numbers(100), List(group.Master));
        group.AwaitReplication();
        await group.Master.KillAsync();
        var summary = await _job.RunAsync(Writer(group), "k,v", Rows());
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, Count - 100L), (summary.Status, summary.RowsWritten));
        Assert.Equal(Numbers(), List(group.Replica));
    }

    [Fact]
    public async Task A_list_goes_on_exactly_where_the_master_before_takes_writes_for_ever()
    {
        await using var group = await SentinelGroup.StartAsync();
        var summary = await _job.RunAsync(Writer(group), "k,v", Rows((200, async () =>
        {
            await RedisCluster.UntilAsync(() => Equals(group.Master.Command("LLEN", "k"), 200L));
            group.AwaitReplication();
            await group.SwitchAndAwaitLeavingAsync();
        }
        )));
        Assert.True(summary.Error is null, summary.Error);
        Assert.Equal((JobStatus.Succeeded, (long)Count, 0L), (summary.Status, summary.RowsWritten, summary.RowsUnknown));
        Assert.Equal(Numbers(), List(group.Replica));
        Assert.Equal(Numbers(200), List(group.Master));
        Assert.Contains("finished", Record(group.Replica));
        Assert.DoesNotContain("finished", Record(group.Master));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(0)]
    public async Task A_job_that_ends_while_the_next_master_lacks_rows_says_so_and_the_next_start_adds_them(int replicated)
    {
        await using var group = await SentinelGroup.StartAsync();
        Action detach = () => group.Replica.Command("REPLICAOF", "NO", "ONE");
        if (replicated == 0)
        {
            detach();
        }

        var summary = await _job.RunAsync(Writer(group), "k,v", Rows((replicated, async () =>
        {
            await RedisCluster.UntilAsync(() => Equals(group.Master.Command("LLEN", "k"), (long)replicated));
            if (replicated > 0)
            {
                group.AwaitReplication();
                detach();
            }
        }
        )).Concat(AtEnd(group)));
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.StartsWith($"{Named(group)}: the server has lost writes that it had acknowledged: 'sluice:position:job:rows 0' is {(replicated == 0 ? "gone" : "at 300")}, and was at ", summary.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("finished", Record(group.Master));
        Assert.Equal(Numbers(replicated), List(group.Replica));

        var again = await _job.RunAsync(Writer(group), "k,v", Rows());
        Assert.True(again.Error is null, again.Error);
        Assert.Equal((JobStatus.Succeeded, (long)Count - replicated), (again.Status, again.RowsWritten));
        Assert.Equal(Numbers(), List(group.Replica));
    }

    [Fact]
    public async Task A_job_that_ends_while_the_next_master_has_all_rows_succeeds_there()
    {
        await using var group = await SentinelGroup.StartAsync();
        var summary = await _job.RunAsync(Writer(group), "k,v", Rows().Concat(AtEnd(group, group.AwaitReplication)));
        Assert.True(summary.Error is null, summary.Error);
        Assert.Equal((JobStatus.Succeeded, (long)Count), (summary.Status, summary.RowsWritten));
        Assert.Equal(Numbers(), List(group.Replica));
        Assert.Contains("finished", Record(group.Replica));
        Assert.DoesNotContain("finished", Record(group.Master));
    }

    [Fact]
    public async Task A_failover_that_is_asked_for_loses_no_row_that_another_start_would_not_add()
    {
        await using var group = await SentinelGroup.StartAsync();
        await group.KnowsReplicaAsync();
        var summary = await _job.RunAsync(Writer(group), "k,v", Slowly(Rows(
            (100, () => RedisCluster.UntilAsync(() => HasBegun(group))),
            (350, () => RedisCluster.UntilAsync(() => NamedPort(group) == $"{group.Replica.Port}")))));
        if (summary.Status != JobStatus.Succeeded)
        {
            Assert.Contains("the server has lost writes that it had acknowledged", summary.Error, StringComparison.Ordinal);
            summary = await _job.RunAsync(Writer(group), "k,v", Rows());
        }

        Assert.True(summary.Error is null, summary.Error);
        Assert.Equal(JobStatus.Succeeded, summary.Status);
        Assert.Equal(Numbers(), List(group.Replica));
    }

    /// <summary>A sentinel refuses as long as it finds no replica good enough.</summary>
    private static bool HasBegun(SentinelGroup group)
    {
        try
        {
            group.Ask(0, "SENTINEL", "FAILOVER", SentinelGroup.Name);
            return true;
        }
        catch (RedisReplyException)
        {
            return false;
        }
    }

    private static string NamedPort(SentinelGroup group) =>
        Encoding.UTF8.GetString((byte[])((object?[])group.Ask(0, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", SentinelGroup.Name)!)[1]!);

    private static IEnumerable<object?[]> Slowly(IEnumerable<object?[]> rows)
    {
        foreach (var row in rows)
        {
            Thread.Sleep(5);
            yield return row;
        }
    }

    /// <summary>No rows; the master is switched when all before are written, and the old one is left as it is.</summary>
    private static IEnumerable<object?[]> AtEnd(SentinelGroup group, Action? before = null)
    {
        RedisCluster.UntilAsync(() => Equals(group.Master.Command("LLEN", "k"), (long)Count)).GetAwaiter().GetResult();
        before?.Invoke();
        group.SwitchAndLeaveTheOldMasterUp();
        yield break;
    }

    private static IEnumerable<string> Record(RedisServer redis) => ((object?[])redis.Command("HKEYS", "sluice:job:job")!).Cast<string>();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sink_table_goes_on_exactly_or_says_what_is_lost(bool isReplicated)
    {
        await using var group = await SentinelGroup.StartAsync();
        var folder = ServerProcess.NewSharedFolder("sentinel-table");
        await File.WriteAllTextAsync(Path.Combine(folder, "job.sql"), $"""
            SET 'pipeline.name' = 'numbers'; SET 'parallelism.default' = '1';
            CREATE TABLE n (v INT) WITH ('connector' = 'datagen', 'rows-per-second' = '400', 'fields.v.kind' = 'sequence', 'fields.v.start' = '0', 'fields.v.end' = '1999');
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'LIST', 'hostAndPorts' = '{group.HostAndPorts}',
              'sentinel.master' = '{SentinelGroup.Name}', 'sink.delivery-guarantee' = 'exactly-once', 'sink.buffer-flush.interval' = '50ms', 'sink.retry-timeout' = '60s');
            INSERT INTO r SELECT 'k', CAST(v AS STRING) FROM n;
            """, TestContext.Current.CancellationToken);
        using var process = SluiceProcess.Start(folder, "sql", "job.sql", "--json");
        await LengthAsync(group.Master, 200);
        if (!isReplicated)
        {
            group.Replica.Command("REPLICAOF", "NO", "ONE");
            await LengthAsync(group.Master, (long)group.Replica.Command("LLEN", "k")! + 100);
        }
        else
        {
            // The job stands still, so that what was acknowledged can all be replicated.
            await process.SignalAsync("STOP");
            group.AwaitReplication();
            group.Replica.Command("REPLICAOF", "NO", "ONE");
        }

        var kept = (long)group.Replica.Command("LLEN", "k")!;
        await PromoteAsync(group);
        await process.SignalAsync("CONT");
        var run = await process.EndAsync();
        if (!isReplicated)
        {
            Assert.True(run.ExitCode == 1, run.ToString());
            Assert.Contains($"{Named(group)}: the server has lost writes that it had acknowledged", run.Error, StringComparison.Ordinal);
            Assert.Equal(Numbers((int)kept).Reverse(), List(group.Replica));
            run = await SluiceProcess.RunAsync(folder, "sql", "job.sql", "--json");
        }

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(Numbers(2000).Reverse(), List(group.Replica));
    }

    private static Task LengthAsync(RedisServer redis, long length) => RedisCluster.UntilAsync(() => (long)redis.Command("LLEN", "k")! >= length);
}
