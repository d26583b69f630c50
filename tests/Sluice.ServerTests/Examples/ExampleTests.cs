using System.Text.Json;
using Sluice.Cli.Demo;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Examples;

/// <summary>Every file under <c>examples/</c> does what its comments say. One that is not listed here fails.</summary>
public sealed class ExampleTests(RedisServer redis, MariaDbServer mysql, KafkaBroker kafka) : JobTest(redis, mysql), IClassFixture<KafkaBroker>
{
    private static readonly string s_folder = Path.Combine(Checkout.Root, "examples");

    private static readonly string[] s_servers = ["-p", "broker={kafka}", "-p", "redis=127.0.0.1", "-p", "port={redis}"];

    /// <summary>The jobs: their placeholders, the rows they move, and a command with what it answers afterwards.</summary>
    private static readonly Dictionary<string, Example> s_jobs = new()
    {
        ["strings.json"] = new([], 2, "GET email:1", "ada@shop.example,Lisboa"),
        ["json.json"] = new(["-p", "since=2024-06-01"], 1, "GET profile:3", """{"id":3,"name":"Chloé Dubois","since":"2024-06-03"}"""),
        ["hashes.json"] = new([], 3, "HGETALL customer:2", "name", "Björn Costa", "city", "København"),
        ["hash-fields.json"] = new([], 3, "HGETALL settings:1", "language", "pt", "newsletter", "weekly"),
        ["lists.json"] = new([], 4, "LRANGE visits:1 0 -1", "/", "/lamps", "/lamps/17"),
        ["lists-once.json"] = new([], 4, "LRANGE visits:1 0 -1", "/", "/lamps", "/lamps/17"),
        ["lists-cluster.json"] = new([], 4, "LRANGE visits:1 0 -1", "/", "/lamps", "/lamps/17") { Server = "cluster" },
        ["tls.json"] = new([], 3, "GET city:3", "Zürich") { Server = "secure" },
        ["sentinel.json"] = new([], 3, "GET city:3", "Zürich") { Server = "watched" },
        ["sets.json"] = new([], 3, "SMEMBERS tag:light", "lamp"),
        ["sorted-set.json"] = new([], 3, "ZRANGE sales 0 0 REV WITHSCORES", "table", "3100.25"),
        ["sharded-tables.json"] = new([], 5, "HGETALL order:103", "customer", "2", "total", "45.25", "placed", "2024-06-05"),
        ["open-dialect.json"] = new(["-p", "mysql=127.0.0.1:{mysql}", "-p", "redis=127.0.0.1:{redis}"], 3, "GET customer:1", "Ada Berg"),
        ["sqlite.json"] = new(["-p", "db={db}"], 1000, "SCARD city:Lisboa", "77"),
        ["load-generator.json"] = new(["-p", "rows=5000"], 10_000, "EXISTS load:0", "0"),
        ["demo/customers.json"] = new(["-p", "port={redis}", "-p", "db={db}"], 1000, "HGET customer:17 email", "customer17@shop.example"),
        ["demo/profiles.json"] = new(["-p", "port={redis}", "-p", "db={db}"], 834, "GET profile:17", """{"id":17,"name":"David Haddad","city":"Zürich","orders":5,"revenue":"""),
    };

    /// <summary>The SQL scripts that end by themselves.</summary>
    private static readonly Dictionary<string, Example> s_scripts = new()
    {
        ["kafka-hash-fields.sql"] = new(s_servers, 2, "HGETALL order:17", "product_name", "LAMP", "quantity", "2", "amount", "79.00")
        {
            Topic = "orders_topic",
            Messages =
            [
                """{"order_id":17,"product":{"name":"lamp","price":39.5},"quantity":2}""",
                """{"order_id":18,"product":{"name":"chair","price":120},"quantity":1}""",
                """{"order_id":19,"product":{"name":"table","price":300},"quantity":0}""",
            ],
        },
        ["changelog.sql"] = new(s_servers, 4, "HGETALL customer:1", "name", "Ada Berg", "city", "Porto")
        {
            // One made, one made and deleted, and the first one moved: -U is dropped, as the +U writes over the same key.
            Topic = "shop.customers",
            Messages =
            [
                """{"before":null,"after":{"id":1,"name":"Ada Berg","city":"Lisboa"},"op":"c"}""",
                """{"before":null,"after":{"id":2,"name":"Bo","city":"Oslo"},"op":"c"}""",
                """{"before":{"id":1,"name":"Ada Berg","city":"Lisboa"},"after":{"id":1,"name":"Ada Berg","city":"Porto"},"op":"u"}""",
                """{"before":{"id":2,"name":"Bo","city":"Oslo"},"after":null,"op":"d"}""",
            ],
        },
        ["statement-set.sql"] = new(s_servers, 5, "ZRANGE longest 0 -1 WITHSCORES", "/lamps", "4.5")
        {
            Topic = "clicks",
            Messages = ["""{"visitor":"ada","page":"/","seconds":0.5}""", "{broken", """{"visitor":"ada","page":"/lamps","seconds":4.5}"""],
        },
        ["lookup-string.sql"] = new(s_servers, 2, "DBSIZE", "1")
        {
            Before = ["SET user:1001 Ada"],
            Topic = "user_clicks",
            Messages = ["""{"user_id":"1001","page":"/"}""", """{"user_id":"1002","page":"/lamps"}""", """{"user_id":"1001","page":"/lamps/17"}"""],
            Prints = ["+I[/, 1001, Ada]", "+I[/lamps/17, 1001, Ada]"],
        },
        ["lookup-hash.sql"] = new(s_servers, 2, "DBSIZE", "2")
        {
            Before = ["HSET product:17 title lamp price 39.50 stock 4", "HSET product:18 title chair price 120"],
            Topic = "sales",
            Messages = ["""{"sale_id":1,"product_id":17,"quantity":2}""", """{"sale_id":2,"product_id":18,"quantity":1}""", """{"sale_id":3,"product_id":19,"quantity":1}"""],
            Prints = ["+I[1, lamp, 79.00, 4]", "+I[2, chair, 120.00, null]"],
        },
        ["lookup-hash-name.sql"] = new(s_servers, 2, "DBSIZE", "1")
        {
            Before = ["HSET countries PT Portugal DK Danmark"],
            Topic = "visits",
            Messages = ["""{"visitor":"ada","country":"PT"}""", """{"visitor":"bo","country":"XX"}"""],
            Prints = ["+I[ada, Portugal]", "+I[bo, unknown]"],
        },
        ["files.sql"] = new(s_servers, 3, "SMEMBERS tag:chairs", "ada"),
        ["generate.sql"] = new([.. s_servers, "-p", "rows=100"], 100, "ZCARD room:0", "20"),
        ["demo/stream.sql"] = new(["-p", "port={redis}"], -1, "EXISTS top-orders", "1"),
        ["select.sql"] = new([], 3, "DBSIZE", "0"),
    };

    /// <summary>The SQL scripts that run until they are stopped: a message, and what Redis holds then.</summary>
    private static readonly Dictionary<string, Example> s_endless = new()
    {
        ["kafka-string.sql"] = new(s_servers, 1, "GET 1001", "2024-05-01 08:30:00")
        {
            Topic = "user_logins",
            Messages = ["""{"user_id":"1001","login_time":"2024-05-01 08:30:00"}"""],
        },
        ["kafka-list-once.sql"] = new(s_servers, 2, "LLEN seen:1001", "2")
        {
            Topic = "pages_seen",
            Messages = ["""{"user_id":"1001","page":"/"}""", """{"user_id":"1001","page":"/lamps"}"""],
            After = ["LRANGE seen:1001 0 -1", "/lamps /"],
        },
        ["lookup-tracking.sql"] = new(s_servers, 2, "HGET order:12 amount", "3.00")
        {
            Before = ["HSET customer:7 name Ada city Porto"],
            Topic = "new_orders",
            Messages = ["""{"order_id":11,"customer":7,"amount":79.5}""", """{"order_id":12,"customer":8,"amount":3}"""],
            After = ["HGETALL order:11", "amount 79.50 name Ada city Porto", "HGETALL order:12", "amount 3.00"],
        },
        ["kafka-hash.sql"] = new(s_servers, 1, "HGET 4711 lamp", "2")
        {
            Topic = "order_lines",
            Messages = ["""{"order_id":"4711","product_name":"lamp","quantity":"2"}"""],
        },
    };

    /// <summary>What is no job.</summary>
    private static readonly string[] s_others = ["README.md", "datasources.json", "shop.sql", "visits.jsonl"];

    public static TheoryData<string> Files() => [.. Directory.GetFiles(s_folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(s_folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_file_is_run_and_does_what_it_says(string file)
    {
        Assert.Contains($"({(file == "README.md" ? "shop.sql" : file)})", await File.ReadAllTextAsync(Path.Combine(s_folder, "README.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        if (s_others.Contains(file))
        {
            // The jobs use them.
            return;
        }

        var example = s_jobs.GetValueOrDefault(file) ?? s_scripts.GetValueOrDefault(file) ?? s_endless.GetValueOrDefault(file);
        Assert.True(example is not null, $"examples/{file} is run by no test: add a line for it here");
        using var copy = await CopyAsync();
        await using var server = example.Server is { } entry ? await ExampleServer.StartAsync(entry, copy.Path) : null;
        foreach (var command in example.Before)
        {
            Redis.Command(command.Split(' '));
        }

        if (example.Topic is { } topic)
        {
            await kafka.CreateAsync(topic);
            await kafka.ProduceAsync(topic, 0, example.Messages);
        }

        if (s_endless.ContainsKey(file))
        {
            await RunUntilThereAsync(copy, file, example);
            return;
        }

        string[] program = file.EndsWith(".sql", StringComparison.Ordinal) ? ["sql"] : ["run", "--strict"];
        string[] arguments = [.. program, Path.Combine(copy.Path, file), "--json", .. example.Arguments.Select(copy.Fill)];
        var run = example.Prints.Length > 0
            ? await SluiceProcess.RunAsync(copy.Path, arguments)
            : await SluiceProcess.RunInsideAsync(arguments, name => name switch { "SHOP_PASSWORD" => MariaDbServer.Password, "REDIS_PASSWORD" => "", _ => null });

        Assert.True(run.ExitCode == 0, run.ToString());
        var summary = JsonDocument.Parse(run.Out.TrimEnd('\n').Split('\n')[^1]).RootElement;
        Assert.Equal("succeeded", summary.GetProperty("status").GetString());
        Assert.True(example.Rows < 0 || example.Rows == JobFolder.Number(summary, "rowsWritten"), run.ToString());
        Assert.Empty(run.Error);
        Assert.All(example.Prints, line => Assert.Contains($"{line}\n", run.Out, StringComparison.Ordinal));
        Assert.StartsWith(string.Join('\n', example.Answers), Answer(example, server), StringComparison.Ordinal);
    }

    private string Answer(Example example, ExampleServer? server = null)
    {
        string[] words = example.Command.Split(' ');
        var reply = server is null ? Redis.Command(words) : server.Command(words);
        return reply is object?[] items ? string.Join('\n', items) : $"{reply}";
    }

    private async Task RunUntilThereAsync(ExampleFolder copy, string file, Example example)
    {
        using var process = SluiceProcess.Start(copy.Path, ["sql", Path.Combine(copy.Path, file), "--json", .. example.Arguments.Select(copy.Fill)]);
        for (var attempt = 0; Answer(example) != example.Answers[0] && attempt < 300; attempt++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await process.SignalAsync("TERM");
        var run = await process.EndAsync();
        Assert.Equal(example.Answers[0], Answer(example));
        Assert.Equal((143, example.Rows), (run.ExitCode, JobFolder.Number(run.Json, "rowsWritten")));
        Assert.All(example.After.Chunk(2), pair => Assert.Equal(pair[1], string.Join(' ', (object?[])Redis.Command(pair[0].Split(' '))!)));
    }

    [Fact]
    public void No_test_runs_an_example_that_is_not_there() => Assert.All(s_jobs.Keys.Concat(s_scripts.Keys).Concat(s_endless.Keys).Concat(s_others), file => Assert.True(File.Exists(Path.Combine(s_folder, file)), file));

    /// <summary>The examples beside a data source file that differs in the ports, and the database that they expect.</summary>
    private async Task<ExampleFolder> CopyAsync()
    {
        await MySql.QueryAsync("DROP DATABASE shop; CREATE DATABASE shop CHARACTER SET utf8mb4");
        await MySql.QueryAsync(await File.ReadAllTextAsync(Path.Combine(s_folder, "shop.sql")), "shop");
        return new ExampleFolder(s_folder, Redis, MySql, kafka);
    }

    /// <param name="Rows">What is written; -1 where chance decides.</param>
    private sealed record Example(string[] Arguments, long Rows, string Command, params string[] Answers)
    {
        public string? Topic { get; init; }

        public string[] Messages { get; init; } = [];

        /// <summary>The data source that is another Redis than that of most examples; null: that one.</summary>
        public string? Server { get; init; }

        /// <summary>Commands that fill Redis.</summary>
        public string[] Before { get; init; } = [];

        /// <summary>Lines on standard output.</summary>
        public string[] Prints { get; init; } = [];

        /// <summary>More commands, each followed by what it answers.</summary>
        public string[] After { get; init; } = [];
    }

    private sealed class ExampleFolder : IDisposable
    {
        private readonly RedisServer _redis;
        private readonly MariaDbServer _mysql;
        private readonly KafkaBroker _kafka;

        public ExampleFolder(string source, RedisServer redis, MariaDbServer mysql, KafkaBroker kafka)
        {
            (_redis, _mysql, _kafka) = (redis, mysql, kafka);
            foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
            {
                var target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(source, file));
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
                File.WriteAllText(target, File.ReadAllText(file).Replace("\"port\": 3306", $"\"port\": {mysql.Port}", StringComparison.Ordinal).Replace("\"port\": 6379", $"\"port\": {redis.Port}", StringComparison.Ordinal));
            }

            ShopDatabase.Create(System.IO.Path.Combine(Path, "shop.db"));
        }

        public string Path { get; } = ServerProcess.NewFolder("examples");

        public string Fill(string argument) => argument.Replace("{mysql}", $"{_mysql.Port}", StringComparison.Ordinal)
            .Replace("{kafka}", _kafka.Address, StringComparison.Ordinal)
            .Replace("{redis}", $"{_redis.Port}", StringComparison.Ordinal)
            .Replace("{db}", System.IO.Path.Combine(Path, "shop.db"), StringComparison.Ordinal);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
