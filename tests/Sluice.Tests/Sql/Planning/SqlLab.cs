using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Sql;
using Sluice.Tests.Jobs;

namespace Sluice.Tests.Sql.Planning;

/// <summary>Compiles and runs scripts over fake tables.</summary>
internal sealed class SqlLab
{
    /// <summary>Reads and writes.</summary>
    public FakeTables Tables { get; } = new("fake");

    /// <summary>Are looked up.</summary>
    public FakeDimensions Dimensions { get; } = new();

    public List<string> Warnings { get; } = [];

    public Dictionary<string, string> Parameters { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>What SELECTs have shown.</summary>
    public List<string> Shown { get; } = [];

    public string? Name { get; set; }

    /// <summary>2026-02-28 22:30 UTC, in a zone two hours east of it.</summary>
    public TimeProvider Clock { get; } = new FixedClock(new DateTimeOffset(2026, 2, 28, 22, 30, 0, TimeSpan.Zero), TimeSpan.FromHours(2));

    /// <summary>The message with which a file is refused.</summary>
    public string RefusedFile(string path) => Assert.Throws<ConfigException>(() => Compile(null, path)).Message;

    public CompiledScript Compile(string? text, string? path = "job.sql") => SqlScript.Compile(
        new SqlScriptOptions { Path = path, Text = text, Parameters = Parameters, Clock = Clock, Environment = Environment.GetValueOrDefault, Name = Name },
        [Tables, Dimensions, new FakeTables("source-only", writes: false), new FakeTables("sink-only", reads: false), new FakeTables("upserts", isUpsert: true)],
        [],
        new Report(false, Warnings.Add),
        () => throw new InvalidOperationException("the output was opened"),
        (_, _) => new FakeTableSink("SELECT", Shown));

    /// <summary>The message with which a script is refused.</summary>
    public string Refusal(string text) => Assert.Throws<ConfigException>(() => Compile(text)).Message;

    /// <summary>The first line of each error: place and message.</summary>
    public string[] Errors(string text) => [.. Refusal(text).Split("\n\n").Select(e => e.Split('\n')[0])];

    /// <summary>The only error, without its place.</summary>
    public string Error(string text)
    {
        var error = Assert.Single(Errors(text));
        return error[(error.IndexOf(": ", StringComparison.Ordinal) + 2)..];
    }

    /// <summary>What the last statement prints.</summary>
    public string Printed(string text) => Assert.IsType<PrintStep>(Compile(text).Steps[^1]).Text;

    public string Explain(string text) => Compile(text).Steps[^1].Explain!;

    public async Task<JobSummary> RunAsync(string text)
    {
        var plans = Compile(text).Steps.Select(s => s switch { RunStep run => run.Plan, SelectStep select => select.Plan, _ => null }).OfType<Plan>().ToList();
        var dirty = Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid()}.jsonl");
        return await new JobRunner(plans, dirty, new Report(false, Warnings.Add), TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The rows that a script writes into a table, or shows.</summary>
    public async Task<string[]> RowsAsync(string text, string? table = null)
    {
        var summary = await RunAsync(text);
        Assert.True(summary.Status == JobStatus.Succeeded, summary.Error);
        return [.. table is null ? Shown : Tables.Written[table]];
    }
}
