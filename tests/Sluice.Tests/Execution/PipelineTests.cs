using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Execution;

/// <summary>A source shared by several sinks, several sources, and jobs that do not end.</summary>
public sealed class PipelineTests
{
    private static readonly Schema s_numbers = new([new Field("n", SqlType.BigInt)]);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_sinks_share_one_read_of_their_source()
    {
        var source = new Numbers(10);
        var (first, second) = (new Collector(), new Collector());
        var summary = await RunAsync(Test, new Plan("job", [new Pipeline(source, [new Branch([], first), new Branch([], second)])], new JobSettings()));
        Assert.Equal(JobStatus.Succeeded, summary.Status);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), first.Taken);
        Assert.Equal(first.Taken, second.Taken);
        Assert.Equal((10L, 20L), (summary.RowsRead, summary.RowsWritten));
        Assert.Equal(1, source.Opened);
        Assert.Equal(0, source.BatchesOut);
    }

    [Fact]
    public async Task A_position_is_confirmed_when_every_sink_has_confirmed_it()
    {
        var source = new Numbers(10);
        var late = new Collector { ConfirmsUpTo = 4 };
        await RunAsync(Test, new Plan("job", [new Pipeline(source, [new Branch([], new Collector()), new Branch([], late)])], new JobSettings()));
        Assert.Equal(new Position(4), source.LastCommit);
    }

    [Fact]
    public async Task A_source_is_told_what_is_confirmed_also_when_the_job_fails()
    {
        var source = new Numbers(10);
        var summary = await RunAsync(Test, new Plan("job", [new Pipeline(source, [new Branch([], new Collector { FailsAt = 6 })])], new JobSettings()));
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Equal(new Position(6), source.LastCommit);
        Assert.Equal((6L, 6L), (summary.RowsRead, summary.RowsWritten));
    }

    [Fact]
    public async Task A_bounded_plan_ends_before_the_next_one_starts()
    {
        var shared = new Collector();
        var plans = Enumerable.Range(0, 3).Select(_ => new Plan($"job", new Numbers(5), shared, new JobSettings())).ToArray();
        await RunAsync(Test, plans);
        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4], shared.Taken);
    }

    [Fact]
    public async Task A_plan_without_end_does_not_hold_back_the_next_one_and_runs_until_it_is_stopped()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Test);
        var endless = new Plan("job", new Numbers(null), new Collector(), new JobSettings());
        var last = new Collector { AtEnd = () => stop.CancelAfter(50) };
        var summary = await RunAsync(stop.Token, endless, new Plan("job", new Numbers(5), last, new JobSettings()));
        Assert.Equal(JobStatus.Stopped, summary.Status);
        Assert.Equal([0, 1, 2, 3, 4], last.Taken);
        Assert.Equal(summary.RowsRead, summary.RowsWritten);
    }

    [Fact]
    public async Task The_first_failure_stops_the_others()
    {
        var endless = new Plan("job", new Numbers(null), new Collector(), new JobSettings());
        var failing = new Plan("job", new Numbers(null), new Collector { FailsAt = 3 }, new JobSettings());
        var summary = await RunAsync(Test, endless, failing);
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Equal("collector: is full", summary.Error);
    }

    [Fact]
    public async Task The_failure_of_an_endless_plan_is_what_the_user_reads_also_where_a_bounded_one_is_stopped_for_it()
    {
        var failing = new Plan("job", new Numbers(null), new Collector { FailsAt = 3 }, new JobSettings());
        var bounded = new Plan("job", new Numbers(5), new Collector { Writing = stop => Task.Delay(Timeout.Infinite, stop) }, new JobSettings());
        var summary = await RunAsync(Test, failing, bounded);
        Assert.Equal((JobStatus.Failed, "collector: is full"), (summary.Status, summary.Error));
    }

    [Fact]
    public async Task A_stop_does_not_cut_a_batch_in_two()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Test);
        var source = new Numbers(null);
        var sink = new Collector
        {
            Writing = async writing =>
            {
                await stop.CancelAsync();
                writing.ThrowIfCancellationRequested();
            },
        };
        var summary = await RunAsync(stop.Token, new Plan("job", source, sink, new JobSettings()));
        Assert.Equal(JobStatus.Stopped, summary.Status);
        Assert.Equal([0L, 1], sink.Taken);
        Assert.Equal(new Position(2), source.LastCommit);
    }

    [Fact]
    public async Task A_sink_that_does_not_answer_does_not_keep_another_one_from_settling_what_it_has_sent()
    {
        var settled = new TaskCompletionSource();
        var waiting = new Collector { Flushing = settled.Task.WaitAsync };
        var other = new Collector
        {
            Flushing = _ =>
            {
                settled.TrySetResult();
                return Task.CompletedTask;
            },
        };
        var running = RunAsync(Test, new Plan("job", [new Pipeline(new Numbers(4), [new Branch([], waiting), new Branch([], other)])], new JobSettings()));
        var summary = await running.WaitAsync(TimeSpan.FromSeconds(30), Test);
        Assert.Equal(JobStatus.Succeeded, summary.Status);
    }

    [Fact]
    public async Task A_row_that_cannot_be_processed_fails_the_job_with_its_message()
    {
        var summary = await RunAsync(Test, new Plan("job", new Numbers(5), new Collector { Breaks = () => new DataException("no number").At("split 0") }, new JobSettings()));
        Assert.Equal((JobStatus.Failed, "split 0: no number"), (summary.Status, summary.Error));
    }

    [Fact]
    public void A_batch_derived_from_another_keeps_it_and_knows_where_its_rows_came_from()
    {
        var pool = new RowBatchPool(s_numbers, BatchSize.Of(4));
        var parent = pool.Rent();
        parent.Count = 4;
        parent.Split = new Split("here");
        parent.End = new Position(7);
        parent.Origins = new Origins();
        parent.SetKind(2, RowKind.Delete);
        var derived = pool.Rent();
        derived.Derive(parent, [1, 2], allRows: false);
        Assert.Equal((2, "row 2"), (derived.Count, derived.DescribeOrigin(1)));
        Assert.Equal([RowKind.Insert, RowKind.Delete], [derived.KindOf(0), derived.KindOf(1)]);
        var positions = new Positions();
        derived.Confirm(positions);
        Assert.Equal(new Position(7), positions.Of(new Split("here")));
        Assert.NotSame(parent, pool.Rent());
        derived.Dispose();
        Assert.Contains(parent, (RowBatch[])[pool.Rent(), pool.Rent()]);
    }

    private static Task<JobSummary> RunAsync(CancellationToken stop, params IReadOnlyList<Plan> plans) =>
        new JobRunner(plans, Path.Combine(Path.GetTempPath(), "never-made.jsonl"), new Report(strict: true, _ => { }), TimeProvider.System).RunAsync(stop);

    private sealed class Origins : IRowOrigins
    {
        public string Describe(int row) => $"row {row}";
    }

    /// <summary>Counts from 0, two rows in a batch; without end where there is no count.</summary>
    private sealed class Numbers(int? count) : ISource
    {
        public int Opened { get; private set; }

        public int BatchesOut { get; set; }

        public Position? LastCommit { get; private set; }

        public string Name => "numbers";

        public Schema? Schema => s_numbers;

        public bool IsBounded => count is not null;

        public IEnumerable<string> Explain() => [];

        public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) => Task.FromResult(new SourcePlan(s_numbers, [new Split("0")]));

        public ISplitReader Open(Split split, ReaderContext context)
        {
            Opened++;
            return new Reader(this, context.Pool, count);
        }

        public Task CommitAsync(IConfirmedPositions confirmed, bool last, CancellationToken stop)
        {
            LastCommit = confirmed.Of(new Split("0"));
            return Task.CompletedTask;
        }

        private sealed class Reader(Numbers source, RowBatchPool pool, int? count) : ISplitReader
        {
            private readonly HashSet<RowBatch> _batches = [];
            private int _next;

            public async ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
            {
                if (_next == count)
                {
                    return null;
                }

                if (count is null)
                {
                    await Task.Delay(1, stop);
                }

                var batch = pool.Rent();
                _batches.Add(batch);
                for (; batch.Count < 2 && _next != count; batch.Count++)
                {
                    ((ValueColumn<long>)batch.Columns[0]).Set(batch.Count, _next++);
                }

                batch.End = new Position(_next);
                return batch;
            }

            public ValueTask DisposeAsync()
            {
                // Every batch made so far is free again: whoever had it has given it back.
                var free = Enumerable.Range(0, _batches.Count).Select(_ => pool.Rent()).ToHashSet();
                source.BatchesOut = _batches.Except(free).Count();
                return ValueTask.CompletedTask;
            }
        }
    }

    private sealed class Collector : ISink, ISinkWriter
    {
        private TaskContext? _task;

        public List<long> Taken { get; } = [];

        public long ConfirmsUpTo { get; init; } = long.MaxValue;

        public int? FailsAt { get; init; }

        public Func<Exception>? Breaks { get; init; }

        public Action? AtEnd { get; init; }

        public Func<CancellationToken, Task> Writing { get; init; } = _ => Task.CompletedTask;

        public Func<CancellationToken, Task> Flushing { get; init; } = _ => Task.CompletedTask;

        public string Name => "collector";

        public BatchSize BatchSize => BatchSize.Of(2);

        public void Bind(Schema schema) => Assert.Equal(1, schema.Count);

        public IEnumerable<string> Explain(Schema? schema) => [];

        public Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

        public ISinkWriter Open(TaskContext task)
        {
            _task = task;
            return this;
        }

        public IEnumerable<string> Render(RowBatch rows, int row) => [];

        public async ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            using (rows)
            {
                await Writing(stop);
                if (Breaks is { } breaks)
                {
                    throw breaks();
                }

                if (Taken.Count >= FailsAt)
                {
                    throw new EndpointException("collector", "is full");
                }

                _task!.Books.AddRead(rows.Count, 0);
                Taken.AddRange(((ValueColumn<long>)rows.Columns[0]).Values.AsSpan(0, rows.Count));
                _task.Books.AddWritten(rows.Count);
                if (rows.End.Ordinal <= ConfirmsUpTo)
                {
                    rows.Confirm(_task.Positions);
                }
            }
        }

        public ValueTask FlushAsync(CancellationToken stop) => new(Flushing(stop));

        public ValueTask DisposeAsync()
        {
            AtEnd?.Invoke();
            return ValueTask.CompletedTask;
        }
    }
}
