using System.Text;
using Sluice.Connectors.Print;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Tests.Datagen;

namespace Sluice.Tests.Print;

public sealed class PrintTests
{
    private static string Text(TestTable table) => Encoding.UTF8.GetString(table.Output.ToArray());

    [Fact]
    public async Task Each_row_is_a_line_with_its_kind()
    {
        var table = new TestTable("print", ("a", SqlType.Int), ("b", SqlType.String), ("c", SqlType.String));
        await using var run = await table.OpenAsync();
        await run.WriteAsync(4, (batch, row) =>
        {
            ((ValueColumn<int>)batch.Columns[0]).Set(row, row + 1);
            ((TextColumn)batch.Columns[1]).Set(row, "ä, b"u8);
            batch.Columns[2].SetNull(row);
            batch.SetKind(row, (RowKind)row);
        });
        Assert.Equal("+I[1, ä, b, null]\n-U[2, ä, b, null]\n+U[3, ä, b, null]\n-D[4, ä, b, null]\n", Text(table));
        Assert.Equal((4L, 4L, table.Output.Length), (run.Books.Read, run.Books.Written, run.Books.BytesOut));
        Assert.Equal(4, run.Confirmed);
    }

    [Theory]
    [InlineData("", 1, "", "+I[x]\n+I[x]\n")]
    [InlineData("id", 1, "", "id> +I[x]\nid> +I[x]\n")]
    [InlineData("", 2, "", "1> +I[x]\n2> +I[x]\n")]
    [InlineData("id", 2, "", "id:1> +I[x]\nid:2> +I[x]\n")]
    [InlineData("id", 2, "1", "id> +I[x]\nid> +I[x]\n")]
    [InlineData("id", 1, "3", "id:1> +I[x]\nid:2> +I[x]\n")]
    public async Task Identifier_and_number_of_the_task_stand_before_the_line(string identifier, int tasks, string parallelism, string expected)
    {
        var table = new TestTable("print", ("a", SqlType.String)) { Parallelism = tasks };
        if (identifier.Length > 0)
        {
            table.Options["print-identifier"] = identifier;
        }

        if (parallelism.Length > 0)
        {
            table.Options["sink.parallelism"] = parallelism;
        }

        var sink = table.Sink();
        await using var first = await table.OpenAsync(sink);
        await using var second = await table.OpenAsync(sink);
        await first.WriteAsync("x");
        await second.WriteAsync("x");
        Assert.Equal(expected, Text(table));
    }

    private static string Printed(SqlType type, Action<Column> set)
    {
        var column = Column.Create(type, new ByteHeap(64), 4);
        set(column);
        var line = new ByteHeap(64);
        PrintForm.Of(type).Append(column, 0, line);
        return Encoding.UTF8.GetString(line.Bytes, 0, line.Used);
    }

    private static string Printed<T>(SqlType type, T value)
        where T : unmanaged => Printed(type, c => ((ValueColumn<T>)c).Set(0, value));

    [Fact]
    public void Scalars_are_printed_as_Java_prints_them()
    {
        Assert.Equal("true", Printed(SqlType.Boolean, true));
        Assert.Equal("-128", Printed(SqlType.TinyInt, -128));
        Assert.Equal("9223372036854775807", Printed(SqlType.BigInt, long.MaxValue));
        Assert.Equal("1.0", Printed(SqlType.Double, 1d));
        Assert.Equal("1.0E10", Printed(SqlType.Double, 1e10));
        Assert.Equal("0.1", Printed(SqlType.Float, 0.1f));
        Assert.Equal("12.50", Printed(SqlType.Decimal(5, 2), new SqlDecimal(1250, 2)));
        Assert.Equal("0E-18", Printed(SqlType.Decimal(38, 18), new SqlDecimal(0, 18)));
        Assert.Equal("[1, -1]", Printed(SqlType.Bytes, c => ((TextColumn)c).Set(0, [1, 255])));
        Assert.Equal("[]", Printed(SqlType.Bytes, c => ((TextColumn)c).Set(0, [])));
    }

    [Theory]
    [InlineData(0, 0, "2020-01-01T00:00", "2020-01-01T00:00:00Z")]
    [InlineData(1000, 0, "2020-01-01T00:00:01", "2020-01-01T00:00:01Z")]
    [InlineData(1123, 0, "2020-01-01T00:00:01.123", "2020-01-01T00:00:01.123Z")]
    [InlineData(1120, 0, "2020-01-01T00:00:01.120", "2020-01-01T00:00:01.120Z")]
    [InlineData(0, 1000, "2020-01-01T00:00:00.000001", "2020-01-01T00:00:00.000001Z")]
    [InlineData(1123, 456001, "2020-01-01T00:00:01.123456001", "2020-01-01T00:00:01.123456001Z")]
    public void Timestamps_show_seconds_and_digits_in_threes_where_there_are_any(long millis, int nanos, string local, string moment)
    {
        var value = new Timestamp(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() + millis, nanos);
        Assert.Equal(local, Printed(SqlType.Timestamp(9), value));
        Assert.Equal(moment, Printed(SqlType.TimestampLtz(9), value));
    }

    [Fact]
    public void Days_times_and_intervals_are_printed_as_Java_prints_them()
    {
        Assert.Equal("1969-12-31", Printed(SqlType.Date, -1));
        Assert.Equal("10:15", Printed(SqlType.Time(), ((10 * 60) + 15) * 60_000));
        Assert.Equal("10:15:30", Printed(SqlType.Time(), ((((10 * 60) + 15) * 60) + 30) * 1000));
        Assert.Equal("00:00:00.005", Printed(SqlType.Time(3), 5));
        Assert.Equal("P1Y2M", Printed(SqlType.IntervalYearMonth, 14));
        Assert.Equal("P-2M", Printed(SqlType.IntervalYearMonth, -2));
        Assert.Equal("P0D", Printed(SqlType.IntervalYearMonth, 0));
        Assert.Equal("PT0S", Printed(SqlType.IntervalDayTime, 0L));
        Assert.Equal("PT27H15M3.5S", Printed(SqlType.IntervalDayTime, (((27 * 60) + 15) * 60_000L) + 3500));
        Assert.Equal("PT-0.001S", Printed(SqlType.IntervalDayTime, -1L));
        Assert.Equal("PT-1M-1.25S", Printed(SqlType.IntervalDayTime, -61_250L));
    }

    [Fact]
    public void Collections_are_printed_with_what_is_in_them()
    {
        Assert.Equal("[1, null]", Printed(SqlType.Array(SqlType.Int), c =>
        {
            var arrays = (ArrayColumn)c;
            arrays.Begin(0);
            ((ValueColumn<int>)arrays.Elements).Set(arrays.Add(0), 1);
            arrays.Elements.SetNull(arrays.Add(0));
        }));
        Assert.Equal("{a=1, b=null}", Printed(SqlType.Map(SqlType.String, SqlType.Int), c =>
        {
            var maps = (MapColumn)c;
            maps.Begin(0);
            var at = maps.Add(0);
            ((TextColumn)maps.Keys).Set(at, "a"u8);
            ((ValueColumn<int>)maps.Values).Set(at, 1);
            at = maps.Add(0);
            ((TextColumn)maps.Keys).Set(at, "b"u8);
            maps.Values.SetNull(at);
        }));
        Assert.Equal("+I[1, x]", Printed(SqlType.Row([new("a", SqlType.Int), new("b", SqlType.String)]), c =>
        {
            var rows = (RowColumn)c;
            rows.Set(0);
            ((ValueColumn<int>)rows.Fields[0]).Set(0, 1);
            ((TextColumn)rows.Fields[1]).Set(0, "x"u8);
        }));
        Assert.Equal("null", Printed(SqlType.Array(SqlType.Int), c => c.SetNull(0)));
    }

    [Fact]
    public async Task A_broken_output_ends_the_job_and_its_rows_are_unknown()
    {
        var table = new TestTable("print", ("a", SqlType.String));
        await using var run = await table.OpenAsync();
        await table.Output.DisposeAsync();
        var e = await Assert.ThrowsAsync<EndpointException>(() => run.WriteAsync("x"));
        Assert.StartsWith("standard output: cannot be written", e.Message);
        Assert.Equal((1L, 0L, 1L), (run.Books.Read, run.Books.Written, run.Books.Unknown));
        Assert.Null(run.Confirmed);
    }

    [Fact]
    public async Task A_batch_without_rows_confirms_its_position_and_prints_nothing()
    {
        var table = new TestTable("print", ("a", SqlType.String));
        await using var run = await table.OpenAsync();
        await run.WriteAsync(0, (_, _) => { });
        Assert.Equal((0L, 0L), (run.Confirmed, table.Output.Length));
    }

    [Fact]
    public void Standard_error_is_named_and_an_unknown_option_refused()
    {
        Assert.Equal("standard error", new TestTable("print", ("a", SqlType.Int)) { Options = new() { ["standard-error"] = "true" } }.Sink().Name);
        var e = Assert.Throws<ConfigException>(() => new TestTable("print", ("a", SqlType.Int)) { Options = new() { ["print-identifer"] = "x" } }.Sink());
        Assert.Contains("print has no option 'print-identifer'; did you mean 'print-identifier'?", e.Message);
    }

    [Fact]
    public async Task What_a_dry_run_shows_is_the_line()
    {
        var table = new TestTable("print", ("a", SqlType.String)) { Options = new() { ["print-identifier"] = "id" } };
        var sink = table.Sink();
        await using var run = await table.OpenAsync(sink);
        using var batch = run.Batch(1, (b, row) => ((TextColumn)b.Columns[0]).Set(row, "x"u8));
        Assert.Equal(["id> +I[x]"], sink.Render(batch, 0));
    }
}
