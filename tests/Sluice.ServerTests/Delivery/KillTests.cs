using System.Globalization;
using System.Text.Json;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Delivery;

/// <summary>S-27: list jobs that are killed at any moment and started again until they are done; <c>bench/run kill</c> is the long version.</summary>
public sealed class KillTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private const int Rows = 30_000;
    private const int ListCount = 1_000;
    private const int MostRuns = 20;

    private const string Reader = """ "table": "t", "column": ["k", "v"], "splitPk": "id" """;
    private const string ByGroup = """ "table": "t", "column": ["k", "v"], "splitPk": "g" """;
    private const string Writer = """ "keyIndexes": [0], "writeMode": { "type": "list" }, "deliveryGuarantee": "exactly-once" """;

    /// <summary>About 3 MB of values at 1 MiB a second.</summary>
    private const string Slow = """ "throttle": true, "mbps": "1" """;

    /// <summary>Groups of 7 rows, and one of 6000: more than a batch.</summary>
    private static readonly string s_table = $"""
        CREATE TABLE t (id INT PRIMARY KEY, g INT NOT NULL, k VARCHAR(8) NOT NULL, v VARCHAR(100) NOT NULL, KEY (g));
        INSERT INTO t SELECT seq, IF(seq BETWEEN 10000 AND 15999, 2000, seq DIV 7), CONCAT('k', seq % {ListCount}), RPAD(seq, 95, '.') FROM seq_1_to_{Rows}
        """;

    [Theory]
    [InlineData(Reader, 1)]
    [InlineData(Reader, 3)]
    [InlineData(ByGroup, 1)]
    [InlineData(ByGroup, 2)]
    public async Task A_list_job_that_is_killed_and_started_again_until_it_is_done_adds_each_element_once(string reader, int tasks)
    {
        var folder = await FolderAsync(s_table);
        var random = new Random(reader.Length + tasks);
        folder.Job(reader, Writer, Setting(tasks, Slow));
        for (var kills = 0; kills < 3; kills++)
        {
            using var process = folder.Start("run", "job.json", "--json");
            await ProgressAsync(Redis, Confirmed(Redis));
            await Task.Delay(random.Next(250));
            await process.SignalAsync("KILL");
            await process.EndAsync();
        }

        Assert.True(Confirmed(Redis) > 0);
        folder.Job(reader, Writer, Setting(tasks, ""));
        var last = await folder.ExpectAsync(0, "succeeded");
        Assert.True(JobFolder.Number(last, "rowsWritten") < Rows);
        AssertLists(Redis, inOrder: reader == Reader && tasks == 1);

        var again = await folder.RunAsync("run", "job.json", "--json");
        Assert.Equal(0, JobFolder.Number(JobFolder.Check(again, 0, "succeeded"), "rowsWritten"));
        Assert.Contains("finished since", again.Error, StringComparison.Ordinal);
        AssertLists(Redis, inOrder: false);

        var anew = await folder.RunAsync("run", "job.json", "--restart", "--json");
        Assert.Equal(Rows, JobFolder.Number(JobFolder.Check(anew, 0, "succeeded"), "rowsWritten"));
        Assert.Equal(2L * Rows / ListCount, Redis.Command("LLEN", "k1"));
    }

    [Fact]
    public async Task A_server_that_is_killed_and_started_again_has_each_element_once()
    {
        await using var server = await RedisServer.StartNewAsync("--appendonly", "yes", "--appendfsync", "always");
        var folder = await FolderAsync(s_table);
        folder.Redis["port"] = server.Port;
        folder.Job(Reader, Writer, Setting(1, Slow));
        var random = new Random(11);
        var runs = 0;
        var kills = 0;
        for (var ended = false; !ended; runs++)
        {
            Assert.True(runs < MostRuns);
            using var process = folder.Start("run", "job.json", "--json");
            var ending = process.EndAsync();
            for (; kills < 3 && !ending.IsCompleted; kills++)
            {
                await ProgressAsync(server, Confirmed(server), ending);
                await Task.Delay(random.Next(200));
                await server.RestartAsync();
            }

            var end = await ending;
            Assert.True(end.ExitCode is 0 or 1, end.ToString());
            ended = end.ExitCode == 0;
        }

        Assert.Equal(3, kills);
        AssertLists(server, inOrder: true);
    }

    [Fact]
    public async Task Of_two_runs_of_one_job_at_a_time_one_fails_cleanly_and_no_element_is_added_twice()
    {
        var folder = await FolderAsync(s_table);
        folder.Job(Reader, Writer, Setting(1, Slow));
        using var first = folder.Start("run", "job.json", "--json");
        await ProgressAsync(Redis, 0);
        using var second = folder.Start("run", "job.json", "--json");
        var (one, two) = (await first.EndAsync(), await second.EndAsync());

        Assert.True(one.ExitCode == 1, one.ToString());
        Assert.Contains("another process works on the same part of this job", one.Error, StringComparison.Ordinal);
        Assert.Contains("nothing needs to be done", one.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sluice run", one.Error, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, one.Json.GetProperty("resume").ValueKind);
        Assert.Equal(0, JobFolder.Number(one.Json, "rowsUnknown"));
        Assert.True(two.ExitCode == 0, two.ToString());
        Assert.Equal(Rows, JobFolder.Number(one.Json, "rowsWritten") + JobFolder.Number(two.Json, "rowsWritten"));
        AssertLists(Redis, inOrder: true);
    }

    [Fact]
    public async Task A_stopped_run_says_that_starting_it_again_continues_exactly_and_it_does()
    {
        var folder = await FolderAsync(s_table);
        folder.Job(Reader, Writer, Setting(1, Slow));
        using var first = folder.Start("run", "job.json", "--restart", "--json");
        await ProgressAsync(Redis, 0);
        await first.SignalAsync("INT");
        var stopped = await first.EndAsync();

        Assert.True(stopped.ExitCode == 130, stopped.ToString());
        Assert.Contains("starting it again continues exactly where it stopped", stopped.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("starts it over", stopped.Error, StringComparison.Ordinal);
        Assert.Equal("sluice run job.json --json", stopped.Json.GetProperty("resume").GetString());

        folder.Job(Reader, Writer, Setting(1, ""));
        var rest = await folder.ExpectAsync(0, "succeeded");
        Assert.Equal(Rows, JobFolder.Number(stopped.Json, "rowsWritten") + JobFolder.Number(rest, "rowsWritten"));
        AssertLists(Redis, inOrder: true);
    }

    [Fact]
    public async Task A_run_that_stood_still_while_another_one_came_to_the_end_adds_nothing_when_it_goes_on()
    {
        var folder = await FolderAsync(s_table);
        folder.Job(Reader, Writer, Setting(1, Slow));
        using var first = folder.Start("run", "job.json", "--json");
        await ProgressAsync(Redis, 0);
        await first.SignalAsync("STOP");
        var second = await folder.RunAsync("run", "job.json", "--json");
        await first.SignalAsync("CONT");
        var one = await first.EndAsync();

        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.True(one.ExitCode == 1, one.ToString());
        Assert.Contains("another process works on the same part of this job", one.Error, StringComparison.Ordinal);
        AssertLists(Redis, inOrder: true);
    }

    [Theory]
    [InlineData(""" "table": "t", "column": ["k", "v"] """, "exactly-once needs an order")]
    [InlineData(""" "table": "t", "column": ["k", "v"], "where": "'${cyctime}' <> ''", "splitPk": "id" """, "${cyctime} is taken from the clock")]
    [InlineData(""" "querySql": "SELECT k, v FROM t" """, "exactly-once needs an order")]
    public async Task What_cannot_be_written_exactly_once_is_refused_with_the_reason(string reader, string reason)
    {
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, k VARCHAR(9), v VARCHAR(9)); INSERT INTO t VALUES (1, 'a', 'b')");
        folder.Job(reader, Writer);
        await RefusesAsync(folder, 2, reason);
    }

    private static string Setting(int tasks, string speed) => $$"""{ "speed": { "concurrent": {{tasks}}{{(speed.Length > 0 ? "," : "")}} {{speed}} } }""";

    /// <summary>Rows that the stored positions cover.</summary>
    private static long Confirmed(RedisServer redis) => ((object?[])redis.Command("KEYS", "sluice:position:*")!)
        .Sum(k => long.Parse(((string)redis.Command("HGET", (string)k!, "position")!).Split(' ')[0], CultureInfo.InvariantCulture));

    /// <summary>Until more rows than that are covered, or the run has ended.</summary>
    private static async Task ProgressAsync(RedisServer redis, long before, Task? ended = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Confirmed(redis) <= before && ended is not { IsCompleted: true })
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private static void AssertLists(RedisServer redis, bool inOrder)
    {
        for (var list = 0; list < ListCount; list++)
        {
            var expected = Enumerable.Range(1, Rows).Where(id => id % ListCount == list).Select(id => id.ToString(CultureInfo.InvariantCulture).PadRight(95, '.'));
            var found = ((object?[])redis.Command("LRANGE", $"k{list}", "0", "-1")!).Cast<string>();
            Assert.Equal(inOrder ? expected : expected.Order(StringComparer.Ordinal), inOrder ? found : found.Order(StringComparer.Ordinal));
        }
    }
}
