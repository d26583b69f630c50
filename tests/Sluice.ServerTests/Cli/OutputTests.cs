using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Cli;

/// <summary>Standard streams that nobody reads, and other surroundings that are not as usual.</summary>
public sealed class OutputTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private const string Table = "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20)); INSERT INTO t SELECT seq, 'a name' FROM seq_1_to_5000";

    [Theory]
    [InlineData("run job.json > /dev/full", 1, "standard output cannot be written: No space left on device")]
    [InlineData("run job.json --json >&-", 1, "standard output cannot be written: Bad file descriptor")]
    [InlineData("run job.json --dry-run 5000 > /dev/full", 1, "standard output cannot be written")]
    [InlineData("run job.json --wrong 2>&-", 2, "")]
    [InlineData("run job.json 2> /dev/full", 0, "")]
    [InlineData("run job.json --dry-run 5000 | head -n 1", 0, "")]
    [InlineData("run job.json < /dev/null", 0, "")]
    public async Task A_stream_that_takes_nothing_breaks_no_job(string line, int code, string message)
    {
        var folder = await FolderAsync(Table);
        folder.Job(""" "table": "t", "column": ["id", "name"], "unknown": 1 """, """ "keyIndexes": 0 """);
        using var process = folder.StartShell(line);

        var run = await process.EndAsync();

        Assert.True(run.ExitCode == code, run.ToString());
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Equal(line.Contains("--", StringComparison.Ordinal) && !line.Contains("--json", StringComparison.Ordinal) ? 0 : 5000, Keys);
    }

    [Fact]
    public async Task A_job_runs_from_another_folder_without_a_home_and_with_spaces_in_its_path()
    {
        var folder = await FolderAsync(Table);
        folder.Job(""" "table": "t", "column": ["id", "name"] """, """ "keyIndexes": 0 """);
        var spaced = Directory.CreateDirectory(Path.Combine(folder.Path, "a folder", "ü"));
        File.Copy(Path.Combine(folder.Path, "job.json"), Path.Combine(spaced.FullName, "my job.json"));

        // The data sources stand beside the script, and it is not here.
        using var without = folder.StartShell("run 'a folder/ü/my job.json' --quiet", "env -u HOME -u XDG_CONFIG_HOME");
        var refused = await without.EndAsync();
        Assert.True(refused.ExitCode == 2, refused.ToString());
        Assert.Contains("there is none at a folder/ü/datasources.json;", refused.Error, StringComparison.Ordinal);

        using var with = folder.StartShell("run 'a folder/ü/my job.json' --quiet --datasources datasources.json", "env -u HOME -u XDG_CONFIG_HOME");
        var run = await with.EndAsync();
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Empty(run.Out + run.Error);
        Assert.Equal(5000, Keys);
    }

    [Fact]
    public async Task Two_jobs_at_once_do_not_disturb_each_other()
    {
        var folder = await FolderAsync(Table);
        folder.Job(""" "table": "t", "column": ["'${prefix}'", "id", "name"] """, """ "keyIndexes": [0, 1] """);
        using var first = folder.Start("run", "job.json", "--json", "-p", "prefix=a");
        using var second = folder.Start("run", "job.json", "--json", "-p", "prefix=b");
        foreach (var run in (SluiceProcess.Ended[])[await first.EndAsync(), await second.EndAsync()])
        {
            JobFolder.Check(run, 0, "succeeded");
        }

        Assert.Equal(10_000, Keys);
    }
}
