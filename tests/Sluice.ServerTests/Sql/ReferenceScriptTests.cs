using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Sql;

/// <summary>The sink examples of the reference as they stand: only broker, host, port and password are filled in.</summary>
public sealed class ReferenceScriptTests(KafkaBroker kafka, RedisServer redis) : ScriptTest(kafka, redis), IClassFixture<KafkaBroker>, IClassFixture<RedisServer>
{
    private const string Strings = """
        CREATE TEMPORARY TABLE kafka_source (
          user_id    STRING,   -- User ID
          login_time STRING    -- Login time (Unix timestamp)
        ) WITH (
          'connector'                     = 'kafka',
          'topic'                         = 'user_logins',
          'properties.bootstrap.servers'  = '<yourKafkaBroker>',
          'format'                        = 'json',
          'scan.startup.mode'             = 'earliest-offset'
        );

        CREATE TEMPORARY TABLE redis_sink (
          user_id    STRING,   -- Redis key
          login_time STRING,   -- Redis value
          PRIMARY KEY (user_id) NOT ENFORCED
        ) WITH (
          'connector' = 'redis',
          'mode'      = 'STRING',
          'host'      = '<yourHost>',
          'port'      = '<yourPort>',
          'password'  = '<yourPassword>'
        );

        INSERT INTO redis_sink
        SELECT * FROM kafka_source;
        """;

    private const string HashFields = """
        CREATE TEMPORARY TABLE kafka_source (
          order_id     STRING,  -- Order ID
          product_name STRING,  -- Product name
          quantity     STRING,  -- Product quantity
          amount       STRING   -- Order amount
        ) WITH (
          'connector'                     = 'kafka',
          'topic'                         = 'orders_topic',
          'properties.bootstrap.servers'  = '<yourKafkaBroker>',
          'format'                        = 'json',
          'scan.startup.mode'             = 'earliest-offset'
        );

        CREATE TEMPORARY TABLE redis_sink (
          order_id     STRING,  -- Redis key
          product_name STRING,  -- Hash field: product_name
          quantity     STRING,  -- Hash field: quantity
          amount       STRING,  -- Hash field: amount
          PRIMARY KEY (order_id) NOT ENFORCED
        ) WITH (
          'connector'   = 'redis',
          'mode'        = 'HASHMAP',
          'flattenHash' = 'true',
          'host'        = '<yourHost>',
          'port'        = '<yourPort>',
          'password'    = '<yourPassword>'
        );

        INSERT INTO redis_sink
        SELECT * FROM kafka_source;
        """;

    private const string Hash = """
        CREATE TEMPORARY TABLE kafka_source (
          order_id     STRING,  -- Order ID
          product_name STRING,  -- Product name
          quantity     STRING   -- Product quantity
        ) WITH (
          'connector'                     = 'kafka',
          'topic'                         = 'orders_topic',
          'properties.bootstrap.servers'  = '<yourKafkaBroker>',
          'format'                        = 'json',
          'scan.startup.mode'             = 'earliest-offset'
        );

        CREATE TEMPORARY TABLE redis_sink (
          order_id     STRING,  -- Redis key
          product_name STRING,  -- Redis Hash field
          quantity     STRING,  -- Redis Hash value
          PRIMARY KEY (order_id) NOT ENFORCED
        ) WITH (
          'connector' = 'redis',
          'mode'      = 'HASHMAP',
          'host'      = '<yourHost>',
          'port'      = '<yourPort>',
          'password'  = '<yourPassword>'
        );

        INSERT INTO redis_sink
        SELECT * FROM kafka_source;
        """;

    [Fact]
    public Task Strings_run_as_written() => RunsAsync(Strings, "user_logins",
        """{"user_id":"1001","login_time":"1714550400"}""", "1714550400", "GET", "1001");

    [Fact]
    public Task Hashes_with_a_field_per_column_run_as_written() => RunsAsync(HashFields, "orders_topic",
        """{"order_id":"17","product_name":"lamp","quantity":"2","amount":"79.00"}""", "product_name lamp quantity 2 amount 79.00", "HGETALL", "17");

    [Fact]
    public Task Hashes_with_a_field_per_message_run_as_written() => RunsAsync(Hash, "orders_topic",
        """{"order_id":"18","product_name":"chair","quantity":"4"}""", "chair 4", "HGETALL", "18");

    private async Task RunsAsync(string script, string topic, string message, string expected, params string[] command)
    {
        // The topics have the reference's names, so each example has a broker of its own, and a Redis with a password.
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
