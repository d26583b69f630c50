using Sluice.Connectors.Redis;

namespace Sluice.Tests.Redis;

public sealed class RowGroupsTests
{
    [Fact]
    public void Groups_are_those_of_a_naive_grouping_with_the_order_within_each_key_kept()
    {
        var fixture = new EncoderFixture("set", "k,v", rows: 600);
        var grouping = new RowGroups(600);
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var keys = random.Next(1, ((int[])[2, 10, 300, 5000])[random.Next(4)]);
            var prefix = new string('p', random.Next(20));
            object?[][] rows = [.. Enumerable.Range(0, random.Next(600)).Select(i => (object?[])[$"{prefix}{random.Next(keys)}", $"{i}"])];
            if (random.Next(3) == 0)
            {
                Array.Sort(rows, (a, b) => string.CompareOrdinal((string)a[0]!, (string)b[0]!));
            }

            using var batch = fixture.Batch(rows);
            var block = new WriteBlock(600) { Rows = batch, Keys = batch.Texts[0] };
            for (var row = 0; row < rows.Length; row++)
            {
                block.States[row] = random.Next(10) == 0 ? RowState.Dirty : RowState.Live;
            }

            grouping.ByKey(block);
            var expected = Enumerable.Range(0, rows.Length).Where(row => block.States[row] == RowState.Live).GroupBy(row => rows[row][0]).Select(g => g.ToArray());
            Assert.Equal(expected, block.Groups.Select(g => block.Order.AsSpan(g.First, g.Count).ToArray()));
        }
    }

    [Theory]
    [InlineData(0, 64, new int[0])]
    [InlineData(63, 64, new[] { 63 })]
    [InlineData(64, 64, new[] { 64 })]
    [InlineData(130, 64, new[] { 64, 64, 2 })]
    [InlineData(3, 1, new[] { 1, 1, 1 })]
    public void Runs_cover_every_live_row_once_in_order(int rows, int length, int[] expected)
    {
        var fixture = new EncoderFixture("string", "k,v", rows: 200);
        using var batch = fixture.Batch(Enumerable.Range(0, rows + 2).Select(i => (object?[])[$"{i}", ""]));
        var block = new WriteBlock(200) { Rows = batch };
        block.States[0] = RowState.Dirty;
        block.States[rows + 1] = RowState.Skipped;
        RowGroups.Runs(block, length);
        Assert.Equal(expected, block.Groups.Select(g => g.Count));
        Assert.Equal(Enumerable.Range(1, rows), block.Groups.SelectMany(g => block.Order.AsSpan(g.First, g.Count).ToArray()));
    }

    [Fact]
    public void Keys_that_differ_only_late_or_in_length_stay_apart()
    {
        var fixture = new EncoderFixture("set", "k,v");
        string[] keys = ["", "a", "aa", new('a', 8), new('a', 9), new('a', 16), new string('a', 15) + "b", new string('a', 16) + "b", "\0", "\0\0"];
        var block = fixture.Encode(keys.Concat(keys).Select((k, i) => (object?[])[k, $"{i}"]));
        Assert.Equal(keys.Length, block.Groups.Count);
        Assert.All(block.Groups, g => Assert.Equal(2, g.Count));
    }
}
