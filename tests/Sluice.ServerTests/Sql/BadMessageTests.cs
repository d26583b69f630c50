using System.Text;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Sql;

/// <summary>What topics hold in real life, through the whole program.</summary>
public sealed class BadMessageTests(KafkaBroker kafka, RedisServer redis) : ScriptTest(kafka, redis), IClassFixture<KafkaBroker>, IClassFixture<RedisServer>
{
    private string Job(string topic, string options = "'format' = 'json'") => $"""
        CREATE TABLE t (k STRING, n INT) {From(topic, options)};
        CREATE TABLE r (k STRING, n INT, PRIMARY KEY (k) NOT ENFORCED) {Into("STRING")};
        INSERT INTO r SELECT * FROM t;
        """;

    public static TheoryData<string, byte[]> Unreadable => new()
    {
        { "truncated", """{"k":"a","n":"""u8.ToArray() },
        { "deep", Encoding.UTF8.GetBytes("""{"k":"a","x":""" + new string('[', 100_000)) },
        { "of the wrong type", """{"k":"a","n":"many"}"""u8.ToArray() },
        { "no UTF-8", [.. """{"n":1,"k":"a"""u8, 0xFF, 0xC0, .. "\"}"u8] },
        { "no JSON", "hello"u8.ToArray() },
        { "followed by more", """{"k":"a","n":1} and more"""u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_message_that_cannot_be_read_fails_the_job_and_says_which_one_it_was(string what, byte[] message)
    {
        var topic = await TopicAsync("""{"k":"good","n":1}""");
        await Kafka.ProduceAsync(topic, message);

        var summary = await ExpectAsync(1, Job(topic), $"topic {topic}", "partition 0", "offset 1");

        Assert.Equal("failed", summary.GetProperty("status").GetString());
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task Ignored_they_are_skipped_or_null_and_counted()
    {
        var topic = await TopicAsync("""{"k":"first","n":1}""");
        foreach (var (_, message) in Unreadable.Select(row => row.Data))
        {
            await Kafka.ProduceAsync(topic, message);
        }

        await Kafka.ProduceAsync(topic, 0, ["""{"k":"last","n":2}"""]);

        var summary = await ExpectAsync(0, Job(topic, "'format' = 'json', 'json.ignore-parse-errors' = 'true'").Replace("SELECT * FROM t", "SELECT * FROM t WHERE k <> 'a'", StringComparison.Ordinal));

        Assert.Equal("1", Redis.Command("GET", "first"));
        Assert.Equal("2", Redis.Command("GET", "last"));
        Assert.Equal(8, JobFolder.Number(summary, "rowsRead"));
    }

    [Fact]
    public async Task The_last_of_equal_keys_wins()
    {
        await ExpectAsync(0, Job(await TopicAsync("""{"k":"a","n":1,"n":2}""")));

        Assert.Equal("2", Redis.Command("GET", "a"));
    }

    [Fact]
    public async Task Empty_messages_and_tombstones_give_no_row_and_are_counted()
    {
        var topic = await TopicAsync();
        await Kafka.ProduceAsync(topic, 0, ["key1:", """key2:{"k":"a","n":1}""", "key3:"], keys: true);

        var summary = await ExpectAsync(0, Job(topic));

        Assert.Equal((3L, 1L, 2L), (JobFolder.Number(summary, "rowsRead"), JobFolder.Number(summary, "rowsWritten"), JobFolder.Number(summary, "rowsSkipped")));
    }

    [Fact]
    public async Task A_message_of_ten_megabytes_is_a_row_like_any_other()
    {
        var topic = await TopicAsync();
        var big = new string('x', 10_000_000);
        await Kafka.ProduceAsync(topic, Encoding.UTF8.GetBytes($$"""{"k":"big","v":"{{big}}"}"""));

        await ExpectAsync(0, $"""
            CREATE TABLE t (k STRING, v STRING) {From(topic)};
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) {Into("STRING")};
            INSERT INTO r SELECT * FROM t;
            """);

        Assert.Equal(10_000_000L, Redis.Command("STRLEN", "big"));
    }

    [Fact]
    public async Task A_null_key_is_a_dirty_record_with_its_place()
    {
        var topic = await TopicAsync("""{"k":"a","n":1}""", """{"n":2}""", """{"k":"c","n":3}""");

        var summary = await ExpectAsync(3, Job(topic), "the key is null", "table 'r'", $"topic {topic}", "offset 1");
        Assert.Equal(1, JobFolder.Number(summary, "rowsDirty"));

        summary = await ExpectAsync(0, "SET 'sluice.dirty-records.limit' = '1';\n" + Job(topic));
        Assert.Equal((2L, 1L), (JobFolder.Number(summary, "rowsWritten"), JobFolder.Number(summary, "rowsDirty")));
        Assert.Contains("offset 1", await File.ReadAllTextAsync(Path.Combine(Folder, "dirty.jsonl"), Test), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_topic_is_refused()
    {
        var topic = await TopicAsync();
        await Kafka.DenyAsync(topic);

        var summary = await ExpectAsync(2, Job(topic), topic);

        Assert.Equal("refused", summary.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_broker_that_goes_away_and_comes_back_is_waited_for()
    {
        var topic = await TopicAsync("""{"k":"before","n":1}""");
        await File.WriteAllTextAsync(Path.Combine(Folder, "endless.sql"), Job(topic).Replace("'scan.bounded.mode' = 'latest-offset', ", "", StringComparison.Ordinal), Test);
        using var process = SluiceProcess.Start(Folder, "sql", "endless.sql", "--json");
        Assert.Equal("1", await AnswerAsync("1", "GET", "before"));
        await Kafka.GoDownAsync();
        await Task.Delay(2000, Test);
        await Kafka.ComeBackAsync();
        await Kafka.ProduceAsync(topic, 0, ["""{"k":"after","n":2}"""]);
        var answer = await AnswerAsync("2", "GET", "after");
        await process.SignalAsync("INT");
        var run = await process.EndAsync();

        Assert.True(answer == "2", run.ToString());
        Assert.Equal((130, 2L), (run.ExitCode, JobFolder.Number(run.Json, "rowsWritten")));
    }
}
