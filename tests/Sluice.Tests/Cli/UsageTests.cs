namespace Sluice.Tests.Cli;

/// <summary>What is typed wrongly is refused with exit code 2 and a sentence, on standard error.</summary>
public class UsageTests
{
    [Theory]
    [InlineData("run", "JOB.json")]
    [InlineData("run a.json b.json", "b.json")]
    [InlineData("run a.json --foo", "--foo")]
    [InlineData("run a.json -p name", "name=value")]
    [InlineData("run a.json -p =value", "name=value")]
    [InlineData("run a.json --dry-run 0", "from 1")]
    [InlineData("run a.json --dry-run 99999999999", "from 1")]
    [InlineData("run a.json --bizdate 2024-01-01", "yyyyMMdd")]
    [InlineData("run a.json --bizdate 20240230", "yyyyMMdd")]
    [InlineData("run a.json --cyctime 20240101", "yyyyMMddHHmmss")]
    [InlineData("run a.json --resume --restart", "exclude")]
    [InlineData("run a.json --resume --dry-run", "--dry-run")]
    [InlineData("run a.json --dry-run 3 --restart", "--dry-run")]
    [InlineData("run a.json --job-id=", "--job-id")]
    [InlineData("sql a.sql --resume", "--resume")]
    [InlineData("check", "FILE")]
    [InlineData("explain a.json --json", "--json")]
    [InlineData("--foo", "--foo")]
    public async Task Wrong_usage_ends_with_2_and_points_to_the_help(string line, string said)
    {
        var run = await Invocation.RunAsync(line.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.True(line.Contains("--json", StringComparison.Ordinal) || run.Out.Length == 0);
    }

    [Fact]
    public async Task An_unknown_command_is_answered_with_the_nearest_one()
    {
        var run = await Invocation.RunAsync("explian", "a.json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("did you mean 'explain'?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_command_shows_the_help_on_standard_error()
    {
        var run = await Invocation.RunAsync();

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("sluice demo", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Help_tells_what_may_be_left_out()
    {
        var run = await Invocation.RunAsync("run", "--help");
        Assert.Contains("--dry-run [N]", run.Out, StringComparison.Ordinal);
        Assert.Contains("--job-id <NAME>", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run --help")]
    [InlineData("check -h")]
    [InlineData("explain a.json --help")]
    public async Task Help_shows_examples_and_ends_with_0(string line)
    {
        var run = await Invocation.RunAsync(line.Split(' '));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Examples:", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("docs-options", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        var run = await Invocation.RunAsync("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^sluice \d+\.\d+\.\d+\s$", run.Out);
    }

    [Theory]
    [InlineData("run script.sql", "sluice sql script.sql")]
    [InlineData("sql job.json", "sluice run job.json")]
    [InlineData("sql", "Give a SQL script")]
    [InlineData("sql a.sql -e SELECT", "exclude each other")]
    [InlineData("sql a.sql -p broker", "-p takes name=value")]
    public async Task The_wrong_command_for_a_script_names_the_right_one(string line, string words)
    {
        var run = await Invocation.RunAsync(line.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --json")]
    [InlineData("run a.json b.json --json")]
    [InlineData("--json")]
    [InlineData("nonsense --json")]
    [InlineData("run a.json --resume --restart --json")]
    [InlineData("run a.json --dry-run 0 --json")]
    [InlineData("sql --json script.sql")]
    public async Task Refusals_are_one_json_object_where_json_was_asked_for(string line)
    {
        var run = await Invocation.RunAsync(line.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("refused", run.Json.GetProperty("status").GetString());
        Assert.NotEmpty(run.Json.GetProperty("error").GetString()!);
        Assert.Contains("error:", run.Error, StringComparison.Ordinal);
    }
}
