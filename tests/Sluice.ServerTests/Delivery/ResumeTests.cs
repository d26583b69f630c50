using System.Text.Json;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Delivery;

/// <summary>S-27a: jobs that end in the middle, and what another run makes of that.</summary>
public sealed class ResumeTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private const int Rows = 60_000;
    private const string Key = "sluice:job:job";
    private const string Reader = """ "table": "t", "column": ["id", "name"], "splitPk": "id" """;
    private const string Writer = """ "keyIndexes": [0], "keyFieldDelimiter": "-" """;

    /// <summary>About 12 MB of values at 1 MiB a second: nothing is at its end within the first seconds.</summary>
    private const string Slow = """{ "speed": { "concurrent": 3, "throttle": true, "mbps": "1" } }""";

    private const string Fast = """{ "speed": { "concurrent": 3 } }""";

    private static readonly string s_table =
        $"CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(250) NOT NULL); INSERT INTO t SELECT seq, RPAD(CONCAT('name ', seq), 200, '.') FROM seq_1_to_{Rows}";

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task A_job_that_was_ended_in_the_middle_is_continued_there(string signal)
    {
        var folder = await FolderAsync(s_table);
        await EndInTheMiddleAsync(folder, signal);
        Assert.True(Keys < Rows);

        folder.Job(Reader, Writer, Fast);
        var run = await folder.RunAsync("run", "job.json", "--resume", "--json");

        var summary = JobFolder.Check(run, 0, "succeeded");
        Assert.InRange(JobFolder.Number(summary, "rowsRead"), 1, Rows - 1);
        Assert.Equal(Rows, Keys);
        Assert.Equal($"name {Rows}".PadRight(200, '.'), Get($"{Rows}"));
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("resume").ValueKind);
    }

    [Theory]
    [InlineData("list", true)]
    [InlineData("set", false)]
    public async Task A_list_job_that_is_continued_says_what_may_stand_twice(string type, bool says)
    {
        var folder = await FolderAsync(s_table);
        var writer = Writer + $$""", "writeMode": { "type": "{{type}}" } """;
        await EndInTheMiddleAsync(folder, "TERM", Reader, writer, Slow, []);

        folder.Job(Reader, writer, Fast);
        var run = await folder.RunAsync("run", "job.json", "--resume", "--json");

        JobFolder.Check(run, 0, "succeeded");
        Assert.Equal(says ? 1 : 0, run.Error.Split('\n').Count(l => l.Contains("may stand twice in lists; 'deliveryGuarantee' exactly-once avoids that", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_stopped_job_says_how_it_is_continued()
    {
        var folder = await FolderAsync(s_table);
        var run = await EndInTheMiddleAsync(folder, "TERM", "-p", "day=it's 1", "-p", "unused=secret");

        Assert.Equal(143, run.ExitCode);
        Assert.Equal(@"sluice run job.json --json -p 'day=it'\''s 1' -p unused=... --resume", run.Json.GetProperty("resume").GetString());
        Assert.Contains("to continue where it stopped: " + run.Json.GetProperty("resume").GetString(), run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_script_does_not_continue_and_what_differs_is_said()
    {
        var folder = await FolderAsync(s_table);
        await EndInTheMiddleAsync(folder, "TERM");

        folder.Job(Reader.Replace("splitPk\": \"id\"", "splitPk\": \"id\", \"where\": \"id > 0\"", StringComparison.Ordinal), Writer.Replace("\"-\"", "\"+\"", StringComparison.Ordinal), Fast);
        var refused = await folder.RunAsync("run", "job.json", "--resume", "--json");
        JobFolder.Check(refused, 2, "refused", "the reader's 'where', the writer's 'keyFieldDelimiter' are another now", "--restart", "--job-id", Key);

        var other = await folder.RunAsync("run", "job.json", "--resume", "--job-id", "other", "--json");
        Assert.Contains("nothing is stored", other.Error, StringComparison.Ordinal);
        Assert.Equal(1L, Redis.Command("EXISTS", Key));

        var restarted = await folder.RunAsync("run", "job.json", "--restart", "--json");
        Assert.Equal(Rows, JobFolder.Number(JobFolder.Check(restarted, 0, "succeeded"), "rowsWritten"));
        Assert.Equal(0L, Redis.Command("EXISTS", Key));
    }

    [Fact]
    public async Task A_run_without_resume_starts_over_and_leaves_nothing_behind()
    {
        var folder = await FolderAsync(s_table);
        await EndInTheMiddleAsync(folder, "KILL");

        folder.Job(Reader, Writer, Fast);
        Assert.Equal(Rows, JobFolder.Number(await folder.ExpectAsync(0, "succeeded"), "rowsRead"));
        Assert.Equal(Rows, Keys);
    }

    [Fact]
    public async Task With_nothing_stored_a_resumed_job_starts_from_the_beginning_and_says_so()
    {
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(9)); INSERT INTO t VALUES (1, 'a')");
        folder.Job(Reader, Writer);

        var run = await folder.RunAsync("run", "job.json", "--resume", "--json");

        Assert.Equal(1, JobFolder.Number(JobFolder.Check(run, 0, "succeeded"), "rowsWritten"));
        Assert.Contains($"--resume: nothing is stored (redis {Redis.Host}:{Redis.Port}/0, key '{Key}'); starting from the beginning", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, Keys);
    }

    [Theory]
    [InlineData("SET", "x")]
    [InlineData("HSET", "colour", "red")]
    public async Task A_key_of_ours_that_holds_something_else_is_refused_and_left_alone(string command, params string[] content)
    {
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(9)); INSERT INTO t VALUES (1, 'a')");
        folder.Job(Reader, Writer);
        Redis.Command([command, Key, .. content]);

        foreach (var option in (string[])["--resume", "--restart", "--quiet"])
        {
            var run = await folder.RunAsync("run", "job.json", option, "--json");
            JobFolder.Check(run, 2, "refused", $"'{Key}'", "rename it there, or choose another name with --job-id");
            Assert.DoesNotContain("--restart", run.Error, StringComparison.Ordinal);
        }

        Assert.Equal(1, Keys);
        Assert.Equal(1L, Redis.Command("EXISTS", Key));
    }

    [Fact]
    public async Task A_server_that_refuses_positions_is_a_warning()
    {
        var folder = await FolderAsync(s_table);
        Redis.Command("ACL", "SETUSER", "rows", "on", ">pw", "resetkeys", "~r*", "+@all");
        (folder.Redis["username"], folder.Redis["password"]) = ("rows", "pw");
        folder.Job(Reader.Replace("\"id\", \"name\"", "\"concat('r', id)\", \"name\"", StringComparison.Ordinal) + """, "where": "id <= 15000" """, Writer, Slow);

        var run = await folder.RunAsync("run", "job.json", "--json");

        Assert.Equal(15_000, JobFolder.Number(JobFolder.Check(run, 0, "succeeded"), "rowsWritten"));
        Assert.Single(run.Error.Split('\n'), l => l.Contains("positions cannot be stored, so this run cannot be resumed; the job goes on", StringComparison.Ordinal));
        Assert.Equal(15_000, Keys);
        JobFolder.Check(await folder.RunAsync("run", "job.json", "--resume", "--json"), 2, "refused", "NOPERM");
    }

    [Fact]
    public async Task Dirty_records_of_the_run_before_stay()
    {
        var folder = await FolderAsync(s_table + "; UPDATE t SET name = 'no number' WHERE id IN (1, 60000)");
        const string writer = """ "keyIndexes": [0], "writeMode": { "type": "zset", "mode": "zadd" } """;
        var reader = Reader.Replace("\"name\"", "\"IF(name = 'no number', name, id)\", \"name\"", StringComparison.Ordinal);
        const string limit = """ "errorLimit": { "record": "5" }, """;
        await EndInTheMiddleAsync(folder, "TERM", reader, writer, "{" + limit + Slow.Trim()[1..], ["--dirty-records", folder.DirtyFile]);
        Assert.Single(folder.DirtyLines);

        folder.Job(reader, writer, "{" + limit + Fast.Trim()[1..]);
        var run = await folder.RunAsync("run", "job.json", "--resume", "--json");

        Assert.Equal(1, JobFolder.Number(JobFolder.Check(run, 0, "succeeded"), "rowsDirty"));
        Assert.Equal(2, folder.DirtyLines.Length);
    }

    [Fact]
    public async Task A_dry_run_and_explain_touch_no_position()
    {
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(9)); INSERT INTO t VALUES (1, 'a')");
        folder.Job(Reader, Writer);
        Redis.Command("SET", Key, "x");

        Assert.Equal(0, (await folder.RunAsync("run", "job.json", "--dry-run")).ExitCode);
        var explained = await folder.RunAsync("explain", "job.json", "--datasources", Path.Combine(folder.Path, "datasources.json"));

        Assert.Equal(0, explained.ExitCode);
        Assert.Contains("positions: by id", explained.Out, StringComparison.Ordinal);
        Assert.Contains("instance  job", explained.Out, StringComparison.Ordinal);
        Assert.Equal("x", Get(Key));
    }

    private Task<SluiceProcess.Ended> EndInTheMiddleAsync(JobFolder folder, string signal, params string[] more)
    {
        var reader = more.Length == 0 ? Reader : Reader + """, "where": "'${day}' <> ''" """;
        return EndInTheMiddleAsync(folder, signal, reader.Replace("'${day}'", "\\\"${day}\\\"", StringComparison.Ordinal), Writer, Slow, more);
    }

    /// <summary>Starts the job, and ends it when some of it is written and stored.</summary>
    private async Task<SluiceProcess.Ended> EndInTheMiddleAsync(JobFolder folder, string signal, string reader, string writer, string setting, string[] more)
    {
        folder.Job(reader, writer, setting);
        using var process = folder.Start(["run", "job.json", "--json", .. more]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!Array("KEYS", "sluice:job:*").SelectMany(k => Array("HVALS", k)).Any(v => v.Contains(" key > ", StringComparison.Ordinal)))
        {
            await Task.Delay(50, limit.Token);
        }

        await process.SignalAsync(signal);
        return await process.EndAsync();
    }
}
