using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Cli;

/// <summary>Whole jobs as a user starts them: files, a process, an exit code.</summary>
[Collection(RedisAndMariaDbCollection.Name)]
public sealed class RunTests(RedisServer redis, MariaDbServer mysql) : IDisposable
{
    private readonly string _folder = ServerProcess.NewFolder("cli");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_job_moves_all_rows_and_says_so_in_json()
    {
        await WriteJobAsync(rows: 2500);

        var run = await SluiceProcess.RunAsync(_folder, "run", "job.json", "-p", "prefix=moved", "--json");

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal("succeeded", run.Json.GetProperty("status").GetString());
        Assert.Equal(2500, run.Json.GetProperty("rowsRead").GetInt64());
        Assert.Equal(2500, run.Json.GetProperty("rowsWritten").GetInt64());
        Assert.True(run.Json.GetProperty("bytesOut").GetInt64() > 2500);
        Assert.Equal("name 2500", redis.Command("GET", "moved:2500"));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task A_dry_run_prints_commands_and_leaves_redis_alone()
    {
        await WriteJobAsync(rows: 5);

        var run = await SluiceProcess.RunAsync(_folder, "run", "job.json", "-p", "prefix=dry", "--dry-run", "2");

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(2, run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("SET dry:1 ", run.Out, StringComparison.Ordinal);
        Assert.Null(redis.Command("GET", "dry:1"));
    }

    [Fact]
    public async Task A_refused_password_ends_with_2_and_is_not_printed()
    {
        await WriteJobAsync(rows: 1, password: "not the password");

        var run = await SluiceProcess.RunAsync(_folder, "run", "job.json", "-p", "prefix=x", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("refused", run.Json.GetProperty("status").GetString());
        Assert.DoesNotContain("not the password", run.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redis_that_is_not_there_ends_with_1_and_names_the_address()
    {
        var nobody = ServerProcess.FreePort();
        await WriteJobAsync(rows: 1, redisPort: nobody);

        var run = await SluiceProcess.RunAsync(_folder, "run", "job.json", "-p", "prefix=x", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("failed", run.Json.GetProperty("status").GetString());
        Assert.Contains($"127.0.0.1:{nobody}", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_closes_the_books_before_the_process_ends(string signal, int code)
    {
        await WriteJobAsync(rows: 100_000, setting: """{"speed":{"concurrent":1,"throttle":true,"mbps":"1"}}""", name: "REPEAT('x', 200)");
        using var process = SluiceProcess.Start(_folder, "run", "job.json", "-p", $"prefix=stopped-{signal}", "--json");
        while (redis.Command("GET", $"stopped-{signal}:1") is null)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await process.SignalAsync(signal);
        var run = await process.EndAsync();

        Assert.True(run.ExitCode == code, run.ToString());
        Assert.Equal("stopped", run.Json.GetProperty("status").GetString());
        var written = run.Json.GetProperty("rowsWritten").GetInt64();
        Assert.InRange(written, 1, 99_999);
        Assert.Equal(run.Json.GetProperty("rowsRead").GetInt64(), written);
        Assert.NotNull(redis.Command("GET", $"stopped-{signal}:{written}"));
        Assert.Null(redis.Command("GET", $"stopped-{signal}:{written + 1}"));
    }

    private async Task WriteJobAsync(int rows, string? password = null, int? redisPort = null, string setting = "{}", string name = "CONCAT('name ', seq)")
    {
        var database = await mysql.NewDatabaseAsync($"CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(300)); INSERT INTO t SELECT seq, {name} FROM seq_1_to_{rows};");
        await File.WriteAllTextAsync(Path.Combine(_folder, "datasources.json"), $$"""
            {
              "shop": { "mysql": { "host": "{{mysql.Host}}", "port": {{mysql.Port}}, "database": "{{database}}",
                                   "username": "{{MariaDbServer.User}}", "password": "${file:password}" } },
              "cache": { "redis": { "host": "{{redis.Host}}", "port": {{redisPort ?? redis.Port}} } }
            }
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), (password ?? MariaDbServer.Password) + "\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "job.json"), $$"""
            {
              "type": "job", "version": "2.0",
              "steps": [
                { "stepType": "mysql", "name": "r", "category": "reader",
                  "parameter": { "datasource": "shop", "connection": [{ "table": ["t"] }], "column": ["'${prefix}'", "id", "name"], "splitPk": "" } },
                { "stepType": "redis", "name": "w", "category": "writer",
                  "parameter": { "datasource": "cache", "keyIndexes": [0, 1], "keyFieldDelimiter": ":", "timeout": 2000, "batchSize": 500 } }
              ],
              "order": { "hops": [{ "from": "r", "to": "w" }] },
              "setting": {{setting}}
            }
            """);
    }
}
