using System.Text.Json;
using Sluice.Cli;
using Sluice.Engine.Errors;

namespace Sluice.Tests.Cli;

/// <summary>How a run ends: exit code, summary and where each of them is printed.</summary>
public class RunTests
{
    private static readonly string[] s_names =
    [
        "status", "error", "rowsRead", "rowsWritten", "rowsSkipped", "rowsDirty", "rowsUnknown", "bytesOut", "seconds",
        "rowsPerSecond", "retries", "dirtyRecordsFile", "resume", "metrics",
    ];

    [Fact]
    public async Task A_finished_job_ends_with_0_and_shows_its_books()
    {
        var run = await Invocation.RunAsync("run", "a.json");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("succeeded", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"rows read +25\s", run.Out);
        Assert.Matches(@"rows written +25\s", run.Out);
        Assert.Matches(@"rows unknown +0\s", run.Out);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task The_json_summary_has_the_names_that_others_script()
    {
        var run = await Invocation.RunAsync("run", "a.json", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(s_names, run.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("succeeded", run.Json.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("error").ValueKind);
        Assert.Equal(25, run.Json.GetProperty("rowsWritten").GetInt64());
        Assert.Equal(25, run.Json.GetProperty("metrics").GetProperty("numRecordsOut").GetInt64());
    }

    [Fact]
    public async Task Quiet_prints_nothing_where_nothing_is_wrong()
    {
        var run = await Invocation.RunAsync("run", "a.json", "--quiet");

        Assert.Equal((0, "", ""), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task Quiet_leaves_errors_and_the_json_summary()
    {
        var job = new FakeJob { PrepareFails = () => new EndpointException("127.0.0.1:1", "nobody listens there") };

        var run = await Invocation.RunAsync(job, ["run", "a.json", "--quiet", "--json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("127.0.0.1:1", run.Error, StringComparison.Ordinal);
        Assert.Equal("failed", run.Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_server_that_refuses_before_the_first_row_is_a_config_error()
    {
        var job = new FakeJob { PrepareFails = () => new ConfigException("there is no table 'x'") };

        var run = await Invocation.RunAsync(job, ["run", "a.json"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("there is no table 'x'", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_failure_while_running_ends_with_1_and_still_shows_the_books()
    {
        var job = new FakeJob { WriteFails = () => new EndpointException("127.0.0.1:6379", "the connection was lost") };

        var run = await Invocation.RunAsync(job, ["run", "a.json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("failed", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_bugs_ask_to_be_reported()
    {
        var job = new FakeJob { WriteFails = () => new InvalidOperationException("oops") };

        var run = await Invocation.RunAsync(job, ["run", "a.json", "--json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("internal error, please report it", run.Error, StringComparison.Ordinal);
        Assert.Equal("failed", run.Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Too_many_dirty_records_end_with_3_and_name_their_file()
    {
        var file = Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}.jsonl");
        try
        {
            var run = await Invocation.RunAsync(new FakeJob { DirtyFrom = 20 }, ["run", "a.json", "--json", "--dirty-records", file]);

            Assert.Equal(3, run.ExitCode);
            Assert.Equal("dirty-limit", run.Json.GetProperty("status").GetString());
            Assert.Equal(file, run.Json.GetProperty("dirtyRecordsFile").GetString());
            Assert.Single(await File.ReadAllLinesAsync(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(130)]
    [InlineData(143)]
    public async Task A_signal_stops_cleanly_and_gives_the_exit_code(int code)
    {
        using var stop = new StopSignal();
        var job = new FakeJob { AfterBatch = () => stop.Stop(code) };

        var run = await Invocation.RunAsync(job, ["run", "a.json", "--json"], stop);

        Assert.Equal(code, run.ExitCode);
        Assert.Equal("stopped", run.Json.GetProperty("status").GetString());
        Assert.Equal(10, run.Json.GetProperty("rowsWritten").GetInt64());
    }

    [Theory]
    [InlineData("run --dry-run a.json", 10)]
    [InlineData("run a.json --dry-run", 10)]
    [InlineData("run --dry-run 3 a.json", 3)]
    [InlineData("run a.json --dry-run=12", 12)]
    [InlineData("run a.json --dry-run 1000", 25)]
    public async Task A_dry_run_prints_commands_and_writes_nothing(string line, int rows)
    {
        var job = new FakeJob();

        var run = await Invocation.RunAsync(job, line.Split(' '));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(rows, run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("SET 0 \"name 0\"", run.Out, StringComparison.Ordinal);
        Assert.Empty(job.Written);
    }

    [Fact]
    public async Task A_dry_run_goes_on_with_the_next_split()
    {
        var run = await Invocation.RunAsync(new FakeJob { Rows = 4, Splits = 3 }, ["run", "a.json", "--dry-run", "7"]);

        Assert.Equal(7, run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_dry_run_as_json_is_still_one_object()
    {
        var run = await Invocation.RunAsync("run", "a.json", "--dry-run", "2", "--json");

        Assert.Equal(2, run.Json.GetProperty("commands").GetArrayLength());
        Assert.Equal(0, run.Json.GetProperty("rowsWritten").GetInt64());
    }

    [Fact]
    public async Task Check_says_ok()
    {
        var run = await Invocation.RunAsync("check", "a.json", "--strict", "-p", "a=1", "-p", "b==");

        Assert.Equal((0, "ok", ""), (run.ExitCode, run.Out.Trim(), run.Error));
    }

    [Fact]
    public async Task Explain_shows_both_ends_the_columns_and_the_settings()
    {
        var run = await Invocation.RunAsync("explain", "a.json");

        Assert.Equal(0, run.ExitCode);
        foreach (var said in (string[])["fake source", "rows that count up", "name", "SET <id> <name>", "tasks at a time: 1", "dirty records allowed: 0"])
        {
            Assert.Contains(said, run.Out, StringComparison.Ordinal);
        }
    }
}
