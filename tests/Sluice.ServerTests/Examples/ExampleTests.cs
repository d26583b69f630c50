using Sluice.Cli.Demo;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Examples;

/// <summary>Every file under <c>examples/</c> does what its comments say. One that is not listed here fails.</summary>
public sealed class ExampleTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private static readonly string s_folder = Path.Combine(Checkout.Root, "examples");

    /// <summary>The jobs: their placeholders, the rows they move, and a command with what it answers afterwards.</summary>
    private static readonly Dictionary<string, Example> s_jobs = new()
    {
        ["strings.json"] = new([], 2, "GET email:1", "ada@shop.example,Lisboa"),
        ["json.json"] = new(["-p", "since=2024-06-01"], 1, "GET profile:3", """{"id":3,"name":"Chloé Dubois","since":"2024-06-03"}"""),
        ["hashes.json"] = new([], 3, "HGETALL customer:2", "name", "Björn Costa", "city", "København"),
        ["hash-fields.json"] = new([], 3, "HGETALL settings:1", "language", "pt", "newsletter", "weekly"),
        ["lists.json"] = new([], 4, "LRANGE visits:1 0 -1", "/", "/lamps", "/lamps/17"),
        ["sets.json"] = new([], 3, "SMEMBERS tag:light", "lamp"),
        ["sorted-set.json"] = new([], 3, "ZRANGE sales 0 0 REV WITHSCORES", "table", "3100.25"),
        ["sharded-tables.json"] = new([], 5, "HGETALL order:103", "customer", "2", "total", "45.25", "placed", "2024-06-05"),
        ["open-dialect.json"] = new(["-p", "mysql=127.0.0.1:{mysql}", "-p", "redis=127.0.0.1:{redis}"], 3, "GET customer:1", "Ada Berg"),
        ["sqlite.json"] = new(["-p", "db={db}"], 1000, "SCARD city:Lisboa", "77"),
        ["load-generator.json"] = new(["-p", "rows=5000"], 10_000, "EXISTS load:0", "0"),
        ["demo/customers.json"] = new(["-p", "port={redis}", "-p", "db={db}"], 1000, "HGET customer:17 email", "customer17@shop.example"),
        ["demo/profiles.json"] = new(["-p", "port={redis}", "-p", "db={db}"], 834, "GET profile:17", """{"id":17,"name":"David Haddad","city":"Zürich","orders":5,"revenue":"""),
    };

    /// <summary>What is no job.</summary>
    private static readonly string[] s_others = ["README.md", "datasources.json", "shop.sql"];

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

        Assert.True(s_jobs.TryGetValue(file, out var example), $"examples/{file} is run by no test: add a line for it here");
        using var copy = await CopyAsync();

        var run = await SluiceProcess.RunInsideAsync(
            ["run", Path.Combine(copy.Path, file), "--json", "--strict", .. example.Arguments.Select(copy.Fill)],
            name => name switch { "SHOP_PASSWORD" => MariaDbServer.Password, "REDIS_PASSWORD" => "", _ => null });

        Assert.Equal(example.Rows, JobFolder.Number(JobFolder.Check(run, 0, "succeeded"), "rowsWritten"));
        Assert.Empty(run.Error);
        var reply = Redis.Command(example.Command.Split(' '));
        Assert.StartsWith(string.Join('\n', example.Answers), reply is object?[] items ? string.Join('\n', items) : $"{reply}", StringComparison.Ordinal);
    }

    [Fact]
    public void No_test_runs_an_example_that_is_not_there() => Assert.All(s_jobs.Keys.Concat(s_others), file => Assert.True(File.Exists(Path.Combine(s_folder, file)), file));

    /// <summary>The examples beside a data source file that differs in the ports, and the database that they expect.</summary>
    private async Task<ExampleFolder> CopyAsync()
    {
        await MySql.QueryAsync("DROP DATABASE shop; CREATE DATABASE shop CHARACTER SET utf8mb4");
        await MySql.QueryAsync(await File.ReadAllTextAsync(Path.Combine(s_folder, "shop.sql")), "shop");
        return new ExampleFolder(s_folder, Redis, MySql);
    }

    private sealed record Example(string[] Arguments, long Rows, string Command, params string[] Answers);

    private sealed class ExampleFolder : IDisposable
    {
        private readonly RedisServer _redis;
        private readonly MariaDbServer _mysql;

        public ExampleFolder(string source, RedisServer redis, MariaDbServer mysql)
        {
            (_redis, _mysql) = (redis, mysql);
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
            .Replace("{redis}", $"{_redis.Port}", StringComparison.Ordinal)
            .Replace("{db}", System.IO.Path.Combine(Path, "shop.db"), StringComparison.Ordinal);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
