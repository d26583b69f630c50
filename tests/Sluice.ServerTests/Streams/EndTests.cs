using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Streams;

/// <summary>A bounded job whose last messages give no row.</summary>
public sealed class EndTests(KafkaBroker kafka, RedisServer redis) : StreamTest(kafka), IClassFixture<KafkaBroker>, IClassFixture<RedisServer>
{
    [Fact]
    public async Task A_bounded_job_whose_last_messages_give_no_row_ends_and_commits_its_end()
    {
        const string FilteredOut = """{"k":"out","v":"9"}""";
        var topic = await TopicAsync(6);
        await Kafka.ProduceAsync(topic, 0, ["""{"k":"in","v":"0"}""", FilteredOut]);
        await Kafka.ProduceAsync(topic, 1, ["""key:{"k":"in","v":"1"}""", "key:"], keys: true);
        await Kafka.ProduceAsync(topic, 2, ["""{"k":"in","v":"2"}""", "hello"]);
        await Kafka.ProduceAsync(topic, 3, [FilteredOut]);
        await Kafka.ProduceAsync(topic, 4, ["key:"], keys: true);
        var script = Table(topic, Bounded + ", 'json.ignore-parse-errors' = 'true'") + Strings(redis.Port) + Insert().Replace(";", " WHERE k = 'in';", StringComparison.Ordinal);

        var ended = await RunAsync(script);
        Assert.Equal((8L, 3L), (Number(ended, "rowsRead"), Number(ended, "rowsWritten")));
        Assert.Equal(["0", "1", "2"], [redis.Command("GET", "in-0"), redis.Command("GET", "in-1"), redis.Command("GET", "in-2")]);
        Assert.Equal(0, Number(await RunAsync(script), "rowsRead"));
    }

    [Fact]
    public async Task Rows_that_standard_output_does_not_take_are_not_confirmed()
    {
        var topic = await TopicAsync(1);
        await ProduceAsync(topic, 1, 0, 10);
        var script = Table(topic, Bounded) + "CREATE TABLE p (k STRING, v STRING) WITH ('connector' = 'print');\nINSERT INTO p SELECT * FROM t;";
        await File.WriteAllTextAsync(Path.Combine(Folder, "full.sql"), script, Test);
        var program = Path.Combine(AppContext.BaseDirectory, "sluice.dll");
        using (var full = SluiceProcess.StartProgram("/bin/sh", Folder, "-c", $"exec dotnet '{program}' sql full.sql > /dev/full"))
        {
            Assert.Contains("standard output: cannot be written", (await EndAsync(full, 1)).Error, StringComparison.Ordinal);
        }

        Assert.Equal(10, Number(await RunAsync(script), "rowsRead"));
    }
}
