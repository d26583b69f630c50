using System.Diagnostics;
using System.Text.Json;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.BadInput;

/// <summary>Servers that fail while a job runs, and jobs that are stopped: what was confirmed is counted, and the books balance.</summary>
public sealed class FailureTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private const string Table = "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(300)); INSERT INTO t SELECT seq, REPEAT('x', 200) FROM seq_1_to_100000";
    private const string Reader = """ "table": "t", "column": ["id", "name"] """;
    private const string Writer = """ "keyIndexes": 0, "batchSize": 500, "timeout": 2000 """;
    private const string Slow = """{"speed": {"concurrent": 1, "throttle": true, "mbps": 2}}""";

    [Fact]
    public async Task Mysql_dying_in_the_middle_ends_with_1_and_what_was_confirmed()
    {
        await using var mortal = await MariaDbServer.StartNewAsync();
        using var folder = new JobFolder(Redis, mortal, await mortal.NewDatabaseAsync(Table));
        folder.Job(Reader, Writer, Slow);
        using var process = folder.Start("run", "job.json", "--json");
        await UntilAsync(() => Keys > 1000);

        await mortal.KillAsync();
        var summary = JobFolder.Check(await process.EndAsync(), 1, "failed", $"127.0.0.1:{mortal.Port}", "broke off after", "MySQL error 20");

        AssertConfirmed(summary, RowKeys);
    }

    [Fact]
    public async Task Redis_dying_in_the_middle_is_tried_again_until_the_timeout_and_ends_with_1()
    {
        await using var mortal = await RedisServer.StartNewAsync();
        using var folder = new JobFolder(mortal, MySql, await MySql.NewDatabaseAsync(Table));
        folder.Job(Reader, Writer, Slow);
        using var process = folder.Start("run", "job.json", "--json");
        await UntilAsync(() => (long)mortal.Command("DBSIZE")! > 1000);

        var clock = Stopwatch.StartNew();
        await mortal.KillAsync();
        var summary = JobFolder.Check(await process.EndAsync(), 1, "failed", $"redis 127.0.0.1:{mortal.Port}", "within 2000 ms (timeout)", "Connection refused");

        Assert.True(clock.Elapsed.TotalSeconds > 1.5, $"gave up after {clock.Elapsed}");
        Assert.True(JobFolder.Number(summary, "rowsWritten") > 500);

        // Whether a flush was on its way when the server died is chance; what was never sent is not read (S-9).
        Assert.Equal(JobFolder.Number(summary, "rowsRead"), JobFolder.Number(summary, "rowsWritten") + JobFolder.Number(summary, "rowsUnknown"));
    }

    [Fact]
    public async Task Redis_coming_back_in_time_costs_no_row()
    {
        await using var mortal = await RedisServer.StartNewAsync();
        using var folder = new JobFolder(mortal, MySql, await MySql.NewDatabaseAsync("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(300)); INSERT INTO t SELECT seq, REPEAT('x', 200) FROM seq_1_to_20000"));
        folder.Job(Reader, """ "keyIndexes": 0, "batchSize": 500 """, Slow);
        using var process = folder.Start("run", "job.json", "--json");
        await UntilAsync(() => (long)mortal.Command("DBSIZE")! > 1000);

        await mortal.RestartAsync();
        var summary = JobFolder.Check(await process.EndAsync(), 0, "succeeded");

        Assert.Equal(20_000, JobFolder.Number(summary, "rowsWritten"));
        Assert.True(JobFolder.Number(summary, "retries") > 0);
        Assert.NotNull(mortal.Command("GET", "20000"));
    }

    [Fact]
    public async Task A_redis_without_memory_is_tried_again_until_the_timeout_and_ends_with_1()
    {
        await using var full = await RedisServer.StartNewAsync("--maxmemory", "4mb", "--maxmemory-policy", "noeviction");
        using var folder = new JobFolder(full, MySql, await MySql.NewDatabaseAsync(Table));
        folder.Job(Reader, Writer);

        var summary = await folder.ExpectAsync(1, "failed", $"redis 127.0.0.1:{full.Port}", "within 2000 ms (timeout)", "OOM command not allowed");

        Assert.Equal(0, JobFolder.Number(summary, "rowsDirty"));
        AssertConfirmed(summary, (long)full.Command("DBSIZE")!);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_with_its_code_and_balanced_books(string signal, int code)
    {
        var folder = await FolderAsync(Table);
        folder.Job(""" "table": "t", "column": ["id", "name"], "splitPk": "id" """, Writer, """{"speed": {"concurrent": 3, "throttle": true, "mbps": 2}}""");
        using var process = folder.Start("run", "job.json", "--json");
        await UntilAsync(() => Keys > 1000);

        await process.SignalAsync(signal);
        var run = await process.EndAsync();

        Assert.True(run.ExitCode == code, run.ToString());
        Assert.Equal("stopped", run.Json.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("error").ValueKind);
        AssertConfirmed(run.Json, RowKeys);
        Assert.Equal(0, JobFolder.Number(run.Json, "rowsUnknown"));
    }

    [Fact]
    public async Task A_throttled_job_takes_its_time()
    {
        // 20,000 records of 204 to 205 bytes are 3.9 MiB; the first second's worth may go at once.
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(300)); INSERT INTO t SELECT seq, REPEAT('x', 200) FROM seq_1_to_20000");
        folder.Job(Reader, """ "keyIndexes": 0, "batchSize": 500 """, """{"speed": {"concurrent": 2, "throttle": true, "mbps": "1.3"}}""");

        var summary = await MovesAsync(folder, 20_000);

        Assert.True(summary.GetProperty("seconds").GetDouble() > 1.5, $"{summary}");
    }

    /// <summary>All that is counted as written is there, and nothing else but what nobody can know.</summary>
    private static void AssertConfirmed(JsonElement summary, long keys)
    {
        var written = JobFolder.Number(summary, "rowsWritten");
        Assert.InRange(written, 1, 99_999);
        Assert.InRange(keys, written, written + JobFolder.Number(summary, "rowsUnknown"));
        Assert.Equal(JobFolder.Number(summary, "rowsRead"), written + JobFolder.Number(summary, "rowsUnknown"));
    }

    private static async Task UntilAsync(Func<bool> happened)
    {
        var clock = Stopwatch.StartNew();
        while (!happened())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "the job does not start");
            await Task.Delay(20);
        }
    }
}
