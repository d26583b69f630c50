using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Streams;

/// <summary>Bounded jobs whose last messages give no row.</summary>
public sealed class EndTests(KafkaBroker kafka, RedisServer redis) : StreamTest(kafka), IClassFixture<KafkaBroker>, IClassFixture<RedisServer>
{
    [Theory]
    [InlineData("""{"k":"out","v":"9"}""", "filtered out", 3, 1)]
    [InlineData("key:", "tombstones", 3, 1)]
    [InlineData("hello", "no JSON", 3, 1)]
    public async Task A_bounded_job_ends_and_commits_its_end(string last, string what, int read, int written)
    {
        redis.Command("FLUSHALL");
        var topic = await TopicAsync(2);
        var keys = last == "key:";
        var first = """{"k":"in","v":"1"}""";
        await Kafka.ProduceAsync(topic, 0, [keys ? "k:" + first : first, last], keys);
        await Kafka.ProduceAsync(topic, 1, [last], keys);
        var script = Table(topic, Bounded + ", 'json.ignore-parse-errors' = 'true'") + Strings(redis.Port) + Insert().Replace(";", " WHERE k = 'in';", StringComparison.Ordinal);

        var ended = await RunAsync(script);
        Assert.True(read == Number(ended, "rowsRead") && written == Number(ended, "rowsWritten"), $"{what}: {ended}");
        Assert.Equal("1", redis.Command("GET", "in-1"));

        var again = await RunAsync(script);
        Assert.True(Number(again, "rowsRead") == 0, $"{what}: {again}");
    }
}
