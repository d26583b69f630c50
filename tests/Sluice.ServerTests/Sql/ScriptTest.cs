using System.Text.Json;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Sql;

/// <summary>What tests of whole SQL scripts share: a broker, an empty Redis, and a folder.</summary>
public abstract class ScriptTest : IDisposable
{
    private static int s_topics;

    protected ScriptTest(KafkaBroker kafka, RedisServer redis)
    {
        (Kafka, Redis) = (kafka, redis);
        redis.Command("FLUSHALL");
    }

    protected KafkaBroker Kafka { get; }

    protected RedisServer Redis { get; }

    protected string Folder { get; } = ServerProcess.NewFolder("script");

    protected static CancellationToken Test => TestContext.Current.CancellationToken;

    /// <summary>A topic of its own, with messages in its one partition.</summary>
    protected async Task<string> TopicAsync(params string[] messages)
    {
        var topic = $"t{Interlocked.Increment(ref s_topics)}-{Environment.ProcessId}";
        await Kafka.CreateAsync(topic);
        if (messages.Length > 0)
        {
            await Kafka.ProduceAsync(topic, 0, messages);
        }

        return topic;
    }

    /// <summary>The options of a Kafka table that ends with what is there.</summary>
    protected string From(string topic, string more = "'format' = 'json'") =>
        $"WITH ('connector' = 'kafka', 'topic' = '{topic}', 'properties.bootstrap.servers' = '{Kafka.Address}', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', {more})";

    /// <summary>The options of a Redis table.</summary>
    protected string Into(string mode, string more = "") => $"WITH ('connector' = 'redis', 'mode' = '{mode}', 'host' = '127.0.0.1', 'port' = '{Redis.Port}'{(more.Length == 0 ? "" : ", " + more)})";

    /// <summary>Runs statements inside the test.</summary>
    private protected async Task<SluiceProcess.Ended> RunAsync(string statements, params string[] more)
    {
        var file = Path.Combine(Folder, "script.sql");
        await File.WriteAllTextAsync(file, statements, Test);
        var run = await SluiceProcess.RunInsideAsync(["sql", file, "--json", "--dirty-records", Path.Combine(Folder, "dirty.jsonl"), .. more], _ => null);
        Assert.DoesNotContain("internal error", run.Error, StringComparison.Ordinal);
        return run;
    }

    /// <summary>Runs statements that must end like this; gives the summary.</summary>
    private protected async Task<JsonElement> ExpectAsync(int code, string statements, params string[] words)
    {
        var run = await RunAsync(statements);
        Assert.True(run.ExitCode == code, run.ToString());
        foreach (var word in words)
        {
            Assert.Contains(word, run.Error, StringComparison.Ordinal);
        }

        return JsonDocument.Parse(run.Out.TrimEnd('\n').Split('\n')[^1]).RootElement;
    }

    /// <summary>Asks Redis until it answers so, or a while has passed.</summary>
    protected async Task<string> AnswerAsync(string expected, params string[] command)
    {
        var answer = "";
        for (var attempt = 0; answer != expected && attempt < 300; attempt++)
        {
            var reply = Redis.Command(command);
            answer = reply is object?[] items ? string.Join(' ', items) : $"{reply}";
            await Task.Delay(answer == expected ? 0 : 100, Test);
        }

        return answer;
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(Folder, recursive: true);
    }
}
