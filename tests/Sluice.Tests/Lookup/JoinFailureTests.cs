using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>What fails around a join, at every point: nothing is lost silently, nothing comes twice, every batch goes back.</summary>
public sealed class JoinFailureTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool, CacheMode> Failures()
    {
        var data = new TheoryData<string, bool, CacheMode>();
        foreach (var what in (string[])["read", "refusal", "value", "sink", "stop"])
        {
            foreach (var mayReorder in (bool[])[false, true])
            {
                data.Add(what, mayReorder, CacheMode.None);
                data.Add(what, mayReorder, CacheMode.Lru);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Whatever_fails_at_whatever_point_no_batch_is_left_and_no_position_covers_a_row_that_did_not_come(string what, bool mayReorder, CacheMode cache)
    {
        for (var point = 0; point < 12; point++)
        {
            var random = new Random(point);
            var lookup = new FakeLookup(new LookupSettings { Cache = cache, MaxRows = 1, MayReorder = mayReorder, MaxRetries = 0 }) { HoldsReads = true };
            var lab = await new JoinLab(lookup, left: true).OpenAsync();
            lab.FailsAt = what == "sink" ? point : null;
            using var stop = new CancellationTokenSource();
            var failure = await Record.ExceptionAsync(() => PlayAsync(lab, what, point, random, stop));
            Assert.NotNull(failure);

            // As a task does: what was sent is still accounted for, then all is closed.
            lookup.HoldsReads = false;
            var draining = lab.FlushJoinAsync().AsTask();
            while (lookup.HeldCount > 0)
            {
                lookup.Release(0);
            }

            var drained = await Record.ExceptionAsync(() => draining);
            Assert.True(lab.Flushes > 0);
            if (what == "stop")
            {
                // Nothing has failed: all that was taken over has come out.
                Assert.Null(drained);
                Assert.Equal(lab.Ids.Count, lab.Task.Positions.Of(JoinLab.Split)?.Ordinal ?? 0);
            }
            else
            {
                Assert.Equal(failure.Message, drained?.Message);
                Assert.Equal(failure.Message, (await Assert.ThrowsAnyAsync<Exception>(() => lab.GiveAsync("a").AsTask())).Message);
            }

            await lab.CloseAsync();
        }
    }

    [Fact]
    public async Task Batches_before_a_read_that_failed_still_leave()
    {
        var lookup = new FakeLookup(new LookupSettings { MaxRetries = 0 }) { ["a"] = "A", HoldsReads = true };
        var lab = await new JoinLab(lookup).OpenAsync();
        await lab.GiveAsync("a");
        await lab.GiveAsync("b");
        await lab.GiveAsync("c");
        lookup.Release(1, new EndpointException("fake:1", "is away"));
        lookup.Release(0);
        await Assert.ThrowsAsync<EndpointException>(() => lab.FlushJoinAsync().AsTask());
        Assert.Equal("A", lab.Values());
        Assert.Equal(1, lab.Task.Positions.Of(JoinLab.Split)!.Value.Ordinal);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_lookup_that_fails_for_a_passing_reason_is_repeated_after_growing_pauses()
    {
        var clock = new HandClock();
        var start = clock.GetUtcNow();
        var lookup = new FakeLookup(new LookupSettings { MaxRetries = 7 }) { ["a"] = "A", Fails = n => n < 7 ? new EndpointException("fake:1", "is away") : null };
        var lab = await new JoinLab(lookup, clock: clock).OpenAsync();
        var pauses = new List<double>();
        await lab.GiveAsync("a");
        for (var i = 0; i < 7; i++)
        {
            var before = clock.GetUtcNow();
            await clock.RingAsync(Test);
            pauses.Add((clock.GetUtcNow() - before).TotalMilliseconds);
        }

        await lab.FlushJoinAsync();
        Assert.Equal([100, 200, 400, 800, 1600, 2000, 2000], pauses);
        Assert.Equal("A", lab.Values());
        Assert.Equal(7, lab.Task.Books.Retries);
        Assert.Equal((8, 7), (lab.Figure("loadCount"), lab.Figure("numLoadFailures")));
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_lookup_that_goes_on_failing_ends_the_job_and_says_how_often_it_was_tried()
    {
        var clock = new HandClock();
        var lookup = new FakeLookup(new LookupSettings { MaxRetries = 2 }) { Fails = _ => new EndpointException("10.0.0.1:6379", "closed the connection") };
        var lab = await new JoinLab(lookup, clock: clock).OpenAsync();
        await lab.GiveAsync("a");
        await clock.RingAsync(Test);
        await clock.RingAsync(Test);
        var failure = await Assert.ThrowsAsync<EndpointException>(() => lab.FlushJoinAsync().AsTask());
        Assert.Equal("10.0.0.1:6379: closed the connection (a lookup in table 'd' was given up after 3 attempts; 'lookup.max-retries' allows more)", failure.Message);
        Assert.Equal(2, lab.Task.Books.Retries);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_read_that_a_stopped_call_began_is_answered_by_the_flush_that_follows()
    {
        var lookup = new FakeLookup(new LookupSettings()) { ["a"] = "A", HoldsReads = true };
        var lab = await new JoinLab(lookup).OpenAsync();
        using var writing = new CancellationTokenSource();
        for (var i = 0; i < 3; i++)
        {
            await lab.GiveAsync(lab.Batch("a"), writing.Token);
        }

        var waiting = lab.GiveAsync(lab.Batch("a"), writing.Token).AsTask();
        await writing.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        while (lookup.HeldCount > 0)
        {
            lookup.Release(0);
        }

        await lab.FlushJoinAsync();
        Assert.Equal([0, 1, 2, 3], lab.Ids);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_flush_accounts_for_what_was_sent_before_it_waits()
    {
        var lookup = new FakeLookup(new LookupSettings()) { HoldsReads = true };
        var lab = await new JoinLab(lookup).OpenAsync();
        await lab.GiveAsync("a");
        using var drain = new CancellationTokenSource();
        var flush = lab.FlushJoinAsync(drain.Token).AsTask();
        Assert.Equal(1, lab.Flushes);
        await drain.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task With_tracking_the_cache_is_empty_once_a_reader_has_gone()
    {
        var lookup = new FakeLookup(new LookupSettings { Cache = CacheMode.Lru, Tracks = true }) { ["a"] = "A" };
        var lab = await new JoinLab(lookup).OpenAsync();
        Assert.NotNull(lookup.Invalidations);
        var other = lab.Join.Open(lab.Task, new Nowhere());
        await lab.GiveAsync("a");
        await lab.FlushJoinAsync();
        Assert.Equal(1, lab.Table.Lru!.Count);
        await other.DisposeAsync();
        Assert.Equal(0, lab.Table.Lru!.Count);
        await lab.CloseAsync();
    }

    private static async Task PlayAsync(JoinLab lab, string what, int point, Random random, CancellationTokenSource stop)
    {
        var released = 0;
        for (var turn = 0; turn < 40; turn++)
        {
            if (what == "stop" && turn == 2 * point)
            {
                await stop.CancelAsync();
            }

            var giving = lab.GiveAsync(lab.Batch($"k{random.Next(6)}", $"k{random.Next(6)}"), stop.Token).AsTask();
            while (lab.Lookup.HeldCount > 0 && (!giving.IsCompleted || random.Next(2) == 0))
            {
                var fails = released++ == point;
                lab.Lookup.Release(random.Next(lab.Lookup.HeldCount), what switch
                {
                    "read" when fails => new EndpointException("fake:1", "is away"),
                    "refusal" when fails => new RefusedException("fake:1", "NOPERM"),
                    "value" when fails => new DataException("is no number") { Key = 0 },
                    _ => null,
                });
            }

            await giving;
        }

        await lab.FlushJoinAsync(stop.Token);
        Assert.NotEqual("stop", what);
    }

    private sealed class Nowhere : Engine.Connectors.ISinkWriter
    {
        public ValueTask WriteAsync(Engine.Rows.RowBatch rows, CancellationToken stop)
        {
            rows.Dispose();
            return ValueTask.CompletedTask;
        }

        public ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
