using System.Globalization;
using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Datagen;

public sealed class RateTests
{
    private static async Task<(LeapingClock Clock, ISplitReader Reader)> OpenAsync(long rowsPerSecond, int parallelism = 1)
    {
        var clock = new LeapingClock(DateTimeOffset.UnixEpoch);
        var source = new TestTable("datagen", ("c", SqlType.Int))
        {
            Options = new() { ["rows-per-second"] = rowsPerSecond.ToString(CultureInfo.InvariantCulture) },
            Clock = clock,
        }.Source();
        var plan = await source.PrepareAsync(parallelism, TestContext.Current.CancellationToken);
        return (clock, source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(BatchSize.MaxRows)))));
    }

    private static async Task<int> ReadAsync(ISplitReader reader)
    {
        using var batch = await reader.ReadAsync(TestContext.Current.CancellationToken);
        return batch!.Count;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(1000, 1)]
    [InlineData(10_000, 1)]
    [InlineData(5_000_000, 1)]
    [InlineData(10_000, 4)]
    public async Task Rows_come_as_fast_as_asked_for_and_no_faster(long rowsPerSecond, int parallelism)
    {
        var (clock, reader) = await OpenAsync(rowsPerSecond, parallelism);
        await using var _ = reader;
        var rate = rowsPerSecond / parallelism;
        var read = 0L;
        while (clock.Elapsed < TimeSpan.FromSeconds(3))
        {
            read += await ReadAsync(reader);
            Assert.True(read <= (rate * clock.Elapsed.TotalSeconds) + 1);
        }

        // What is due and has not come yet is less than a tick's rows, and at most one batch.
        Assert.InRange(read, (rate * 2.9) - 1, (rate * clock.Elapsed.TotalSeconds) + 1);
    }

    [Fact]
    public async Task A_reader_keeps_nobody_waiting_for_longer_than_a_tenth_of_a_second()
    {
        var (clock, reader) = await OpenAsync(1);
        await using var _ = reader;
        var counts = new List<int>();
        for (var i = 0; i < 25; i++)
        {
            var before = clock.Elapsed;
            counts.Add(await ReadAsync(reader));
            Assert.InRange(clock.Elapsed - before, TimeSpan.Zero, TimeSpan.FromMilliseconds(101));
        }

        Assert.Equal(1, counts[0]);
        Assert.Contains(0, counts);
        Assert.InRange(counts.Sum(), 2, 4);
    }

    [Fact]
    public async Task Small_rates_come_in_batches_not_row_by_row()
    {
        var (clock, reader) = await OpenAsync(10_000);
        await using var _ = reader;
        var batches = 0;
        for (; clock.Elapsed < TimeSpan.FromSeconds(1); batches++)
        {
            await ReadAsync(reader);
        }

        Assert.InRange(batches, 10, 110);
    }

    [Fact]
    public async Task What_a_slow_sink_has_cost_is_made_up_for_by_one_second_at_most()
    {
        var (clock, reader) = await OpenAsync(1000);
        await using var _ = reader;
        await ReadAsync(reader);
        clock.Advance(TimeSpan.FromHours(1));
        var before = clock.Elapsed;
        var read = 0;
        while (clock.Elapsed == before)
        {
            read += await ReadAsync(reader);
        }

        Assert.InRange(read, 900, 1100);
    }

    [Fact]
    public async Task A_very_high_rate_does_not_hold_back()
    {
        var (_, reader) = await OpenAsync(100_000_000_000);
        await using var _ = reader;
        await ReadAsync(reader);
        var counts = new List<int>();
        for (var i = 0; i < 50; i++)
        {
            counts.Add(await ReadAsync(reader));
        }

        Assert.All(counts, c => Assert.Equal(BatchSize.MaxRows, c));
    }
}
