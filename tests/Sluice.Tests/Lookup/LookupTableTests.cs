using Sluice.Engine.Diagnostics;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>Tables that are kept whole, what tasks and statements share of a table, and its figures.</summary>
public sealed class LookupTableTests
{
    private static readonly LookupSettings s_everyMinute = new()
    {
        Cache = CacheMode.All,
        MaxRetries = 1,
        Reload = new IntervalReload(TimeSpan.FromMinutes(1), fromEnd: false, null),
    };

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_is_loaded_before_the_first_row_and_again_by_its_schedule()
    {
        var (lab, clock) = await OpenAsync(s_everyMinute);
        Assert.Equal(1, lab.Lookup.Loads);
        lab.Lookup["a"] = "new";
        await lab.GiveAsync("a");
        clock.Advance(TimeSpan.FromSeconds(59));
        await lab.GiveAsync("a");
        Assert.Equal("old old", lab.Values());
        await clock.RingAsync(Test);
        await LoadedAsync(lab, 2);
        await lab.GiveAsync("a");
        Assert.Equal("old old new", lab.Values());
        Assert.Empty(lab.Lookup.Reads);
        await lab.CloseAsync();
        Assert.Equal(0, clock.Waiting);
    }

    [Fact]
    public async Task The_old_rows_serve_while_a_load_is_under_way()
    {
        var (lab, clock) = await OpenAsync(s_everyMinute);
        var loading = new TaskCompletionSource();
        lab.Lookup.Loading = _ => loading.Task;
        lab.Lookup["a"] = "new";
        await clock.RingAsync(Test);
        await JoinTests.EventuallyAsync(() => Task.FromResult(lab.Lookup.Loads == 2));
        await lab.GiveAsync("a");
        Assert.Equal("old", lab.Values());
        loading.SetResult();
        await LoadedAsync(lab, 2);
        await lab.GiveAsync("a");
        Assert.Equal("old new", lab.Values());
        await lab.CloseAsync();
    }

    [Fact]
    public async Task The_old_rows_serve_when_a_reload_fails_and_the_next_one_is_tried()
    {
        var (lab, clock) = await OpenAsync(s_everyMinute);
        lab.Lookup.Fails = n => n is 1 or 2 ? new EndpointException("fake:1", "is away") : null;
        lab.Lookup["a"] = "new";
        await clock.RingAsync(Test);
        await LoadedAsync(lab, 2);

        // Repeated once, after 100 ms.
        await clock.RingAsync(Test);
        await JoinTests.EventuallyAsync(() => Task.FromResult(lab.Warnings.Count == 1));
        Assert.Equal("table 'd' could not be loaded again, the rows of its last load go on serving: fake:1: is away (loading table 'd' was given up after 2 attempts; 'lookup.max-retries' allows more)", lab.Warnings[0]);
        await lab.GiveAsync("a");
        await clock.RingAsync(Test);
        await LoadedAsync(lab, 4);
        await lab.GiveAsync("a");
        Assert.Equal("old new", lab.Values());
        Assert.Equal(2, lab.Figure("numLoadFailures"));
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_first_load_that_fails_is_repeated_and_then_fails_the_job()
    {
        var clock = new HandClock();
        var lookup = new FakeLookup(s_everyMinute) { Fails = _ => new EndpointException("fake:1", "is away") };
        var lab = new JoinLab(lookup, clock: clock);
        var opening = lab.OpenAsync();
        await clock.RingAsync(Test);
        var failure = await Assert.ThrowsAsync<EndpointException>(() => opening);
        Assert.Equal("fake:1: is away (loading table 'd' was given up after 2 attempts; 'lookup.max-retries' allows more)", failure.Message);
        await lab.Join.CloseAsync();
        Assert.Equal(0, clock.Waiting);
    }

    [Fact]
    public async Task A_table_without_a_schedule_is_loaded_once()
    {
        var (lab, clock) = await OpenAsync(s_everyMinute with { Reload = null });
        Assert.Equal(0, clock.Waiting);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task Several_joins_share_one_load_and_the_last_one_ends_it()
    {
        var clock = new HandClock();
        var lookup = new FakeLookup(s_everyMinute) { ["a"] = "old" };
        var lab = await new JoinLab(lookup, clock: clock).OpenAsync();
        var other = new LookupJoin(lab.Join.Schema, [1], [], keepMissing: false, lab.Table);
        await other.PrepareAsync(lab.Task, Test);
        Assert.Equal((1, 1), (lookup.Prepared, lookup.Loads));
        await other.CloseAsync();
        await other.CloseAsync();
        await clock.RingAsync(Test);
        await LoadedAsync(lab, 2);
        await lab.CloseAsync();
        Assert.Equal(0, clock.Waiting);

        // A statement that comes later does not see what was kept for another.
        await other.PrepareAsync(lab.Task, Test);
        Assert.Equal((1, 3), (lookup.Prepared, lookup.Loads));
        await other.CloseAsync();
    }

    [Theory]
    [InlineData(CacheMode.None, 0, 7, 6)]
    [InlineData(CacheMode.Lru, 3, 4, 3)]
    [InlineData(CacheMode.All, 4, 3, 1)]
    public async Task Figures_count_rows_that_hit_and_miss_and_the_keys_or_tables_that_were_loaded(CacheMode cache, int hits, int misses, int loads)
    {
        var (lab, _) = await OpenAsync(new LookupSettings { Cache = cache });
        lab.Lookup["b"] = "B";
        await lab.GiveAsync("a", "a", null, "x", "b");
        await lab.FlushJoinAsync();
        await lab.GiveAsync("a", "x", null);
        await lab.GiveAsync("a");
        await lab.FlushJoinAsync();

        // None: a, x, b, then a, x, and a. LRU: a, x, b are loaded, and the last three rows hit. ALL: b came after the load.
        Assert.Equal((hits, misses), ((int)lab.Figure("hitCount"), (int)lab.Figure("missCount")));
        Assert.Equal(loads, lab.Figure("loadCount"));
        Assert.Equal(cache switch { CacheMode.None => 0, CacheMode.Lru => 3, _ => 1 }, lab.Figure("numCachedRecords"));
        Assert.Equal(0, lab.Figure("numLoadFailures"));
        await lab.CloseAsync();
    }

    [Fact]
    public async Task All_figures_are_there_before_the_first_row()
    {
        var (lab, _) = await OpenAsync(new LookupSettings());
        Assert.Equal(
            ["lookup.d.hitCount", "lookup.d.latestLoadTime", "lookup.d.loadCount", "lookup.d.missCount", "lookup.d.numCachedRecords", "lookup.d.numLoadFailures"],
            lab.Task.Metrics.Snapshot().Keys);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_row_is_as_old_as_the_question_for_it_not_as_its_answer()
    {
        var (lab, clock) = await OpenAsync(new LookupSettings { Cache = CacheMode.Lru, ExpireAfterLoad = TimeSpan.FromSeconds(1) });
        lab.Lookup.HoldsReads = true;
        await lab.GiveAsync("a");
        clock.Advance(TimeSpan.FromMilliseconds(600));
        lab.Lookup.Release(0);
        await lab.FlushJoinAsync();
        lab.Lookup.HoldsReads = false;
        clock.Advance(TimeSpan.FromMilliseconds(399));
        await lab.GiveAsync("a");
        Assert.Single(lab.Lookup.Reads);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await lab.GiveAsync("a");
        await lab.FlushJoinAsync();
        Assert.Equal(2, lab.Lookup.Reads.Count);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_load_and_a_read_that_a_stop_ends_have_not_failed()
    {
        using var stop = new CancellationTokenSource();
        var loading = new JoinLab(new FakeLookup(s_everyMinute) { Loading = _ => Task.Delay(Timeout.Infinite, stop.Token) }, clock: new HandClock());
        var opening = loading.Table.PrepareAsync(loading.Task, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        Assert.Equal((1, 0), (loading.Figure("loadCount"), loading.Figure("numLoadFailures")));

        var (reading, _) = await OpenAsync(new LookupSettings());
        reading.Lookup.HoldsReads = true;
        await reading.GiveAsync("a");
        await reading.CloseAsync();
        Assert.Equal((1, 0), (reading.Figure("loadCount"), reading.Figure("numLoadFailures")));
    }

    [Fact]
    public void Tables_of_one_name_are_counted_together()
    {
        // Other options make a table of its own, and so does each statement of a script.
        var metrics = new Metrics();
        var (first, second) = (new LookupMetrics("d"), new LookupMetrics("d"));
        first.ShowIn(metrics);
        first.Loaded(3, TimeSpan.FromMilliseconds(5), failed: false, cached: 3);
        first.Probed(hits: 10, misses: 3, cached: 4);
        second.ShowIn(metrics);
        second.Loaded(2, TimeSpan.FromMilliseconds(7), failed: true, cached: 0);
        second.Probed(hits: 1, misses: 2, cached: 2);
        first.Probed(hits: 1, misses: 0, cached: 1);
        Assert.Equal(
            [("hitCount", 12), ("latestLoadTime", 7), ("loadCount", 5), ("missCount", 5), ("numCachedRecords", 3), ("numLoadFailures", 2)],
            metrics.Snapshot().Select(m => (m.Key["lookup.d.".Length..], m.Value)));
    }

    [Fact]
    public void Explain_tells_what_is_kept()
    {
        Assert.Equal(["lookup d: fake by key", "  fake: looks into a dictionary"], Lines(new LookupSettings()));
        Assert.Equal(
            "  cache LRU: the rows used last, at most 10 and 500 bytes, for 3000 ms, for 1000 ms after their last use, until they change",
            Lines(new LookupSettings { Cache = CacheMode.Lru, MaxRows = 10, MaxBytes = 500, ExpireAfterLoad = TimeSpan.FromSeconds(3), ExpireAfterUse = TimeSpan.FromSeconds(1), Tracks = true })[^1]);
        Assert.Equal("  cache ALL: loaded before the first row, again every 60000 ms", Lines(s_everyMinute)[^1]);
        Assert.Equal("  async: rows may overtake one another", Lines(new LookupSettings { MayReorder = true })[^1]);

        static List<string> Lines(LookupSettings settings) => [.. new JoinLab(new FakeLookup(settings)).Join.Explain()];
    }

    private static async Task<(JoinLab Lab, HandClock Clock)> OpenAsync(LookupSettings settings)
    {
        var clock = new HandClock();
        var lookup = new FakeLookup(settings) { ["a"] = "old" };
        return (await new JoinLab(lookup, clock: clock).OpenAsync(), clock);
    }

    private static Task LoadedAsync(JoinLab lab, int loads) =>
        JoinTests.EventuallyAsync(() => Task.FromResult(lab.Figure("loadCount") == loads));
}
