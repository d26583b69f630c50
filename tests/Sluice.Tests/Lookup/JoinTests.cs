using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;

namespace Sluice.Tests.Lookup;

/// <summary>What comes out of a join, in which order, and what becomes of positions.</summary>
public sealed class JoinTests
{
    private static readonly LookupSettings s_lru = new() { Cache = CacheMode.Lru };

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CacheMode.None)]
    [InlineData(CacheMode.Lru)]
    [InlineData(CacheMode.All)]
    public async Task An_inner_join_drops_rows_without_a_match_and_keeps_their_order(CacheMode cache)
    {
        var lab = await LabAsync(new LookupSettings { Cache = cache });
        for (var round = 0; round < 2; round++)
        {
            await lab.GiveAsync("a", "x", null, "b", "a");
            await lab.GiveAsync("a", "b");
            await lab.GiveAsync("x");
        }

        await lab.FlushJoinAsync();
        Assert.Equal(["0,a,A,a", "3,b,B,b", "4,a,A,a", "5,a,A,a", "6,b,B,b"], lab.Rows.Take(5));
        Assert.Equal("A B A A B A B A A B", lab.Values());
        Assert.Equal(16, lab.Task.Positions.Of(JoinLab.Split)!.Value.Ordinal);
        await lab.CloseAsync();
    }

    [Theory]
    [InlineData(CacheMode.None)]
    [InlineData(CacheMode.Lru)]
    [InlineData(CacheMode.All)]
    public async Task A_left_join_keeps_rows_without_a_match_with_nulls(CacheMode cache)
    {
        var lab = await LabAsync(new LookupSettings { Cache = cache }, left: true);
        for (var round = 0; round < 2; round++)
        {
            await lab.GiveAsync("a", "x", null, "b");
        }

        await lab.FlushJoinAsync();
        Assert.Equal(["0,a,A,a", "1,x,-,-", "2,-,-,-", "3,b,B,b", "4,a,A,a", "5,x,-,-", "6,-,-,-", "7,b,B,b"], lab.Rows);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task The_distinct_missing_keys_of_a_batch_are_asked_for_in_one_read()
    {
        var lab = await LabAsync(s_lru);
        await lab.GiveAsync("a", "b", "a", null, "b", "x");
        await lab.GiveAsync("b", "c", "x", "c");
        await lab.FlushJoinAsync();
        Assert.Equal([["a", "b", "x"], ["c"]], lab.Lookup.Reads);
        await lab.CloseAsync();
    }

    [Theory]
    [InlineData(CacheMode.Lru)]
    [InlineData(CacheMode.All)]
    public async Task A_table_larger_than_the_caches_of_a_processor_gives_the_same_rows(CacheMode cache)
    {
        var lookup = new FakeLookup(new LookupSettings { Cache = cache, MaxRows = 1 << 20 });
        string[] keys = [.. Enumerable.Range(0, 30_000).Select(i => $"a key of some length {i}")];
        foreach (var key in keys)
        {
            lookup[key] = "value of " + key;
        }

        var lab = await new JoinLab(lookup, left: true).OpenAsync();
        for (var round = 0; round < 2; round++)
        {
            lab.Rows.Clear();
            foreach (var part in keys.Chunk(60))
            {
                await lab.GiveAsync([.. part, null, "no such key"]);
            }

            await lab.FlushJoinAsync();
            Assert.Equal(keys.Chunk(60).SelectMany(part => part.Select(k => "value of " + k).Append("-").Append("-")), lab.Rows.Select(r => r.Split(',')[2]));
        }

        Assert.True((lab.Table.Lru?.Bytes ?? lab.Table.Snapshot!.Bytes) > 1 << 20);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task Many_distinct_keys_go_out_in_one_read()
    {
        var lab = await LabAsync(s_lru);
        string[] keys = [.. Enumerable.Range(0, 3000).Select(i => $"key {i}")];
        foreach (var key in keys)
        {
            lab.Lookup[key] = key.ToUpperInvariant();
        }

        var batch = lab.Batch();
        batch.Grow(2 * keys.Length);
        foreach (var key in keys.Concat(keys))
        {
            ((ValueColumn<long>)batch.Columns[0]).Set(batch.Count, batch.Count);
            ((TextColumn)batch.Columns[1]).Set(batch.Count++, System.Text.Encoding.UTF8.GetBytes(key));
        }

        await lab.GiveAsync(batch, Test);
        await lab.FlushJoinAsync();
        Assert.Equal(keys, Assert.Single(lab.Lookup.Reads));
        Assert.Equal(keys.Concat(keys).Select((k, i) => $"{i},{k},{k.ToUpperInvariant()},{k}"), lab.Rows);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_batch_that_waits_holds_back_those_behind_it_while_their_reads_overlap()
    {
        var lab = await LabAsync(s_lru, held: true, known: ["a"]);
        await lab.GiveAsync("b");
        await lab.GiveAsync("a");
        await lab.GiveAsync("c");
        Assert.Equal(2, lab.Lookup.HeldCount);
        lab.Lookup.Release(1);
        await lab.GiveAsync();
        Assert.DoesNotContain("1,b,B,b", lab.Rows);
        Assert.Equal("A", lab.Values());
        lab.Lookup.Release(0);
        await lab.FlushJoinAsync();
        Assert.Equal("A B A C", lab.Values());
        await lab.CloseAsync();
    }

    [Fact]
    public async Task An_empty_batch_lets_finished_ones_leave_and_reaches_the_sink_at_once()
    {
        var lab = await LabAsync(s_lru, held: true);
        await lab.GiveAsync("a");
        await lab.GiveAsync();
        Assert.Equal([0], lab.Batches);
        Assert.Null(lab.Task.Positions.Of(JoinLab.Split));
        lab.Lookup.Release(0);
        await EventuallyAsync(async () =>
        {
            await lab.GiveAsync();
            return lab.Rows.Count == 1;
        });
        Assert.Equal(1, lab.Task.Positions.Of(JoinLab.Split)!.Value.Ordinal);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task Four_batches_are_held_at_most()
    {
        var lab = await LabAsync(new LookupSettings(), held: true);
        for (var i = 0; i < 3; i++)
        {
            await lab.GiveAsync($"{i}");
        }

        var fourth = lab.GiveAsync("a").AsTask();
        Assert.Equal(4, lab.Lookup.HeldCount);
        Assert.False(fourth.IsCompleted);
        lab.Lookup.Release(0);
        await fourth;
        Assert.Equal([0], lab.Batches);
        while (lab.Lookup.HeldCount > 0)
        {
            lab.Lookup.Release(0);
        }

        await lab.FlushJoinAsync();
        Assert.Equal("A", lab.Values());
        await lab.CloseAsync();
    }

    [Fact]
    public async Task Unordered_rows_that_hit_leave_at_once_and_positions_wait()
    {
        var lab = await LabAsync(s_lru with { MayReorder = true }, held: true, known: ["a", "x"], left: true);
        lab.Rows.Clear();
        var before = lab.Task.Positions.Of(JoinLab.Split);
        await lab.GiveAsync("b", "a", "x", "a");
        Assert.Equal("A - A", lab.Values());
        await lab.GiveAsync("a", "c");
        await lab.GiveAsync("a");
        Assert.Equal("A - A A A", lab.Values());
        Assert.Equal(before, lab.Task.Positions.Of(JoinLab.Split));
        lab.Lookup.Release(1);
        await EventuallyAsync(async () =>
        {
            await lab.GiveAsync();
            return lab.Rows.Count == 6;
        });
        Assert.Equal("A - A A A C", lab.Values());
        Assert.Equal(before, lab.Task.Positions.Of(JoinLab.Split));
        lab.Lookup.Release(0);
        await lab.FlushJoinAsync();
        Assert.Equal("A - A A A C B", lab.Values());
        Assert.Equal(9, lab.Task.Positions.Of(JoinLab.Split)!.Value.Ordinal);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task Unordered_rows_of_a_changelog_keep_their_order()
    {
        var lab = await LabAsync(s_lru with { MayReorder = true }, held: true, known: ["a"]);
        lab.Rows.Clear();
        await lab.GiveAsync("b");
        var changes = lab.Batch("a", "c");
        changes.SetKind(1, RowKind.Delete);
        await lab.GiveAsync(changes, Test);
        await lab.GiveAsync("a");
        Assert.Empty(lab.Rows);
        lab.Lookup.Release(1);
        await lab.GiveAsync();
        Assert.Empty(lab.Rows);
        lab.Lookup.Release(0);
        await lab.FlushJoinAsync();
        Assert.Equal("B A C A", lab.Values());
        await lab.CloseAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_drain_leaves_after_everything_before_it_has_left(bool mayReorder)
    {
        var lab = await LabAsync(s_lru with { MayReorder = mayReorder }, held: true, known: ["a"]);
        await lab.GiveAsync("b");
        await lab.GiveAsync("a", "c");
        var drain = lab.Batch();
        drain.Drain = true;
        var draining = lab.GiveAsync(drain, Test).AsTask();
        lab.Lookup.Release(1);
        Assert.False(draining.IsCompleted);
        lab.Lookup.Release(0);
        await draining;
        Assert.Equal(4, lab.DrainedAt);
        Assert.Equal(4, lab.Task.Positions.Of(JoinLab.Split)!.Value.Ordinal);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task Positions_of_several_splits_travel_together()
    {
        var lab = await LabAsync(s_lru with { MayReorder = true }, held: true, known: ["a"]);
        await lab.GiveAsync("b");
        var (p, q) = (new Split("p"), new Split("q"));
        foreach (var (split, position) in (IEnumerable<(Split, int)>)[(p, 1), (q, 5), (p, 2)])
        {
            var batch = lab.Batch("a");
            (batch.Split, batch.End) = (split, new Position(position));
            await lab.GiveAsync(batch, Test);
        }

        var mixed = lab.Batch("a");
        mixed.Split = Split.None;
        mixed.Ends.AddRange([new SplitPosition(q, new Position(6)), new SplitPosition(new Split("r"), new Position(1))]);
        await lab.GiveAsync(mixed, Test);
        Assert.Null(lab.Task.Positions.Of(p));
        lab.Lookup.Release(0);
        await lab.FlushJoinAsync();
        Assert.Equal(["p 2", "q 6", "r 1", "s 2"], lab.Task.Positions.All().Select(s => $"{s.Split.Id} {s.Position.Ordinal}").Order());
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_row_that_asked_for_a_wrong_key_gives_its_place()
    {
        var lab = await LabAsync(new LookupSettings());
        lab.Lookup.Fails = _ => new DataException("key b holds a list") { Key = 1 };
        var failure = await Assert.ThrowsAsync<DataException>(async () =>
        {
            await lab.GiveAsync("a", "b");
            await lab.FlushJoinAsync();
        });
        Assert.Equal("s, row 2: key b holds a list", failure.Message);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_pair_of_keys_is_looked_up_as_one()
    {
        var pair = new ByteHeap(16);
        KeyBatch.Pair("a"u8, "bc"u8, pair);
        var lookup = new FakeLookup(s_lru);
        lookup[System.Text.Encoding.UTF8.GetString(pair.Bytes, 0, pair.Used)] = "found";
        var table = new LookupTable("d", lookup);
        var schema = new Engine.Rows.Schema([new Field("a", Engine.Types.SqlType.String), new Field("b", Engine.Types.SqlType.String)]);
        var join = new LookupJoin(schema, [0, 1], [new LookupColumn("v", Engine.Types.SqlType.String, 0)], keepMissing: false, table);
        var lab = new JoinLab(lookup);
        await join.PrepareAsync(lab.Task, Test);
        await using var writer = join.Open(lab.Task, new Texts(lab));
        for (var round = 0; round < 2; round++)
        {
            var batch = new RowBatchPool(schema, BatchSize.Of(8)).Rent();
            foreach (var (first, second) in (IEnumerable<(string?, string?)>)[("a", "bc"), ("ab", "c"), (null, "bc"), ("a", null)])
            {
                Put((TextColumn)batch.Columns[0], batch.Count, first);
                Put((TextColumn)batch.Columns[1], batch.Count++, second);
            }

            await writer.WriteAsync(batch, Test);
        }

        await writer.FlushAsync(Test);
        Assert.Equal(["a,bc,found", "a,bc,found"], lab.Rows);
        await join.CloseAsync();
    }

    internal static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; !await holds(); tries++)
        {
            await (tries < 100 ? Task.Run(() => { }, Test) : Task.Delay(1, Test));
        }
    }

    /// <summary>A table with a, b and c; keys that are known stand in the cache already.</summary>
    private static async Task<JoinLab> LabAsync(LookupSettings settings, bool left = false, bool held = false, string[]? known = null)
    {
        var lookup = new FakeLookup(settings) { ["a"] = "A", ["b"] = "B", ["c"] = "C" };
        var lab = await new JoinLab(lookup, left).OpenAsync();
        if (known is not null)
        {
            await lab.GiveAsync(known);
            await lab.FlushJoinAsync();
        }

        lookup.HoldsReads = held;
        return lab;
    }

    private static void Put(TextColumn column, int row, string? text)
    {
        if (text is null)
        {
            column.SetNull(row);
        }
        else
        {
            column.Set(row, System.Text.Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>Notes the texts of all columns.</summary>
    private sealed class Texts(JoinLab lab) : ISinkWriter
    {
        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            using (rows)
            {
                for (var row = 0; row < rows.Count; row++)
                {
                    lab.Rows.Add(string.Join(",", rows.Columns.Select(c => System.Text.Encoding.UTF8.GetString(((TextColumn)c)[row]))));
                }
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
