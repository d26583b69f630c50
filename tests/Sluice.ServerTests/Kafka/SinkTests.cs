using Sluice.Connectors;
using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Kafka;

/// <summary>Rows of a topic written to another one, which kcat then reads.</summary>
public sealed class SinkTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    private const string All = "scan.startup.mode=earliest-offset, scan.bounded.mode=latest-offset";

    [Fact]
    public async Task Rows_become_messages()
    {
        await broker.CreateAsync("from");
        await broker.CreateAsync("to");
        await broker.ProduceAsync("from", 0, KafkaBroker.Numbered("a|b", 5000));

        var summary = await CopyAsync("topic=from", "topic=to, format=words", ["x", "y"]);

        Assert.Equal((JobStatus.Succeeded, 5000, 5000), (summary.Status, summary.RowsRead, summary.RowsWritten));
        Assert.Equal(KafkaBroker.Numbered("a|b", 5000), await broker.ConsumeAsync("to"));
    }

    [Fact]
    public async Task Keys_are_written_and_decide_the_partition()
    {
        await broker.CreateAsync("keyed-from");
        await broker.CreateAsync("keyed-to", 4);
        await broker.ProduceAsync("keyed-from", 0, ["k1|a", "k2|b", "k1|c", "k2|d"]);

        await CopyAsync("topic=keyed-from", "topic=keyed-to, key.format=words, key.fields=x, value.format=words, value.fields-include=EXCEPT_KEY", ["x", "y"]);

        var written = await broker.ConsumeAsync("keyed-to", "%p %k=%s");
        Assert.Equal(["k1=a", "k1=c", "k2=b", "k2=d"], written.Select(w => w[2..]).Order());
        Assert.Equal(2, written.Select(w => w[..4]).Distinct().Count());
    }

    [Fact]
    public async Task Round_robin_fills_all_partitions_and_fixed_one()
    {
        await broker.CreateAsync("turns-from");
        await broker.CreateAsync("turns-to", 3);
        await broker.CreateAsync("fixed-to", 3);
        await broker.ProduceAsync("turns-from", 0, KafkaBroker.Numbered("a", 9));

        await CopyAsync("topic=turns-from", "topic=turns-to, format=words, sink.partitioner=round-robin", ["x"]);
        await CopyAsync("topic=turns-from", "topic=fixed-to, format=words, sink.partitioner=fixed", ["x"]);

        Assert.Equal([3, 3, 3], (await broker.ConsumeAsync("turns-to", "%p")).CountBy(p => p).Select(p => p.Value));
        Assert.Single((await broker.ConsumeAsync("fixed-to", "%p")).Distinct());
    }

    [Fact]
    public async Task Headers_and_timestamps_are_written_where_the_table_has_them()
    {
        await broker.CreateAsync("h-from");
        await broker.CreateAsync("h-to");
        await broker.ProduceAsync("h-from", 0, ["a"], keys: false, "-H", "h1=x", "-H", "h2=y");
        var time = (await broker.ConsumeAsync("h-from", "%T"))[0];
        await Task.Delay(20, TestContext.Current.CancellationToken);

        await CopyAsync("topic=h-from", "topic=h-to, format=words", ["x"],
            [("h", SqlType.Map(SqlType.String, SqlType.Bytes), "headers"), ("ts", SqlType.TimestampLtz(3), "timestamp")]);

        Assert.Equal([$"a {time} h1=x,h2=y"], await broker.ConsumeAsync("h-to", "%s %T %h"));
    }

    [Fact]
    public async Task An_upsert_table_writes_deletions_as_tombstones()
    {
        await broker.CreateAsync("u-from");
        await broker.CreateAsync("u-to");
        await broker.ProduceAsync("u-from", 0, ["k1:a", "k1:"], keys: true);
        const string Formats = "key.format=words, value.format=words, value.fields-include=EXCEPT_KEY";

        var source = new KafkaTableRun { Connector = "upsert-kafka", Columns = ["id", "v"], PrimaryKey = ["id"] };
        var summary = await RunAsync(source, $"topic=u-from, scan.bounded.mode=latest-offset, {Formats}", $"topic=u-to, {Formats}");

        Assert.Equal((JobStatus.Succeeded, 2), (summary.Status, summary.RowsWritten));
        Assert.Equal(["k1 a 1", "k1  -1"], await broker.ConsumeAsync("u-to", "%k %s %S"));
    }

    [Fact]
    public async Task A_message_that_the_broker_refuses_for_good_is_a_dirty_record()
    {
        await broker.CreateAsync("big-from");
        await broker.CreateAsync("big-to");
        await broker.ProduceAsync("big-from", 0, ["small", new string('x', 5000)]);

        var summary = await CopyAsync("topic=big-from", "topic=big-to, format=words, properties.max.request.size=2000", ["x"]);

        Assert.Equal(JobStatus.DirtyLimit, summary.Status);
        Assert.Equal((1, 1), (summary.RowsWritten, summary.RowsDirty));
    }

    [Fact]
    public async Task A_batch_of_which_only_a_part_was_sent_is_not_confirmed()
    {
        await broker.CreateAsync("part-to");
        var sink = Sink(new KafkaTableRun { Columns = ["x"] }, "topic=part-to, format=words");
        var schema = new Schema([new Field("x", SqlType.String)]);
        sink.Bind(schema);
        await sink.PrepareAsync(TestContext.Current.CancellationToken);
        var (books, positions) = (new Books(), new Positions());
        using var dirty = new DirtyRecordsFile(Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}.jsonl"));
        var report = new Report(false, _ => { });
        await using var writer = sink.Open(new TaskContext(books, positions, new DirtyRecords(dirty, new DirtyLimit(0, null), books), new Metrics(), report, TimeProvider.System));
        var (pool, split) = (new RowBatchPool(schema, BatchSize.Of(4)), new Split("here"));
        var whole = Batch(pool, split, 2, "a", "b");
        var refused = Batch(pool, split, 5, "c", "d", "e");
        refused.SetKind(1, RowKind.Delete);

        await writer.WriteAsync(whole, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<DataException>(async () => await writer.WriteAsync(refused, TestContext.Current.CancellationToken));
        await writer.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new Position(2), positions.Of(split));
        Assert.Equal((3, 3, true), (books.Read, books.Written, books.Balance));
    }

    [Fact]
    public async Task A_topic_to_write_to_must_exist()
    {
        await broker.CreateAsync("m-from");
        await broker.DenyAsync("m-to");

        var summary = await CopyAsync("topic=m-from", "topic=m-to, format=words", ["x"]);

        Assert.Equal(JobStatus.Refused, summary.Status);
        Assert.Contains("has no topic 'm-to'", summary.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topic=a;b, format=words", "a table that is written to has one topic")]
    [InlineData("topic=a, format=words, sink.delivery-guarantee=exactly-once", "not supported yet")]
    [InlineData("topic=a, format=words, sink.parallelism=3", "the job runs 1 tasks")]
    [InlineData("topic=a, value.format=words, key.format=words, key.fields=x, sink.partitioner=round-robin", "without a key only")]
    public void Wrong_options_are_refused_with_a_sentence(string options, string expected)
    {
        var e = Assert.Throws<ConfigException>(() => Sink(new KafkaTableRun { Columns = ["x"] }, options));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private static RowBatch Batch(RowBatchPool pool, Split split, long end, params string[] texts)
    {
        var batch = pool.Rent();
        foreach (var text in texts)
        {
            ((TextColumn)batch.Columns[0]).Set(batch.Count++, System.Text.Encoding.UTF8.GetBytes(text));
        }

        (batch.Split, batch.End) = (split, new Position(end));
        return batch;
    }

    private ISink Sink(KafkaTableRun table, string options)
    {
        var context = KafkaTableRun.Context(table.Warnings);
        var plugin = BuiltIn.Connectors.Single(c => c.Name == table.Connector);
        return plugin.Table!.Sink!(table.Definition(), KafkaTableRun.Bag(broker.Address, options, context.Report), context);
    }

    private Task<JobSummary> CopyAsync(string from, string to, string[] columns, (string, SqlType, string)[]? metadata = null) =>
        RunAsync(new KafkaTableRun { Columns = columns, Metadata = metadata ?? [] }, $"{from}, {All}, format=words", to);

    private async Task<JobSummary> RunAsync(KafkaTableRun table, string from, string to)
    {
        var plan = new Plan("test", table.Source(broker.Address, from), Sink(table, to), new JobSettings());
        return await new JobRunner(plan, Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}.jsonl"), KafkaTableRun.Context(table.Warnings).Report, TimeProvider.System)
            .RunAsync(TestContext.Current.CancellationToken);
    }
}
