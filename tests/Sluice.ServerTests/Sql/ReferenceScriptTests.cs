using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Sql;

/// <summary>The sink examples of the reference as they stand: only broker, host, port and password are filled in.</summary>
public sealed class ReferenceScriptTests(KafkaBroker kafka, RedisServer redis) : ScriptTest(kafka, redis), IClassFixture<KafkaBroker>, IClassFixture<RedisServer>
{
    [Fact]
    public Task Strings_run_as_written() => RunsAsync("reference-sink-string.sql", "user_logins",
        """{"user_id":"1001","login_time":"1714550400"}""", "1714550400", "GET", "1001");

    [Fact]
    public Task Hashes_with_a_field_per_column_run_as_written() => RunsAsync("reference-sink-hashmap-flat.sql", "orders_topic",
        """{"order_id":"17","product_name":"lamp","quantity":"2","amount":"79.00"}""", "product_name lamp quantity 2 amount 79.00", "HGETALL", "17");

    [Fact]
    public Task Hashes_with_a_field_per_message_run_as_written() => RunsAsync("reference-sink-hashmap.sql", "orders_topic",
        """{"order_id":"18","product_name":"chair","quantity":"4"}""", "chair 4", "HGETALL", "18");

    private async Task RunsAsync(string file, string topic, string message, string expected, params string[] command)
    {
        // The topics have the reference's names, so each example has a broker of its own, and a Redis with a password.
        var script = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "tests", "sql", "parse", file), Test);
        const string Password = "p'a ss\"wörd";
        await using var broker = await KafkaBroker.StartNewAsync();
        await broker.CreateAsync(topic, 2);
        await broker.ProduceAsync(topic, 0, [message]);
        Redis.Command("CONFIG", "SET", "requirepass", Password);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, "reference.sql"), script
                .Replace("<yourKafkaBroker>", broker.Address, StringComparison.Ordinal).Replace("<yourHost>", "127.0.0.1", StringComparison.Ordinal)
                .Replace("<yourPort>", $"{Redis.Port}", StringComparison.Ordinal).Replace("<yourPassword>", Password.Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal), Test);
            using var process = SluiceProcess.Start(Folder, "sql", "reference.sql", "--json");
            var answer = await AnswerAsync(expected, command);
            await process.SignalAsync("TERM");
            var run = await process.EndAsync();

            Assert.True(expected == answer, run.ToString());
            Assert.Equal((143, "stopped", 1L, 1L), (run.ExitCode, run.Json.GetProperty("status").GetString()!, JobFolder.Number(run.Json, "rowsRead"), JobFolder.Number(run.Json, "rowsWritten")));
        }
        finally
        {
            Redis.Command("CONFIG", "SET", "requirepass", "");
        }
    }
}
