using Sluice.Engine.Execution;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Kafka;

/// <summary>Committed offsets, and groups that share partitions.</summary>
public sealed class GroupTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    private const string Settings = "format=words, properties.auto.offset.reset=earliest, properties.session.timeout.ms=6000, properties.heartbeat.interval.ms=500";

    [Fact]
    public async Task A_stopped_job_continues_where_it_stopped()
    {
        await broker.CreateAsync("restart", 2);
        await broker.ProduceAsync("restart", 0, KafkaBroker.Numbered("a", 50));
        await broker.ProduceAsync("restart", 1, KafkaBroker.Numbered("b", 50));
        using var first = new KafkaTableRun().Start(broker.Address, $"{Settings}, topic=restart, properties.group.id=restart");
        await first.Sink.WaitAsync(100);
        Assert.Equal(JobStatus.Stopped, (await first.StopAsync()).Status);

        await broker.ProduceAsync("restart", 1, KafkaBroker.Numbered("c", 20));
        using var second = new KafkaTableRun().Start(broker.Address, $"{Settings}, topic=restart, properties.group.id=restart");
        await second.Sink.WaitAsync(20);
        await second.StopAsync();

        Assert.Equal(100, first.Sink.Rows.Distinct().Count());
        Assert.Equal(KafkaBroker.Numbered("c", 20), second.Sink.Rows);
    }

    [Fact]
    public async Task What_is_not_confirmed_is_not_committed()
    {
        await broker.CreateAsync("unconfirmed");
        await broker.ProduceAsync("unconfirmed", 0, KafkaBroker.Numbered("a", 10));
        using var first = new KafkaTableRun { Sink = new CollectSink { Confirms = false } }.Start(broker.Address, $"{Settings}, topic=unconfirmed, properties.group.id=unconfirmed");
        await first.Sink.WaitAsync(10);
        await first.StopAsync();

        using var second = new KafkaTableRun().Start(broker.Address, $"{Settings}, topic=unconfirmed, properties.group.id=unconfirmed");
        await second.Sink.WaitAsync(10);
        await second.StopAsync();

        Assert.Equal(KafkaBroker.Numbered("a", 10), second.Sink.Rows);
    }

    [Fact]
    public async Task A_bounded_job_of_a_group_commits_its_end()
    {
        await broker.CreateAsync("bounded-group", 2);
        await broker.ProduceAsync("bounded-group", 0, KafkaBroker.Numbered("a", 10));
        const string Options = $"{Settings}, topic=bounded-group, properties.group.id=bounded, scan.bounded.mode=latest-offset";

        Assert.Equal(10, (await new KafkaTableRun().ReadAsync(broker.Address, Options)).Length);
        Assert.Empty(await new KafkaTableRun().ReadAsync(broker.Address, Options));
        Assert.Equal(10, (await new KafkaTableRun().ReadAsync(broker.Address, $"{Options}, scan.startup.mode=earliest-offset")).Length);
    }

    [Fact]
    public async Task A_bounded_job_can_end_at_the_offsets_of_a_group()
    {
        await broker.CreateAsync("to-group");
        await broker.ProduceAsync("to-group", 0, KafkaBroker.Numbered("a", 5));
        await new KafkaTableRun().ReadAsync(broker.Address, $"{Settings}, topic=to-group, properties.group.id=to-group, scan.bounded.mode=latest-offset");
        await broker.ProduceAsync("to-group", 0, KafkaBroker.Numbered("b", 5));

        var rows = await new KafkaTableRun().ReadAsync(broker.Address,
            $"{Settings}, topic=to-group, properties.group.id=to-group, scan.startup.mode=earliest-offset, scan.bounded.mode=group-offsets");

        Assert.Equal(KafkaBroker.Numbered("a", 5), rows);
    }

    [Fact]
    public async Task Two_members_share_the_partitions_without_loss_and_tell_of_duplicates()
    {
        const int Partitions = 4;
        await broker.CreateAsync("shared", Partitions);
        using var first = new KafkaTableRun().Start(broker.Address, $"{Settings}, topic=shared, properties.group.id=shared");
        await ProduceAsync(Partitions, 0);
        await first.Sink.WaitAsync(Partitions * 25);

        using var second = new KafkaTableRun().Start(broker.Address, $"{Settings}, topic=shared, properties.group.id=shared");
        var round = 1;
        while (second.Sink.Rows.IsEmpty && round < 30)
        {
            await ProduceAsync(Partitions, round++);
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        // The first one goes; the second one takes everything over.
        Assert.Equal(JobStatus.Stopped, (await first.StopAsync()).Status);
        await ProduceAsync(Partitions, round++);
        await second.Sink.WaitUntilAsync(
            rows => rows.Concat(first.Sink.Rows).Distinct().Count() == Partitions * 25 * round,
            () => $": of {Partitions * 25 * round} these are missing: {string.Join(' ', All(Partitions, round).Except(first.Sink.Rows).Except(second.Sink.Rows))}; warnings: {string.Join("; ", first.Warnings.Concat(second.Warnings))}");
        Assert.Equal(JobStatus.Stopped, (await second.StopAsync()).Status);

        string[] all = [.. first.Sink.Rows, .. second.Sink.Rows];
        Assert.NotEmpty(second.Sink.Rows);
        Assert.Equal(Partitions * 25 * round, all.Distinct().Count());

        // At-least-once: a commit that the brokers refuse in the middle of a rebalance lets the new owner read again, and is told.
        Assert.True(all.Length == all.Distinct().Count() || first.Warnings.Concat(second.Warnings).Any(w => w.Contains("write some rows again", StringComparison.Ordinal) || w.Contains("reads rows again", StringComparison.Ordinal)), $"{all.Length - all.Distinct().Count()} rows twice, and nobody was told");
    }

    [Fact]
    public async Task Two_tasks_of_one_job_read_all_partitions_between_them()
    {
        await broker.CreateAsync("tasks", 3);
        for (var p = 0; p < 3; p++)
        {
            await broker.ProduceAsync("tasks", p, KafkaBroker.Numbered($"p{p}-", 20));
        }

        var rows = await new KafkaTableRun { Parallelism = 2 }.ReadAsync(broker.Address, "format=words, topic=tasks, scan.startup.mode=earliest-offset, scan.bounded.mode=latest-offset");

        Assert.Equal(60, rows.Length);
        Assert.Equal(60, rows.Distinct().Count());
    }

    private static IEnumerable<string> All(int partitions, int rounds) =>
        Enumerable.Range(0, partitions).SelectMany(p => KafkaBroker.Numbered($"p{p}-", 25 * rounds));

    private async Task ProduceAsync(int partitions, int round)
    {
        for (var p = 0; p < partitions; p++)
        {
            await broker.ProduceAsync("shared", p, KafkaBroker.Numbered($"p{p}-", 25, round * 25));
        }
    }
}
