using Sluice.Cli;
using Sluice.Cli.Output;
using Sluice.Engine.Execution;

namespace Sluice.Tests.Cli;

/// <summary>The summary for people.</summary>
public sealed class SummaryTests
{
    [Fact]
    public void A_dimension_table_has_a_line_that_tells_how_its_cache_does()
    {
        var text = Text(new Dictionary<string, double>
        {
            ["lookup.db.users.hitCount"] = 1500,
            ["lookup.db.users.missCount"] = 500,
            ["lookup.db.users.loadCount"] = 120,
            ["lookup.db.users.numCachedRecords"] = 120,
            ["lookup.unused.hitCount"] = 0,
            ["lookup.unused.missCount"] = 0,
            ["lookup.unused.loadCount"] = 0,
            ["currentSendTime"] = 3,
        });
        Assert.Contains("  lookup db.users: 1,500 hits, 500 misses, 120 loads, 75 % hit\n", text);
        Assert.Contains("  lookup unused: 0 hits, 0 misses, 0 loads, 0 % hit\n", text);
        Assert.Contains("lookup.db.users.numCachedRecords", text);
        Assert.DoesNotContain("Count ", text.Replace("numCachedRecords", "", StringComparison.Ordinal));
        Assert.Contains("currentSendTime", text);
    }

    [Fact]
    public void Figures_stand_below_one_another_however_long_their_names_are()
    {
        var lines = Text(new Dictionary<string, double> { ["lookup.users.latestLoadTime"] = 239.99, ["currentSendTime"] = 3 }).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("  lookup.users.latestLoadTime          239.99", lines);
        Assert.Contains("  rows read                                 0", lines);
        Assert.Single(lines.Skip(1).Select(l => l.Length).Distinct());
    }

    private static string Text(Dictionary<string, double> metrics)
    {
        var output = new StringWriter { NewLine = "\n" };
        SummaryText.Write(new JobSummary(JobStatus.Succeeded, null) { Metrics = metrics }, new Shell { Out = output, Error = TextWriter.Null, Environment = _ => null });
        return output.ToString();
    }
}
