using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Types;
using Sluice.Tests.Datagen;

namespace Sluice.Tests.Blackhole;

public sealed class BlackholeTests
{
    [Fact]
    public async Task Every_row_counts_as_written_and_its_position_as_confirmed()
    {
        var source = new TestTable("datagen", ("c", SqlType.Int)) { Options = new() { ["number-of-rows"] = "10000", ["rows-per-second"] = "1000000000" } }.Source();
        var sink = new TestTable("blackhole", ("c", SqlType.Int)).Sink();
        var runner = new JobRunner(new Plan("job", source, sink, new JobSettings()), Path.Combine(Path.GetTempPath(), "never-made.jsonl"), new Report(true, _ => { }), TimeProvider.System);
        var summary = await runner.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((JobStatus.Succeeded, 10_000L, 10_000L, 40_000L, 0L), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.BytesIn, summary.BytesOut));
        Assert.Equal(10_000, runner.Positions!.All().Single().Position.Ordinal);
    }

    [Fact]
    public void It_has_no_options()
    {
        var e = Assert.Throws<ConfigException>(() => new TestTable("blackhole", ("c", SqlType.Int)) { Options = new() { ["path"] = "x" } }.Sink());
        Assert.Contains("blackhole has no option 'path'", e.Message);
    }
}
