using System.Text.Json;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Sql;

/// <summary>The dimension table examples of the reference as they stand: only broker, host, port and password are filled in. To see their
/// rows they run once more into print instead of blackhole.</summary>
public sealed class ReferenceLookupTests(KafkaBroker kafka, RedisServer redis) : ScriptTest(kafka, redis), IClassFixture<KafkaBroker>, IClassFixture<RedisServer>
{
    private const string Password = "p'a ss\"wörd";

    [Theory]
    [InlineData("blackhole")]
    [InlineData("print")]
    public Task Strings_are_looked_up_as_written(string sink) => RunsAsync("reference-lookup-string.sql", sink,
        ["MSET 1001 Ada 1002 Bo"],
        ["""{"user_id":"1001"}""", """{"user_id":"1003"}""", """{"user_id":"1002"}"""],
        ["+I[1001, 1001, Ada]", "+I[1002, 1002, Bo]"]);

    [Theory]
    [InlineData("blackhole")]
    [InlineData("print")]
    public Task Fields_of_hashes_are_looked_up_as_written(string sink) => RunsAsync("reference-lookup-hashmap-flat.sql", sink,
        ["HSET 1001 user_name Ada email ada@shop.example register_time 2024-05-01", "HSET 1002 user_name Bo", "HSET 1003 shoe_size 41"],
        [
            """{"user_id":"1001","click_time":"2024-06-01 08:30:00"}""",
            """{"user_id":"1002","click_time":"2024-06-01 08:30:00.5"}""",
            """{"user_id":"1003","click_time":"2024-06-01 08:30:01"}""",
            """{"user_id":"1004","click_time":"2024-06-01 08:30:02"}""",
        ],
        ["+I[1001, Ada, ada@shop.example, 2024-05-01, 2024-06-01T08:30]", "+I[1002, Bo, null, null, 2024-06-01T08:30:00.500]"]);

    [Theory]
    [InlineData("blackhole")]
    [InlineData("print")]
    public Task The_fields_of_one_hash_are_looked_up_as_written(string sink) => RunsAsync("reference-lookup-hashmap.sql", sink,
        ["HSET testkey 1001 Ada 1002 Bo", "HSET 1003 1003 Cy"],
        ["""{"user_id":"1002"}""", """{"user_id":"1003"}""", """{"user_id":"1001"}"""],
        ["+I[1002, 1002, Bo]", "+I[1001, 1001, Ada]"]);

    private async Task RunsAsync(string file, string sink, string[] fill, string[] messages, string[] rows)
    {
        // The topic has the reference's name, so each run has a broker of its own.
        await using var broker = await KafkaBroker.StartNewAsync();
        await broker.CreateAsync("user_clicks");
        await broker.ProduceAsync("user_clicks", 0, messages);
        foreach (var command in fill)
        {
            Redis.Command(command.Split(' '));
        }

        Redis.Command("CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "1000");
        Redis.Command("SLOWLOG", "RESET");
        Redis.Command("CONFIG", "SET", "requirepass", Password);
        try
        {
            var script = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "tests", "sql", "parse", file), Test);
            await File.WriteAllTextAsync(Path.Combine(Folder, "reference.sql"), script
                .Replace("'connector' = 'blackhole'", $"'connector' = '{sink}'", StringComparison.Ordinal)
                .Replace("<yourKafkaBroker>", broker.Address, StringComparison.Ordinal).Replace("<yourHost>", "127.0.0.1", StringComparison.Ordinal)
                .Replace("<yourPort>", $"{Redis.Port}", StringComparison.Ordinal).Replace("<yourPassword>", Password.Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal), Test);
            using var process = SluiceProcess.Start(Folder, "sql", "reference.sql", "--json");
            await AskedAsync([.. messages.Select(m => JsonDocument.Parse(m).RootElement.GetProperty("user_id").GetString()!)]);
            await process.SignalAsync("TERM");
            var run = await process.EndAsync();

            var lines = run.Out.TrimEnd('\n').Split('\n');
            var summary = JsonDocument.Parse(lines[^1]).RootElement;
            Assert.Equal((143, "stopped"), (run.ExitCode, summary.GetProperty("status").GetString()!));
            Assert.Equal((messages.Length, rows.Length), (JobFolder.Number(summary, "rowsRead"), JobFolder.Number(summary, "rowsWritten")));
            Assert.Equal(sink == "print" ? rows : [], lines[..^1]);
        }
        finally
        {
            Redis.Command("CONFIG", "SET", "requirepass", "");
        }
    }

    /// <summary>Waits until the server has been asked for all keys. What was read by then is finished when the job is stopped.</summary>
    private async Task AskedAsync(string[] keys)
    {
        HashSet<string> asked = [];
        for (var attempt = 0; attempt < 300 && !asked.IsSupersetOf(keys); attempt++)
        {
            asked = [.. ((object?[])Redis.Command("SLOWLOG", "GET", "1000")!).SelectMany(entry => (object?[])((object?[])entry!)[3]!).Select(argument => $"{argument}")];
            await Task.Delay(100, Test);
        }
    }
}
