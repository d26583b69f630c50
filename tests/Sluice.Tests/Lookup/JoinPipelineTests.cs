using System.Text;
using Sluice.Connectors.Blackhole;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Lookup;

/// <summary>Joins in jobs that run: what is read, written and committed when they end, are stopped, or fail.</summary>
public sealed class JoinPipelineTests
{
    private static readonly Schema s_schema = new([new Field("key", SqlType.String)]);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_ends_with_all_rows_joined_and_committed(bool mayReorder)
    {
        var (summary, source, lookup) = await RunAsync(new LookupSettings { Cache = CacheMode.Lru, MayReorder = mayReorder }, 1000, _ => null, Test);
        Assert.Equal((JobStatus.Succeeded, null), (summary.Status, summary.Error));
        Assert.Equal((1000, 1000), (summary.RowsRead, summary.RowsWritten));
        Assert.Equal(1000, source.Committed);
        Assert.Equal(0, lookup.OpenReaders);
        Assert.Equal(1000, summary.Metrics["lookup.d.hitCount"] + summary.Metrics["lookup.d.missCount"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_stopped_job_has_read_is_joined_written_and_committed(bool mayReorder)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Test);
        var (summary, source, lookup) = await RunAsync(new LookupSettings { MayReorder = mayReorder }, null, read =>
        {
            if (read == 20)
            {
                stop.Cancel();
            }

            return null;
        }, stop.Token);
        Assert.Equal(JobStatus.Stopped, summary.Status);
        Assert.Equal(summary.RowsRead, summary.RowsWritten);
        Assert.Equal(summary.RowsRead, source.Committed);
        Assert.Equal(0, lookup.OpenReaders);
    }

    [Fact]
    public async Task A_job_whose_lookups_fail_commits_no_more_than_it_has_written()
    {
        var (summary, source, lookup) = await RunAsync(new LookupSettings { MaxRetries = 0 }, null, read => read == 20 ? new EndpointException("fake:1", "is away") : null, Test);
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Equal("fake:1: is away (a lookup in table 'd' was given up after 1 attempt; 'lookup.max-retries' allows more)", summary.Error);
        Assert.Equal(summary.RowsWritten, source.Committed);
        Assert.Equal(0, lookup.OpenReaders);
    }

    private static async Task<(JobSummary Summary, Keys Source, FakeLookup Lookup)> RunAsync(LookupSettings settings, int? count, Func<int, Exception?> fails, CancellationToken stop)
    {
        var (source, lookup) = (new Keys(count), new FakeLookup(settings) { HoldsReads = true, Fails = fails });
        for (var key = 0; key < Keys.Distinct; key++)
        {
            lookup[$"{key}"] = "found";
        }

        var join = new LookupJoin(s_schema, [0], [new LookupColumn("v", SqlType.String, 0)], keepMissing: false, new LookupTable("d", lookup));
        var plan = new Plan("job", [new Pipeline(source, [new Branch([join], new BlackholeSink())])], new JobSettings());
        var running = new JobRunner(plan, Path.Combine(Path.GetTempPath(), "never-made.jsonl"), new Report(strict: true, _ => { }), TimeProvider.System).RunAsync(stop);
        var random = new Random(1);
        while (!running.IsCompleted)
        {
            if (lookup.HeldCount is > 0 and var waiting)
            {
                lookup.Release(random.Next(waiting));
            }

            await Task.Yield();
        }

        return (await running, source, lookup);
    }

    /// <summary>Keys that count up and begin again, three in a batch; without end where there is no count.</summary>
    private sealed class Keys(int? count) : ISource, ISplitReader
    {
        public const int Distinct = 50;

        private RowBatchPool? _pool;
        private int _next;

        public long Committed { get; private set; }

        public string Name => "keys";

        public Schema? Schema => s_schema;

        public bool IsBounded => count is not null;

        public IEnumerable<string> Explain() => [];

        public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) => Task.FromResult(new SourcePlan(s_schema, [new Split("0")]));

        public ISplitReader Open(Split split, ReaderContext context)
        {
            _pool = context.Pool;
            return this;
        }

        public Task CommitAsync(IConfirmedPositions confirmed, bool last, CancellationToken stop)
        {
            Committed = confirmed.Of(new Split("0"))?.Ordinal ?? 0;
            return Task.CompletedTask;
        }

        public ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            if (_next == count)
            {
                return ValueTask.FromResult<RowBatch?>(null);
            }

            var batch = _pool!.Rent();
            for (; batch.Count < 3 && _next != count; batch.Count++)
            {
                ((TextColumn)batch.Columns[0]).Set(batch.Count, Encoding.UTF8.GetBytes($"{_next++ % Distinct}"));
            }

            batch.End = new Position(_next);
            return ValueTask.FromResult<RowBatch?>(batch);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
