using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions;
using Sluice.Sql.Planning;
using Sluice.Tests.Datagen;
using Sluice.Tests.Sql.Expressions;

namespace Sluice.Tests.Delivery;

/// <summary>S-27c in a cluster: batches end at the positions up to which only some rows are written.</summary>
public sealed class CutTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-cuts-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("-", "", "7: 7|7: 14|7: 21|7: 28|2: 30|0: 30 end")]
    [InlineData("10", "14", "4: 14|7: 21|7: 28|2: 30|0: 30 end")]
    [InlineData("-", "3,17", "3: 3|7: 10 open|7: 17|7: 24|6: 30|0: 30 end")]
    [InlineData("5", "20,30", "7: 12 open|7: 19 open|1: 20|7: 27 open|3: 30|0: 30 end")]
    [InlineData("5", "20,30 end", "7: 12 open|7: 19 open|1: 20|7: 27 open|3: 30 open|0: 30 end")]
    [InlineData("26", "30,30 end", "4: 30|0: 30 end")]
    [InlineData("30", "30 end", "0: 30 end")]
    public async Task Generated_rows_lines_and_values_end_where_they_must(string after, string cuts, string batches)
    {
        var generated = new TestTable("datagen", ("n", SqlType.Int)) { Options = new() { ["number-of-rows"] = "30", ["rows-per-second"] = "1000000" } };
        Assert.Equal(batches, await ReadAsync(generated.Source(), after, cuts));
        Assert.Equal(batches, await ReadAsync(Lines(30), after, cuts));

        var values = Enumerable.Range(0, 30).Select(i => (IReadOnlyList<BoundExpression>)[new BoundLiteral(i, SqlType.Int, default)]).ToList();
        Assert.Equal(batches, await ReadAsync(new ValuesSource(new Schema([new Field("n", SqlType.Int)]), values, "row", Evaluation.Session), after, cuts));
    }

    [Fact]
    public async Task Lines_that_came_to_a_finished_file_are_not_read_and_lines_that_went_are_closed_at_the_cut()
    {
        Assert.Equal("7: 27 open|3: 30 open|0: 30 end", await ReadAsync(Lines(40), "20", "30 end"));
        Assert.Equal("5: 25 open|0: 28|0: 30|0: 30 end", await ReadAsync(Lines(25), "20", "28,30"));
        Assert.Equal("0: 30 end", await ReadAsync(Lines(25), "25", "30 end"));
    }

    [Fact]
    public async Task A_line_without_row_counts_as_one()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "in.json"), string.Concat(Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? $"{{\"n\":{i}}}\n" : "broken\n")));
        var table = Table("json");
        table.Options["json.ignore-parse-errors"] = "true";
        Assert.Equal("2: 4|1: 6|2: 10|0: 10 end", await ReadAsync(table.Source(), "-", "4,6"));
        Assert.Equal("0: 4|1: 6|2: 10|0: 10 end", await ReadAsync(table.Source(), "3", "4,6"));
    }

    [Fact]
    public void A_reader_that_does_not_end_where_it_must_is_refused()
    {
        var course = new SplitCourse(new Split("s"), new SplitStart(new Position(5), [new Position(8)]), "the source");
        var pool = new RowBatchPool(new Schema([new Field("n", SqlType.Int)]), BatchSize.Of(10));
        using var idle = pool.Rent();
        idle.End = new Position(5);
        course.Take(idle);
        using var batch = pool.Rent();
        (batch.Count, batch.End) = (4, new Position(9));

        Assert.Equal("exactly-once: some rows of 's' are written up to '8' and others are not, and the source cannot stop there (it stopped at '9'); start over with --restart",
            Assert.Throws<ConfigException>(() => course.Take(batch)).Message);
    }

    [Fact]
    public void Open_rows_are_confirmed_by_nothing()
    {
        var positions = new Positions();
        using var batch = new RowBatchPool(new Schema([new Field("n", SqlType.Int)]), BatchSize.Of(10)).Rent();
        (batch.Split, batch.End, batch.IsOpen) = (new Split("s"), new Position(4), true);
        batch.Confirm(positions);
        Assert.Empty(positions.All());
        batch.IsOpen = false;
        batch.Confirm(positions);
        Assert.Equal(4, positions.Of(batch.Split)!.Value.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_whose_rows_are_all_filtered_out_still_opens_or_closes(bool isOpen)
    {
        var evaluation = new Evaluation();
        var calc = new Calc(Evaluation.Schema, [("i", evaluation.Must("i"))], evaluation.Must("i <> i"), Evaluation.Session);
        var rows = evaluation.Rows(nulls: false);
        (rows.Split, rows.End, rows.IsOpen) = (new Split("s"), new Position(4), isOpen);
        using var output = Evaluation.Run(calc, rows);
        Assert.Equal((0, "s", 4, isOpen), (output.Count, output.Split.Id, output.End.Ordinal, output.IsOpen));
    }

    private ITableSource Lines(int count)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "in.json"), string.Concat(Enumerable.Range(0, count).Select(i => $"{{\"n\":{i}}}\n")));
        return Table("json").Source();
    }

    private TestTable Table(string format) =>
        new("filesystem", ("n", SqlType.Int)) { BaseDirectory = _folder.FullName, Options = new() { ["path"] = "in.json", ["format"] = format } };

    /// <summary>Batches of seven rows, as the engine hands them on: how many, the position behind them, and whether they are open.</summary>
    private static async Task<string> ReadAsync(ISource source, string after, string cuts)
    {
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        var start = new SplitStart(after == "-" ? null : Of(after), [.. cuts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Of)]);
        var context = ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(7))) with { After = start.After, Cuts = start.Cuts };
        var course = new SplitCourse(plan.Splits[0], start, source.Name);
        var batches = new List<string>();
        await using var reader = source.Open(plan.Splits[0], context);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } batch)
        {
            using (batch)
            {
                course.Take(batch);
                if (batch.Count > 0 || !batch.IsOpen)
                {
                    batches.Add($"{batch.Count}: {batch.End}{(batch.IsOpen ? " open" : "")}");
                }
            }
        }

        return string.Join('|', batches.Concat(course.Rest().Select(p => $"0: {p}")));
    }

    private static Position Of(string text) => Position.TryParse(text, out var position) ? position : throw new ArgumentException(text);
}
