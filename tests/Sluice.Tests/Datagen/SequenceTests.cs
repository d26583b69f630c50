using System.Globalization;
using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Datagen;

public sealed class SequenceTests
{
    private static TestTable Table(SqlType type, long start, long end, int parallelism = 1) => new("datagen", ("c", type))
    {
        Options = new()
        {
            ["fields.c.kind"] = "sequence",
            ["fields.c.start"] = start.ToString(CultureInfo.InvariantCulture),
            ["fields.c.end"] = end.ToString(CultureInfo.InvariantCulture),
        },
        Parallelism = parallelism,
        Clock = new LeapingClock(DateTimeOffset.UnixEpoch),
    };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task Each_number_comes_once_in_order_however_many_tasks_share_it(int parallelism)
    {
        var batches = await Table(SqlType.BigInt, -5, 20_000, parallelism).ReadAsync();
        Assert.Equal(Enumerable.Range(-5, 20_006).Select(v => (long)v), TestTable.Values(batches, 0, (c, row) => ((ValueColumn<long>)c).Values[row]));
    }

    [Fact]
    public async Task There_are_no_more_splits_than_rows_and_scan_parallelism_limits_them()
    {
        async Task<int> SplitsAsync(TestTable table, int tasks) => (await table.Source().PrepareAsync(tasks, TestContext.Current.CancellationToken)).Splits.Count;
        Assert.Equal(3, await SplitsAsync(Table(SqlType.Int, 1, 3), 8));
        var table = Table(SqlType.Int, 1, 1000);
        table.Options["scan.parallelism"] = "2";
        Assert.Equal(2, await SplitsAsync(table, 8));
        Assert.Equal(1, await SplitsAsync(table, 1));
        Assert.Equal(4, await SplitsAsync(new TestTable("datagen", ("c", SqlType.Int)), 4));
    }

    [Fact]
    public async Task Every_type_that_has_sequences_counts()
    {
        Assert.Equal([7, 8, 9], TestTable.Values(await Table(SqlType.TinyInt, 7, 9).ReadAsync(), 0, (c, row) => ((ValueColumn<int>)c).Values[row]));
        Assert.Equal([7, 8], TestTable.Values(await Table(SqlType.SmallInt, 7, 8).ReadAsync(), 0, (c, row) => ((ValueColumn<int>)c).Values[row]));
        Assert.Equal([-1, 0], TestTable.Values(await Table(SqlType.Int, -1, 0).ReadAsync(), 0, (c, row) => ((ValueColumn<int>)c).Values[row]));
        Assert.Equal([1f, 2f], TestTable.Values(await Table(SqlType.Float, 1, 2).ReadAsync(), 0, (c, row) => ((ValueColumn<float>)c).Values[row]));
        Assert.Equal([1d, 2d], TestTable.Values(await Table(SqlType.Double, 1, 2).ReadAsync(), 0, (c, row) => ((ValueColumn<double>)c).Values[row]));
        Assert.Equal(
            [new SqlDecimal(900, 2), new SqlDecimal(1000, 2)],
            TestTable.Values(await Table(SqlType.Decimal(5, 2), 9, 10).ReadAsync(), 0, (c, row) => ((ValueColumn<SqlDecimal>)c).Values[row]));
        Assert.Equal(["9", "10"], TestTable.Values(await Table(SqlType.String, 9, 10).ReadAsync(), 0, (c, row) => Encoding.UTF8.GetString(((TextColumn)c)[row])));
        Assert.Equal(["0000000000000009", "000000000000000A"], TestTable.Values(await Table(SqlType.Bytes, 9, 10).ReadAsync(), 0, (c, row) => Convert.ToHexString(((TextColumn)c)[row])));
    }

    [Fact]
    public async Task The_table_ends_with_its_shortest_sequence_or_its_number_of_rows_also_where_the_column_is_not_read()
    {
        var table = new TestTable("datagen", ("a", SqlType.Int), ("b", SqlType.Int))
        {
            Options = new()
            {
                ["fields.a.kind"] = "sequence",
                ["fields.a.start"] = "1",
                ["fields.a.end"] = "5",
                ["fields.b.kind"] = "sequence",
                ["fields.b.start"] = "1",
                ["fields.b.end"] = "3",
            },
        };
        Assert.Equal(3, (await table.Source(0).PrepareAsync(1, TestContext.Current.CancellationToken)).EstimatedRows);
        Assert.Equal("a", table.Source(0).Schema!.ToString());
        Assert.True(table.Source().IsBounded);
        table.Options["number-of-rows"] = "2";
        Assert.Equal(2, (await table.Source().PrepareAsync(1, TestContext.Current.CancellationToken)).EstimatedRows);
        Assert.False(new TestTable("datagen", ("a", SqlType.Int)).Source().IsBounded);
    }

    [Fact]
    public async Task A_reader_goes_on_after_a_confirmed_position()
    {
        var source = Table(SqlType.Int, 1, 10).Source();
        var plan = await source.PrepareAsync(2, TestContext.Current.CancellationToken);
        var context = Sluice.Engine.Connectors.ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize(100))) with { After = new(3) };
        await using var reader = source.Open(plan.Splits[1], context);
        using var batch = await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal([9, 10], ((ValueColumn<int>)batch!.Columns[0]).Values.AsSpan(0, batch.Count).ToArray());
        Assert.Equal(5, batch.End.Ordinal);
        Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    private static BatchSize BatchSize(int rows) => Sluice.Engine.Rows.BatchSize.Of(rows);
}
