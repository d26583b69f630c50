using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Kafka;

/// <summary>Where reading begins and ends.</summary>
public sealed class StartupTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    private const string Bounded = "format=words, scan.bounded.mode=latest-offset";

    [Fact]
    public async Task Earliest_offset_reads_everything_there_is()
    {
        await broker.CreateAsync("earliest", 2);
        await broker.ProduceAsync("earliest", 0, KafkaBroker.Numbered("a", 3));
        await broker.ProduceAsync("earliest", 1, KafkaBroker.Numbered("b", 2));

        var rows = await new KafkaTableRun().ReadAsync(broker.Address, $"{Bounded}, topic=earliest, scan.startup.mode=earliest-offset");

        Assert.Equal(["a0", "a1", "a2", "b0", "b1"], rows.Order());
    }

    [Fact]
    public async Task Several_topics_are_read_as_one_table()
    {
        await broker.CreateAsync("several-1");
        await broker.CreateAsync("several-2");
        await broker.ProduceAsync("several-1", 0, ["a"]);
        await broker.ProduceAsync("several-2", 0, ["b"]);

        var listed = await new KafkaTableRun().ReadAsync(broker.Address, $"{Bounded}, topic=several-1;several-2, scan.startup.mode=earliest-offset");
        var matched = await new KafkaTableRun().ReadAsync(broker.Address, $"{Bounded}, topic-pattern=several-[0-9], scan.startup.mode=earliest-offset");

        Assert.Equal(["a", "b"], listed.Order());
        Assert.Equal(["a", "b"], matched.Order());
    }

    [Fact]
    public async Task Latest_offset_reads_what_comes_after_the_start()
    {
        await broker.CreateAsync("latest");
        await broker.ProduceAsync("latest", 0, KafkaBroker.Numbered("old", 3));
        var run = new KafkaTableRun();
        var source = run.Source(broker.Address, "format=words, topic=latest, scan.startup.mode=latest-offset");
        run.Start(source);
        await Task.Delay(1500, TestContext.Current.CancellationToken);

        await broker.ProduceAsync("latest", 0, KafkaBroker.Numbered("new", 2));
        await run.Sink.WaitAsync(2);

        Assert.Equal(JobStatus.Stopped, (await run.StopAsync()).Status);
        Assert.Equal(["new0", "new1"], run.Sink.Rows);
    }

    [Fact]
    public async Task Specific_offsets_begin_and_end_where_they_say()
    {
        await broker.CreateAsync("specific", 2);
        await broker.ProduceAsync("specific", 0, KafkaBroker.Numbered("a", 5));
        await broker.ProduceAsync("specific", 1, KafkaBroker.Numbered("b", 5));

        var from = await new KafkaTableRun().ReadAsync(broker.Address,
            $"{Bounded}, topic=specific, scan.startup.mode=specific-offsets, scan.startup.specific-offsets=partition:0/offset:3;partition:1/offset:4");
        var to = await new KafkaTableRun().ReadAsync(broker.Address,
            "format=words, topic=specific, scan.startup.mode=earliest-offset, scan.bounded.mode=specific-offsets, scan.bounded.specific-offsets=partition:0/offset:2;partition:1/offset:1");

        Assert.Equal(["a3", "a4", "b4"], from.Order());
        Assert.Equal(["a0", "a1", "b0"], to.Order());
    }

    [Fact]
    public async Task A_timestamp_begins_and_ends_at_the_first_message_that_is_not_older()
    {
        await broker.CreateAsync("times", 2);
        await broker.ProduceAsync("times", 0, KafkaBroker.Numbered("a", 5));
        await broker.ProduceAsync("times", 1, KafkaBroker.Numbered("b", 5));

        // Each partition's answer is another one: an offset, and "all are older".
        await using var proxy = new KafkaProxy(broker.Address, (topic, partition, time) =>
        {
            Assert.Equal(("times", 1_700_000_000_000), (topic, time));
            return partition == 0 ? 2 : -1;
        });

        var from = await new KafkaTableRun().ReadAsync(proxy.Address,
            $"{Bounded}, topic=times, scan.startup.mode=timestamp, scan.startup.timestamp-millis=1700000000000");
        var to = await new KafkaTableRun().ReadAsync(proxy.Address,
            "format=words, topic=times, scan.startup.mode=earliest-offset, scan.bounded.mode=timestamp, scan.bounded.timestamp-millis=1700000000000");

        Assert.Equal(["a2", "a3", "a4"], from);
        Assert.Equal(["a0", "a1", "b0", "b1", "b2", "b3", "b4"], to.Order());
    }

    [Fact]
    public async Task Group_offsets_without_a_committed_offset_stop_with_a_sentence()
    {
        await broker.CreateAsync("nothing-committed");

        var run = new KafkaTableRun().Start(broker.Address, "format=words, topic=nothing-committed, properties.group.id=nobody");
        var summary = await run.EndAsync();

        Assert.Equal(JobStatus.Refused, summary.Status);
        Assert.Contains("the group 'nobody' has committed no offset for topic nothing-committed, partition 0", summary.Error, StringComparison.Ordinal);
        Assert.Contains("properties.auto.offset.reset", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Group_offsets_without_a_group_are_refused_before_anything_runs()
    {
        var e = Assert.Throws<ConfigException>(() => new KafkaTableRun().Source(broker.Address, "format=words, topic=x"));
        Assert.Contains("properties.group.id", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_offset_reset_decides_where_nothing_is_committed()
    {
        await broker.CreateAsync("reset");
        await broker.ProduceAsync("reset", 0, ["a", "b"]);

        var rows = await new KafkaTableRun().ReadAsync(broker.Address, $"{Bounded}, topic=reset, properties.auto.offset.reset=earliest");

        Assert.Equal(["a", "b"], rows);
    }

    [Fact]
    public async Task A_missing_topic_is_refused()
    {
        await broker.DenyAsync("no-such-topic");
        var summary = await new KafkaTableRun().Start(broker.Address, "format=words, topic=no-such-topic, scan.startup.mode=earliest-offset").EndAsync();

        Assert.Equal(JobStatus.Refused, summary.Status);
        Assert.Contains($"kafka {broker.Address} has no topic 'no-such-topic'", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_topic_ends_at_once_where_it_is_bounded()
    {
        await broker.CreateAsync("empty", 3);
        Assert.Empty(await new KafkaTableRun().ReadAsync(broker.Address, $"{Bounded}, topic=empty, scan.startup.mode=earliest-offset"));
    }
}
