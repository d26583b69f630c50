using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;
using Sluice.ServerTests.MySql;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Delivery;

/// <summary>S-27c: what is read after any position, with what was read before it, is the table.</summary>
public sealed class KeyOrderTests(MariaDbServer server) : MySqlTest(server)
{
    private const string Parameters1 = """{"table":"t","column":["k","n"],"splitPk":"k"}""";

    [Theory]
    [InlineData("BIGINT", "CAST(seq AS SIGNED) * 7 - 350")]
    [InlineData("BIGINT UNSIGNED", "18446744073709551615 - seq")]
    [InlineData("INT(8) ZEROFILL", "seq")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_general_ci", "CONCAT(IF(seq % 2, 'key', 'KEY'), seq)")]
    [InlineData("VARCHAR(20) CHARACTER SET latin1", "CONCAT('é', seq)")]
    [InlineData("VARBINARY(20)", "CONCAT(x'00ff', seq)")]
    public async Task A_unique_key_is_continued_after_each_batch_without_gap_or_overlap(string type, string value)
    {
        var db = await Server.NewDatabaseAsync($"CREATE TABLE t (k {type} PRIMARY KEY, n INT); INSERT INTO t SELECT {value}, seq FROM seq_1_to_100");
        foreach (var parallelism in (int[])[1, 2])
        {
            await CheckAsync(db, parallelism, exact: true, needed: false, more: "");
        }
    }

    [Theory]
    [InlineData("INT", "seq DIV 9")]
    [InlineData("INT", "1")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_general_ci", "CONCAT(ELT(1 + seq % 4, 'a', 'A', 'ä', 'Ä '), seq DIV 9)")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_unicode_ci", "CONCAT('k', seq DIV 30, REPEAT(' ', seq % 3))")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_bin", "CONCAT('k', seq DIV 5)")]
    public async Task Of_a_key_that_is_not_unique_rows_may_come_again_but_none_is_lost(string type, string value)
    {
        var db = await Server.NewDatabaseAsync($"CREATE TABLE t (k {type}, n INT, PRIMARY KEY (k, n)); INSERT INTO t SELECT {value}, seq FROM seq_1_to_100");
        await CheckAsync(db, 1, exact: false, needed: false, more: "");
        await CheckAsync(db, 2, exact: false, needed: false, more: "");
    }

    [Theory]
    [InlineData("INT NOT NULL", "seq DIV 9")]
    [InlineData("INT NOT NULL", "1")]
    [InlineData("INT NOT NULL", "seq DIV 17")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL", "CONCAT(ELT(1 + seq % 4, 'a', 'A', 'ä', 'Ä '), seq DIV 9)")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_unicode_ci NOT NULL", "CONCAT('k', seq DIV 30, REPEAT(' ', seq % 3))")]
    [InlineData("VARCHAR(20) COLLATE utf8mb4_bin NOT NULL", "CONCAT('k', seq DIV 5, REPEAT(' ', seq % 3))")]
    [InlineData("VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL", "CONCAT(ELT(1 + seq % 3, 'u', 'U', 'Ü'), seq DIV 7)")]
    [InlineData("VARBINARY(20) NOT NULL", "CONCAT('k', seq DIV 4)")]
    public async Task Where_positions_are_needed_batches_end_between_two_keys(string type, string value)
    {
        var db = await Server.NewDatabaseAsync($"CREATE TABLE t (k {type}, n INT NOT NULL); INSERT INTO t SELECT {value}, seq FROM seq_1_to_100");
        await CheckAsync(db, 1, exact: true, needed: true, more: "");
        await CheckAsync(db, 2, exact: true, needed: true, more: """, "where": "n > 3" """);
    }

    [Fact]
    public async Task Nulls_come_first_where_a_key_may_be_null()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (k INT, n INT AS (1), UNIQUE KEY (k)); INSERT INTO t (k) SELECT IF(seq < 30, NULL, seq) FROM seq_1_to_100");
        var source = Source(db, """{"table":"t","column":["k"],"splitPk":"k"}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        var batches = await ReadAsync(source, plan, plan.Splits[0], null);

        Assert.False(plan.Splits[0].IsWhole);
        Assert.All(batches.Take(4), b => Assert.Null(b.End.Key));
        Assert.Equal([.. Enumerable.Range(30, 71).Select(i => $"{i}")], (await ReadAsync(source, plan, plan.Splits[0], batches[3].End)).SelectMany(b => b.Rows).Where(r => r != ""));
        Assert.Equal(100 - 42, (await ReadAsync(source, plan, plan.Splits[0], batches[5].End)).Sum(b => b.Rows.Count) - 1);
    }

    [Theory]
    [InlineData("CREATE TABLE t (k INT, n INT)")]
    [InlineData("CREATE TABLE t (k INT NOT NULL, n INT, KEY (k))")]
    [InlineData("CREATE TABLE t (k INT PRIMARY KEY, n INT) ENGINE=MyISAM")]
    [InlineData("CREATE TABLE t (k INT PRIMARY KEY, n INT, wide CHAR(200) DEFAULT 'x', KEY (n))")]
    public async Task A_table_that_has_no_cheap_order_is_read_slice_by_slice(string table)
    {
        var db = await Server.NewDatabaseAsync(table + "; INSERT INTO t (k, n) SELECT seq, seq FROM seq_1_to_2000");
        var source = Source(db, Parameters1);
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        var split = Assert.Single(plan.Splits);

        Assert.True(split.IsWhole);
        Assert.DoesNotContain("ORDER BY", split.Describe(), StringComparison.Ordinal);
        Assert.Equal(2000, (await ReadAsync(source, plan, split, new Position(70))).Sum(b => b.Rows.Count));
    }

    [Fact]
    public async Task Stored_bounds_stay_and_the_first_and_the_last_slice_are_open_for_rows_that_came_later()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (k INT PRIMARY KEY, n INT); INSERT INTO t SELECT seq, seq FROM seq_1_to_100");
        var first = await Source(db, Parameters1).PrepareAsync(2, TestContext.Current.CancellationToken);
        StoredSplit[] stored = [.. first.Splits.Select(s => new StoredSplit(s.Id, s.State))];
        await Server.NewDatabaseAsync($"INSERT INTO {db}.t SELECT seq, seq FROM {db}.t, seq_101_to_5000 WHERE k = 1; INSERT INTO {db}.t VALUES (-5, -5); DELETE FROM {db}.t WHERE k BETWEEN 40 AND 60");

        var source = Source(db, Parameters1);
        var plan = source.Restore(await source.PrepareAsync(4, TestContext.Current.CancellationToken), stored);

        Assert.Equal(first.Splits.Select(s => (s.Id, s.Describe())), plan.Splits.Select(s => (s.Id, s.Describe())));
        var rows = 0;
        foreach (var split in plan.Splits)
        {
            rows += (await ReadAsync(source, plan, split, null)).Sum(b => b.Rows.Count);
        }

        Assert.Equal(5000 + 1 - 21, rows);
    }

    [Fact]
    public async Task A_slice_of_nulls_and_a_query_have_no_position_inside()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (k INT, n INT, KEY (k)); INSERT INTO t VALUES (1, 1), (90, 2), (NULL, 3)");
        var source = Source(db, Parameters1);
        source.NeedPositions();
        Assert.All((await source.PrepareAsync(2, TestContext.Current.CancellationToken)).Splits, s => Assert.True(s.IsWhole));
        var query = Source(db, """{"querySql":"SELECT * FROM t"}""");
        query.NeedPositions();
        Assert.True(Assert.Single((await query.PrepareAsync(1, TestContext.Current.CancellationToken)).Splits).IsWhole);
    }

    /// <summary>Stops after each batch in turn, and continues in another plan with what would have been stored.</summary>
    private async Task CheckAsync(string db, int parallelism, bool exact, bool needed, string more)
    {
        var parameters = Parameters1[..^1] + more + "}";
        var source = Source(db, parameters);
        var later = Source(db, parameters);
        if (needed)
        {
            source.NeedPositions();
            later.NeedPositions();
        }

        var plan = await source.PrepareAsync(parallelism, TestContext.Current.CancellationToken);
        StoredSplit[] stored = [.. plan.Splits.Select(s => new StoredSplit(s.Id, s.State))];
        var again = later.Restore(await later.PrepareAsync(1, TestContext.Current.CancellationToken), stored);
        Assert.Equal(stored.Select(s => s.Id), again.Splits.Select(s => s.Id));
        for (var i = 0; i < plan.Splits.Count; i++)
        {
            Assert.False(plan.Splits[i].IsWhole);
            var batches = await ReadAsync(source, plan, plan.Splits[i], null);
            var all = batches.SelectMany(b => b.Rows).ToList();
            for (var stop = 0; stop < batches.Count; stop++)
            {
                if (exact && batches[stop].IsOpen)
                {
                    continue;
                }

                Assert.True(Position.TryParse(batches[stop].End.ToString(), out var end));
                var before = batches.Take(stop + 1).SelectMany(b => b.Rows).ToList();
                var after = end.IsEnd ? [] : (await ReadAsync(later, again, again.Splits[i], end)).SelectMany(b => b.Rows).ToList();
                if (exact)
                {
                    Assert.Equal(all.Order(StringComparer.Ordinal), before.Concat(after).Order(StringComparer.Ordinal));
                }
                else
                {
                    Assert.Equal(all.Distinct().Order(StringComparer.Ordinal), before.Concat(after).Distinct().Order(StringComparer.Ordinal));
                }
            }
        }
    }

    /// <summary>Batches of 7 rows: the text of each, the position behind them, and whether the unit goes on.</summary>
    private static async Task<List<(List<string> Rows, Position End, bool IsOpen)>> ReadAsync(ISource source, SourcePlan plan, Split split, Position? after)
    {
        var batches = new List<(List<string>, Position, bool)>();
        var pool = new RowBatchPool(plan.Schema, BatchSize.Of(7));
        await using var reader = source.Open(split, ReaderContext.Of(pool) with { After = after });
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } batch)
        {
            batches.Add(([.. Enumerable.Range(0, batch.Count).Select(r => string.Join('|', batch.Texts.Select(c => Convert.ToHexString(c[r]) is var hex && c.IsNull(r) ? "" : plan.Schema.Count == 1 ? System.Text.Encoding.UTF8.GetString(c[r]) : hex)))], batch.End, batch.IsOpen));
            batch.Dispose();
        }

        return batches;
    }
}
