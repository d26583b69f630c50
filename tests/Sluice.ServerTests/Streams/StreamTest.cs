using System.Globalization;
using System.Text.Json;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Streams;

/// <summary>What tests of delivery share: the program as users have it, between a topic of a group and a Redis.</summary>
public abstract class StreamTest(KafkaBroker kafka) : IDisposable
{
    /// <summary>A new start is given the partitions of one that was killed after this.</summary>
    private const string Group = "'properties.auto.offset.reset' = 'earliest', 'properties.session.timeout.ms' = '5000', 'properties.heartbeat.interval.ms' = '200'";

    private static int s_topics;
    private int _scripts;

    protected KafkaBroker Kafka { get; } = kafka;

    protected string Folder { get; } = ServerProcess.NewFolder("stream");

    protected static CancellationToken Test => TestContext.Current.CancellationToken;

    /// <summary>A topic of its own.</summary>
    protected async Task<string> TopicAsync(int partitions)
    {
        var topic = $"s{Interlocked.Increment(ref s_topics)}-{Environment.ProcessId}";
        await Kafka.CreateAsync(topic, partitions);
        return topic;
    }

    /// <summary>Messages <c>{"k":"p2","v":"17"}</c> into every partition, with numbers from one to another: the key is the partition's.</summary>
    protected async Task ProduceAsync(string topic, int partitions, int from, int to)
    {
        for (var p = 0; p < partitions; p++)
        {
            await Kafka.ProduceAsync(topic, p, Enumerable.Range(from, to - from).Select(i => $$"""{"k":"p{{p}}","v":"{{i}}"}"""));
        }
    }

    protected string Table(string topic, string more = "'format' = 'json'") =>
        $"CREATE TABLE t (k STRING, v STRING) WITH ('connector' = 'kafka', 'topic' = '{topic}', 'properties.bootstrap.servers' = '{Kafka.Address}', 'properties.group.id' = 'group of {topic}', {Group}, {more});\n";

    protected const string Bounded = "'format' = 'json', 'scan.bounded.mode' = 'latest-offset'";

    /// <summary>A STRING table of the keys <c>p2-17</c>.</summary>
    protected static string Strings(int port, string name = "r", string more = "'sink.buffer-flush.interval' = '100 ms'") =>
        $"CREATE TABLE {name} (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'STRING', 'host' = '127.0.0.1', 'port' = '{port}', {more});\n";

    protected static string Insert(string name = "r") => $"INSERT INTO {name} SELECT k || '-' || v, v FROM t;\n";

    private protected SluiceProcess Start(string script)
    {
        var file = $"script{_scripts++}.sql";
        File.WriteAllText(Path.Combine(Folder, file), script);
        return SluiceProcess.Start(Folder, "sql", file, "--json");
    }

    private protected async Task<SluiceProcess.Ended> RunAsync(string script)
    {
        using var process = Start(script);
        return await EndAsync(process);
    }

    private protected static async Task<SluiceProcess.Ended> StopAsync(SluiceProcess process)
    {
        await process.SignalAsync("TERM");
        return await EndAsync(process, 143);
    }

    private protected static async Task<SluiceProcess.Ended> EndAsync(SluiceProcess process, int code = 0)
    {
        var ended = await process.EndAsync();
        Assert.DoesNotContain("internal error", ended.Error, StringComparison.Ordinal);
        Assert.True(ended.ExitCode == code, ended.ToString());
        return ended;
    }

    private protected static long Number(SluiceProcess.Ended ended, string name) =>
        JsonDocument.Parse(ended.Out.TrimEnd('\n').Split('\n')[^1]).RootElement.GetProperty(name).GetInt64();

    /// <summary>Looks until something holds; fails when it does not for very long.</summary>
    protected static async Task UntilAsync(Func<bool> holds, string what, int everyMs = 20)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            Assert.False(patience.IsCancellationRequested, $"it never came: {what}");
            await Task.Delay(everyMs, Test);
        }
    }

    protected static long Size(RedisServer redis) => (long)redis.Command("DBSIZE")!;

    protected static Task ReachAsync(RedisServer redis, long keys) => UntilAsync(() => Size(redis) >= keys, $"{keys} keys; there are {Size(redis)}", 2);

    /// <summary>Every key <c>p2-17</c> of so many partitions and numbers, and nothing else.</summary>
    protected static void AssertComplete(RedisServer redis, int partitions, int numbers)
    {
        var there = ((object?[])redis.Command("KEYS", "*")!).Select(k => (string)k!).ToHashSet();
        var expected = Enumerable.Range(0, partitions).SelectMany(p => Enumerable.Range(0, numbers).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{p}-{i}")));
        Assert.Empty(expected.Except(there).Take(10));
        Assert.Equal((long)partitions * numbers, there.Count);
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(Folder, recursive: true);
    }
}
