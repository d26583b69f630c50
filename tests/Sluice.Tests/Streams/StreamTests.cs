using System.Globalization;
using Sluice.Connectors.Streams;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.ServerTests.Servers;

namespace Sluice.Tests.Streams;

public sealed class StreamTests
{
    [Fact]
    public async Task Each_slice_has_the_rows_asked_for_and_there_is_one_for_each_task()
    {
        var source = SourceRun.Create("streamreader", """{"sliceRecordCount":"1500","column":["x",{"value":7,"type":"long","name":"n"},{"value":null},true,2.5]}""");
        var (plan, rows) = await SourceRun.ReadSplitsAsync(source, parallelism: 3);
        Assert.Equal(["stream#1", "stream#2", "stream#3"], rows.Keys);
        Assert.All(rows.Values, r => Assert.Equal(1500, r.Count));
        Assert.All(rows.Values.SelectMany(r => r), r => Assert.Equal<string?[]>(["x", "7", null, "true", "2.5"], r));
        Assert.Equal(4500, plan.EstimatedRows);
        Assert.Equal("column0, n, column2, column3, column4", plan.Schema.ToString());
        Assert.Equal([DataType.Text, DataType.Integer, DataType.Text, DataType.Boolean, DataType.Double], plan.Schema.Fields.Select(f => f.Type));
    }

    [Fact]
    public async Task Random_values_stay_in_their_ranges_and_reach_both_ends()
    {
        var rows = await SourceRun.ReadAsync(SourceRun.Create("stream", """
            {"sliceRecordCount":2000,"seed":1,"column":[{"random":"-2,2","type":"long"},{"random":"0,3","type":"string"},{"random":"1.5,2.5","type":"double"},
              {"random":"2024-01-01 00:00:00, 2024-01-01 00:00:02","type":"date"},{"random":"1,9","type":"bool"},{"random":"2,2","type":"bytes"},{"random":"0,5","type":"bool"}]}
            """));
        Assert.Equal(["-2", "-1", "0", "1", "2"], rows.Select(r => r[0]!).Distinct().OrderBy(v => int.Parse(v, CultureInfo.InvariantCulture)));
        Assert.Equal([0, 1, 2, 3], rows.Select(r => r[1]!.Length).Distinct().Order());
        Assert.All(rows, r => Assert.InRange(double.Parse(r[2]!, CultureInfo.InvariantCulture), 1.5, 2.5));
        Assert.Subset(new HashSet<string?> { "2024-01-01 00:00:00", "2024-01-01 00:00:01", "2024-01-01 00:00:02" }, rows.Select(r => r[3]).ToHashSet());
        Assert.InRange(rows.Count(r => r[4] == "false"), 120, 290);
        Assert.All(rows, r => Assert.Matches("^[A-Za-z0-9]{2}$", r[5]));
        Assert.All(rows, r => Assert.Equal("true", r[6]));
    }

    [Fact]
    public async Task A_seed_gives_the_same_rows_in_each_run_and_other_rows_in_each_slice()
    {
        const string Json = """{"sliceRecordCount":50,"seed":5,"column":[{"random":"0,1000000","type":"long"}]}""";
        var (_, first) = await SourceRun.ReadSplitsAsync(SourceRun.Create("stream", Json), parallelism: 2);
        var (_, second) = await SourceRun.ReadSplitsAsync(SourceRun.Create("stream", Json), parallelism: 2);
        Assert.Equal(first, second);
        Assert.NotEqual(first["stream#1"], first["stream#2"]);
    }

    [Theory]
    [InlineData("""{"column":["x"]}""", "'sliceRecordCount' is missing")]
    [InlineData("""{"sliceRecordCount":0,"column":["x"]}""", "'sliceRecordCount' is 0; allowed: integer from 1")]
    [InlineData("""{"sliceRecordCount":1}""", "'column' is missing")]
    [InlineData("""{"sliceRecordCount":1,"column":[]}""", "'column' is a list")]
    [InlineData("""{"sliceRecordCount":1,"column":[{"type":"long"}]}""", "job.json (column[0]): a column takes 'value' or 'random'")]
    [InlineData("""{"sliceRecordCount":1,"column":[{"value":"x","type":"long"}]}""", "'value' is \"x\", which is no long")]
    [InlineData("""{"sliceRecordCount":1,"column":[{"value":"x","type":"date"}]}""", "which is no date")]
    [InlineData("""{"sliceRecordCount":1,"column":[{"value":"x","type":"blob"}]}""", "allowed: one of string, long, int, double, bool, date, bytes")]
    [InlineData("""{"sliceRecordCount":1,"column":[{"random":"5","type":"long"}]}""", "'random' is \"5\"; allowed for long")]
    [InlineData("""{"sliceRecordCount":1,"column":[{"random":"5,1","type":"long"}]}""", "allowed for long")]
    [InlineData("""{"sliceRecordCount":1,"column":[{"random":"0,0","type":"bool"}]}""", "the weights of false and true")]
    [InlineData("""{"sliceRecordCount":1,"column":[{"random":"-1,3"}]}""", "allowed for string")]
    [InlineData("""{"sliceRecordCount":1,"column":[{"random":"2024-01-02,2024-01-01","type":"date"}]}""", "allowed for date")]
    public void A_wrong_column_is_refused(string json, string message)
    {
        var e = Assert.Throws<ConfigException>(() => SourceRun.Create("stream", json));
        Assert.Contains(message, e.Message);
    }

    [Theory]
    [InlineData("{}", "x\tnull\nx\tnull\n")]
    [InlineData("""{"print":"true","fieldDelimiter":" | "}""", "x | null\nx | null\n")]
    [InlineData("""{"print":false}""", "")]
    public async Task Rows_are_printed_or_discarded_and_counted_either_way(string json, string expected)
    {
        var report = new Report(strict: true, _ => { });
        using var output = new MemoryStream();
        var sink = StreamSink.Create(new OptionBag(SourceRun.Parse(json, "job.json"), report), () => output);
        var source = SourceRun.Create("stream", """{"sliceRecordCount":2,"column":["x",null]}""");
        var runner = new JobRunner(new Plan("job", source, sink, new JobSettings()), Path.Combine(Path.GetTempPath(), "never-made.jsonl"), report, TimeProvider.System);
        var summary = await runner.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((JobStatus.Succeeded, 2L, 2L), (summary.Status, summary.RowsRead, summary.RowsWritten));
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal(expected.Length, summary.BytesOut);
        Assert.Equal(new Sluice.Engine.Connectors.Position(2), runner.Positions!.All().Single(p => p.Split.Id == "stream#1").Position);
    }

    [Fact]
    public async Task Generating_allocates_less_than_a_byte_per_row()
    {
        var source = SourceRun.Create("stream", """
            {"sliceRecordCount":400000,"column":["x",{"random":"1,9","type":"long"},{"random":"1,9","type":"double"},{"random":"1,9"},{"random":"1,9","type":"bool"},{"random":"2024-01-01,2025-01-01","type":"date"}]}
            """);
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        var pool = new RowBatchPool(plan.Schema, BatchSize.Of(BatchSize.MaxRows));
        async Task<long> ReadAsync()
        {
            // Each read is complete at once, so that this stays on one thread.
            await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(pool));
            var before = GC.GetAllocatedBytesForCurrentThread();
            while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } batch)
            {
                batch.Dispose();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        await ReadAsync();
        Assert.InRange(await ReadAsync(), 0, 400_000);
    }
}
