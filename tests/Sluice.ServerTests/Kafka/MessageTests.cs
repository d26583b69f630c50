using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Types;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Kafka;

/// <summary>What becomes of keys, values and everything that the broker knows of a message.</summary>
public sealed class MessageTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    private const string All = "scan.startup.mode=earliest-offset, scan.bounded.mode=latest-offset";

    [Fact]
    public async Task Keys_have_a_format_and_columns_of_their_own()
    {
        await broker.CreateAsync("keys");
        await broker.ProduceAsync("keys", 0, ["k1:v1|w1", "k2:v2|w2"], keys: true);

        var rows = await new KafkaTableRun { Columns = ["id", "v", "w"] }
            .ReadAsync(broker.Address, $"topic=keys, {All}, key.format=words, key.fields=id, value.format=words, value.fields-include=EXCEPT_KEY");

        Assert.Equal(["k1,v1,w1", "k2,v2,w2"], rows);
    }

    [Fact]
    public async Task Where_the_value_holds_the_key_too_the_value_wins()
    {
        await broker.CreateAsync("both");
        await broker.ProduceAsync("both", 0, ["k1:v1|w1"], keys: true);

        var rows = await new KafkaTableRun { Columns = ["id", "w"] }
            .ReadAsync(broker.Address, $"topic=both, {All}, key.format=words, key.fields=id, value.format=words");

        Assert.Equal(["v1,w1"], rows);
    }

    [Fact]
    public async Task A_message_without_a_key_has_nulls_in_the_columns_of_the_key_and_several_rows_share_one()
    {
        await broker.CreateAsync("no-key");
        await broker.ProduceAsync("no-key", 0, ["v1"]);
        await broker.ProduceAsync("no-key", 0, ["k:twice"], keys: true);

        var rows = await new KafkaTableRun { Columns = ["key_id", "v"] }.ReadAsync(broker.Address,
            $"topic=no-key, {All}, key.format=words, key.fields=key_id, key.fields-prefix=key_, value.format=words, value.fields-include=EXCEPT_KEY");

        Assert.Equal(["NULL,v1", "k,twice", "k,twice"], rows);
    }

    [Fact]
    public async Task Metadata_columns_hold_what_the_broker_knows()
    {
        await broker.CreateAsync("meta", 2);
        await broker.ProduceAsync("meta", 1, ["a", "b"], keys: false, "-H", "h1=x", "-H", "h2=y", "-H", "h1=z");
        var times = await broker.ConsumeAsync("meta", "%T");

        var rows = await new KafkaTableRun
        {
            Metadata =
            [
                ("topic", SqlType.String, "topic"), ("p", SqlType.Int, "partition"), ("o", SqlType.BigInt, "offset"),
                ("ts", SqlType.TimestampLtz(3), "timestamp"), ("kind", SqlType.String, "timestamp-type"),
                ("h", SqlType.Map(SqlType.String, SqlType.Bytes), "headers"), ("epoch", SqlType.Int, "leader-epoch"),
            ],
        }.ReadAsync(broker.Address, $"topic=meta, {All}, format=words");

        Assert.Equal([$"a,meta,1,0,{times[0]},CreateTime,{{h1=z h2=y}},NULL", $"b,meta,1,1,{times[1]},CreateTime,{{h1=z h2=y}},NULL"], rows);
    }

    [Fact]
    public async Task A_timestamp_without_zone_is_what_a_clock_of_the_session_showed()
    {
        await broker.CreateAsync("zone");
        await broker.ProduceAsync("zone", 0, ["a"]);
        var millis = long.Parse((await broker.ConsumeAsync("zone", "%T"))[0]);

        var rows = await new KafkaTableRun
        {
            Metadata = [("ts", SqlType.Timestamp(0), "timestamp")],
            TimeZone = TimeZoneInfo.CreateCustomTimeZone("plus two", TimeSpan.FromHours(2), "plus two", "plus two"),
        }.ReadAsync(broker.Address, $"topic=zone, {All}, format=words");

        Assert.Equal([$"a,{(millis / 1000 * 1000) + (2 * 3600 * 1000)}"], rows);
    }

    [Fact]
    public async Task Tombstones_and_empty_messages_are_skipped_and_counted()
    {
        await broker.CreateAsync("tombstones");
        await broker.ProduceAsync("tombstones", 0, ["k:a", "k:", "k:b"], keys: true);

        var run = new KafkaTableRun();
        var rows = await run.ReadAsync(broker.Address, $"topic=tombstones, {All}, format=words");
        var summary = await run.EndAsync();

        Assert.Equal(["a", "b"], rows);
        Assert.Equal((3, 2, 1), (summary.RowsRead, summary.RowsWritten, summary.RowsSkipped));
    }

    [Fact]
    public async Task An_upsert_table_writes_over_and_deletes()
    {
        await broker.CreateAsync("upsert");
        await broker.ProduceAsync("upsert", 0, ["k1:a", "k2:b", "k1:c", "k2:"], keys: true);

        var rows = await new KafkaTableRun { Connector = "upsert-kafka", Columns = ["id", "v"], PrimaryKey = ["id"] }.ReadAsync(broker.Address,
            "topic=upsert, scan.bounded.mode=latest-offset, key.format=words, value.format=words, value.fields-include=EXCEPT_KEY");

        Assert.Equal(["+U k1,a", "+U k2,b", "+U k1,c", "-D k2,NULL"], rows);
    }

    [Fact]
    public async Task An_upsert_table_needs_keys()
    {
        await broker.CreateAsync("upsert-without");
        await broker.ProduceAsync("upsert-without", 0, ["a"]);

        var summary = await new KafkaTableRun { Connector = "upsert-kafka", Columns = ["id", "v"], PrimaryKey = ["id"] }
            .Start(broker.Address, "topic=upsert-without, key.format=words, value.format=words, value.fields-include=EXCEPT_KEY").EndAsync();

        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains("topic upsert-without, partition 0, offset 0: the message has no key", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_fails_the_job_and_is_named()
    {
        await broker.CreateAsync("broken", 2);
        await broker.ProduceAsync("broken", 1, ["a", "broken"]);

        var summary = await new KafkaTableRun().Start(broker.Address, $"topic=broken, {All}, format=words").EndAsync();

        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Equal("topic broken, partition 1, offset 1: the message is broken", summary.Error);
    }

    [Theory]
    [InlineData("format=wrods", "did you mean 'words'?")]
    [InlineData("", "'format' is missing; there are: words")]
    [InlineData("format=words, scan.startup.mood=x", "kafka has no option 'scan.startup.mood'; did you mean 'scan.startup.mode'?")]
    [InlineData("format=words, key.fields=v", "'key.fields' needs 'key.format'")]
    [InlineData("format=words, key.format=words, key.fields=w", "'key.fields' names 'w', which is no physical column of t")]
    [InlineData("format=words, key.format=words, key.fields=v, key.fields-prefix=k", "EXCEPT_KEY")]
    [InlineData("format=words, topic-pattern=x", "'topic' and 'topic-pattern' exclude each other")]
    [InlineData("format=words, scan.bounded.mode=timestamp", "needs 'scan.bounded.timestamp-millis'")]
    [InlineData("format=words, scan.bounded.mode=group-offsets", "needs 'properties.group.id'")]
    [InlineData("format=words, properties.fetch.min.byte=1", "did you mean 'properties.fetch.min.bytes'?")]
    public void Wrong_options_are_refused_with_a_sentence(string options, string expected)
    {
        var e = Assert.Throws<ConfigException>(() => new KafkaTableRun().Source("127.0.0.1:1", $"topic=x, properties.auto.offset.reset=latest, {options}"));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_that_does_not_exist_or_has_another_type_is_refused()
    {
        var unknown = Assert.Throws<ConfigException>(() => new KafkaTableRun { Metadata = [("ts", SqlType.BigInt, "timestmp")] }.Source("127.0.0.1:1", $"topic=x, {All}, format=words"));
        var wrong = Assert.Throws<ConfigException>(() => new KafkaTableRun { Metadata = [("ts", SqlType.BigInt, "timestamp")] }.Source("127.0.0.1:1", $"topic=x, {All}, format=words"));

        Assert.Contains("did you mean 'timestamp'?", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("column 'ts' is BIGINT; the metadata 'timestamp' is TIMESTAMP_LTZ(3) NOT NULL", wrong.Message, StringComparison.Ordinal);
    }
}
