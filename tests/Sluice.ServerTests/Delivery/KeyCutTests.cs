using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.ServerTests.MySql;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Delivery;

/// <summary>S-27c in a cluster: where some rows are written up to a position and others are not, a table is read again so that batches end there.</summary>
public sealed class KeyCutTests(MariaDbServer server) : MySqlTest(server)
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("BIGINT", "CAST(seq AS SIGNED) * 7 - 350")]
    [InlineData("BIGINT UNSIGNED", "18446744073709551615 - seq")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_general_ci", "CONCAT(IF(seq % 2, 'key', 'KEY'), seq)")]
    [InlineData("VARBINARY(20)", "CONCAT(x'00ff', seq)")]
    public async Task Each_position_of_a_unique_key_can_be_a_cut(string type, string value) =>
        await CheckAsync(await Server.NewDatabaseAsync($"CREATE TABLE t (k {type} PRIMARY KEY, n INT); INSERT INTO t SELECT {value}, seq FROM seq_1_to_60"));

    [Theory]
    [InlineData("INT NOT NULL", "seq DIV 9")]
    [InlineData("INT NOT NULL", "seq DIV 17")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL", "CONCAT(ELT(1 + seq % 4, 'a', 'A', 'ä', 'Ä '), seq DIV 9)")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_unicode_ci NOT NULL", "CONCAT('k', seq DIV 9, REPEAT(' ', seq % 3))")]
    [InlineData("VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL", "CONCAT(ELT(1 + seq % 3, 'u', 'U', 'Ü'), seq DIV 7)")]
    [InlineData("VARBINARY(20) NOT NULL", "CONCAT('k', seq DIV 4)")]
    public async Task Each_position_between_keys_that_are_not_unique_can_be_a_cut(string type, string value) =>
        await CheckAsync(await Server.NewDatabaseAsync($"CREATE TABLE t (k {type}, n INT NOT NULL); INSERT INTO t SELECT {value}, seq FROM seq_1_to_60"));

    [Theory]
    [InlineData("10 key > 10", "16 key > 16", "11..16=16 key > 16|17..23=23 key > 23|24..30=30 key > 30")]
    [InlineData("10 key > 10", "17 key > 17", "11..17 open|=17 key > 17|18..24=24 key > 24|25..30=30 end")]
    [InlineData("10 key > 10", "12 key > 12,25 key > 25", "11..12=12 key > 12|13..19 open|20..25=25 key > 25|26..30=30 end")]
    [InlineData("", "3 key > 3", "1..3=3 key > 3|4..10=10 key > 10|11..17=17 key > 17|18..24=24 key > 24|25..30=30 end")]
    [InlineData("20 key > 20", "30 key > 30", "21..27 open|28..30=30 key > 30")]
    [InlineData("20 key > 20", "30 key > 30,30 end key > 30", "21..27 open|28..30=30 key > 30|=30 end key > 30")]
    [InlineData("20 key > 20", "30 end", "21..27 open|28..30=30 end")]
    [InlineData("23 key > 23", "30 end", "24..30 open|=30 end")]
    [InlineData("23 key > 23", "30 key > 30", "24..30 open|=30 key > 30")]
    [InlineData("30 key > 30", "30 end", "=30 end")]
    [InlineData("9 key >= 10", "19 key >= 20", "10..16 open|17..19=19 key >= 20|20..26=26 key > 26|27..30=30 end")]
    public async Task Batches_end_at_each_cut_and_are_open_before_it(string after, string cuts, string batches)
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (k INT PRIMARY KEY, n INT); INSERT INTO t SELECT seq, seq FROM seq_1_to_30");
        Assert.Equal(batches, await ReadAsync(db, after, cuts));
    }

    [Fact]
    public async Task Rows_that_came_or_went_change_nothing_about_the_cut()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (k INT PRIMARY KEY, n INT); INSERT INTO t SELECT seq * 10, seq FROM seq_1_to_10");
        await Server.NewDatabaseAsync($"DELETE FROM {db}.t WHERE k IN (50, 70); INSERT INTO {db}.t VALUES (41, 0), (42, 0), (55, 0), (110, 0)");

        // The row of the first cut is gone, and one stands behind it that was not there; the count goes on as it was stored.
        Assert.Equal("41..42=5 key > 50|55..60=7 key > 70|80..110=11 end", await ReadAsync(db, "4 key > 40", "5 key > 50,7 key > 70"));
        Assert.Equal("80..110=10 end", await ReadAsync(db, "7 key > 70", "10 end"));

        await Server.NewDatabaseAsync($"DELETE FROM {db}.t WHERE k > 40");
        Assert.Equal("=5 key > 50|=7 key > 70", await ReadAsync(db, "4 key > 40", "5 key > 50,7 key > 70"));
        Assert.Equal("=10 end", await ReadAsync(db, "4 key > 40", "10 end"));
    }

    [Fact]
    public async Task A_cut_that_is_no_key_is_refused()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (k INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1)");
        Assert.Contains("--restart", (await Assert.ThrowsAsync<ConfigException>(() => ReadAsync(db, "", "1 key > 1 OR 1=1"))).Message, StringComparison.Ordinal);
        Assert.Contains("--restart", (await Assert.ThrowsAsync<ConfigException>(() => ReadAsync(db, "", "1"))).Message, StringComparison.Ordinal);
        var whole = Source(db, """{"querySql":"SELECT * FROM t"}""");
        Assert.Contains("no certain order", (await Assert.ThrowsAsync<ConfigException>(() => ReadAsync(whole, null, [new Position(1, "> 1")]))).Message, StringComparison.Ordinal);
    }

    /// <summary>All pairs of a position and one or two cuts behind it: all rows behind the position come once, in their order, with those
    /// before a cut before it.</summary>
    private async Task CheckAsync(string db)
    {
        var all = await ReadAsync(Ordered(db), null, []);
        var positions = all.Where(b => !b.IsOpen).Select(b => b.End).ToList();
        Assert.True(positions.Count > 3);
        for (var after = -1; after < positions.Count - 1; after++)
        {
            for (var first = after + 1; first < positions.Count; first++)
            {
                var last = Math.Min(first + 2, positions.Count - 1);
                List<Position> cuts = first == last ? [positions[first]] : [positions[first], positions[last]];
                var read = await ReadAsync(Ordered(db), after < 0 ? null : positions[after], cuts);
                foreach (var (from, to) in cuts.Prepend(after < 0 ? new Position(0) : positions[after]).Zip(cuts))
                {
                    var part = read.TakeUntil(b => b.End == to && !b.IsOpen);
                    Assert.All(part.SkipLast(1), b => Assert.True(b.IsOpen));
                    Assert.Equal(RowsOf(all, from, to), part.SelectMany(b => b.Rows).Order(StringComparer.Ordinal));
                    read = read[part.Count..];
                }

                Assert.Equal(RowsOf(all, cuts[^1], new Position(long.MaxValue)), read.SelectMany(b => b.Rows).Order(StringComparer.Ordinal));
            }
        }
    }

    private static List<string> RowsOf(List<Batch> all, Position from, Position to) =>
        [.. all.SelectMany(b => b.Rows).Skip((int)from.Ordinal).Take((int)Math.Min(int.MaxValue, to.Ordinal - from.Ordinal)).Order(StringComparer.Ordinal)];

    private ISource Ordered(string db)
    {
        var source = Source(db, """{"table":"t","column":["k","n"],"splitPk":"k"}""");
        source.NeedPositions();
        return source;
    }

    /// <summary>The keys of each batch, first and last, and the position behind it or that it is open.</summary>
    private async Task<string> ReadAsync(string db, string after, string cuts)
    {
        var batches = await ReadAsync(Ordered(db), after.Length == 0 ? null : Of(after), [.. cuts.Split(',').Select(Of)]);
        return string.Join('|', batches.Select(b =>
            (b.Rows.Count == 0 ? "" : $"{b.Rows[0].Split(' ')[0]}..{b.Rows[^1].Split(' ')[0]}") + (b.IsOpen ? " open" : $"={b.End}")));
    }

    private static async Task<List<Batch>> ReadAsync(ISource source, Position? after, IReadOnlyList<Position> cuts)
    {
        var plan = await source.PrepareAsync(1, Test);
        var batches = new List<Batch>();
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(7))) with { After = after, Cuts = cuts });
        while (await reader.ReadAsync(Test) is { } batch)
        {
            using (batch)
            {
                batches.Add(new Batch([.. Enumerable.Range(0, batch.Count).Select(r => string.Join(' ', batch.Texts.Select(c => Encoding.Latin1.GetString(c[r]))))], batch.End, batch.IsOpen));
            }
        }

        return batches;
    }

    private static Position Of(string text) => Position.TryParse(text, out var position) ? position : throw new ArgumentException(text);

    private sealed record Batch(List<string> Rows, Position End, bool IsOpen);
}

file static class Sequences
{
    /// <summary>The first items, with the first one for which it holds.</summary>
    public static List<T> TakeUntil<T>(this List<T> items, Predicate<T> holds) => items[..(items.FindIndex(holds) + 1)];
}
