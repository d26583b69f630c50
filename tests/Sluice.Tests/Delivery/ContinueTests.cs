using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Delivery;

/// <summary>S-27a: what a run makes of the positions of another.</summary>
public sealed class ContinueTests : IAsyncDisposable
{
    private static readonly Schema s_schema = new([new Field("id", DataType.Integer)]);

    private readonly FakeStore _store = new();
    private readonly List<string> _warnings = [];
    private readonly List<string> _notes = [];

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_run_to_the_end_leaves_nothing_stored()
    {
        var summary = await RunAsync(new Source(3, 10), Continuation.Usual);

        Assert.Equal((JobStatus.Succeeded, 30, false), (summary.Status, summary.RowsRead, summary.CanContinue));
        Assert.Equal(["load", "begin 3", "finish", "close"], _store.Calls);
    }

    [Fact]
    public async Task A_failed_run_stores_its_last_positions_and_another_goes_on_behind_them()
    {
        var first = await RunAsync(new Source(3, 10) { FailsIn = "1" }, Continuation.Usual);
        Assert.True(first.CanContinue);
        Assert.Equal("0: 10 end, 1: 4", string.Join(", ", _store.Positions.OrderBy(p => p.Key).Select(p => $"{p.Key}: {p.Value}")));

        _store.Calls.Clear();
        _store.Stored = new StoredJob(Of("same"), null, [new("2", null), new("1", null), new("0", null)], _store.Positions);
        var second = await RunAsync(new Source(3, 10), Continuation.Resume);

        Assert.Equal((JobStatus.Succeeded, 6 + 10), (second.Status, second.RowsRead));
        Assert.Equal(["load", "begin 3", "finish", "close"], _store.Calls);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task What_is_stored_counts_only_where_it_is_asked_for()
    {
        _store.Stored = new StoredJob(Of("other"), null, [], new Dictionary<string, Position> { ["0"] = new(10, null, true) });
        Assert.Equal(10, (await RunAsync(new Source(1, 10), Continuation.Usual)).RowsRead);
        Assert.Equal(10, (await RunAsync(new Source(1, 10), Continuation.Restart)).RowsRead);
        Assert.Contains("forget", _store.Calls);

        var refused = await RunAsync(new Source(1, 10), Continuation.Resume);
        Assert.Equal((JobStatus.Refused, 0), (refused.Status, refused.RowsRead));
        Assert.Contains("table is another now", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_stored_is_said_and_no_place_to_store_is_refused()
    {
        Assert.Equal(10, (await RunAsync(new Source(1, 10), Continuation.Resume)).RowsRead);
        Assert.Contains("nothing is stored (memory); starting from the beginning", Assert.Single(_notes), StringComparison.Ordinal);

        var plan = new Plan("job", new Source(1, 10), new Sink(null), new JobSettings());
        Assert.Equal(JobStatus.Refused, (await RunAsync(plan, Continuation.Resume)).Status);
    }

    [Fact]
    public async Task A_refused_position_is_one_warning_and_nothing_to_continue()
    {
        _store.SaveFails = () => new RefusedException("redis x:1", "NOPERM");
        var summary = await RunAsync(new Source(1, 10) { FailsIn = "0" }, Continuation.Usual);

        Assert.False(summary.CanContinue);
        Assert.Contains("cannot be resumed", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exactly_once_claims_each_split_and_refuses_one_without_order()
    {
        _store.IsExactlyOnce = true;
        _store.Claims["0"] = new Position(4);
        _store.Claims["1"] = new Position(10, null, true);
        Assert.Equal(6 + 10, (await RunAsync(new Source(3, 10), Continuation.Usual)).RowsRead);
        Assert.DoesNotContain(_store.Calls, c => c.StartsWith("save", StringComparison.Ordinal));

        var refused = await RunAsync(new Source(1, 10) { IsWhole = true }, Continuation.Usual);
        Assert.Equal(JobStatus.Refused, refused.Status);
        Assert.Contains("needs an order", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_instance_reads_nothing_and_says_since_when()
    {
        _store.IsExactlyOnce = true;
        _store.Stored = new StoredJob(Of("same"), new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero), [], new Dictionary<string, Position>());
        var summary = await RunAsync(new Source(3, 10), Continuation.Usual);

        Assert.Equal((JobStatus.Succeeded, 0), (summary.Status, summary.RowsRead));
        Assert.Equal("finished since 2024-05-01 12:00:00Z: nothing is written; --restart runs it anew.", Assert.Single(_notes));
    }

    [Fact]
    public async Task An_end_that_could_not_be_noted_in_time_fails_the_run_and_says_that_all_is_written()
    {
        _store.IsExactlyOnce = true;
        _store.FinishFails = () => new OperationCanceledException();
        var summary = await RunAsync(new Source(1, 10), Continuation.Usual);
        Assert.Equal((JobStatus.Failed, 10), (summary.Status, summary.RowsWritten));
        Assert.Equal("memory: everything is written, but that could not be noted in time; start the job again, which writes nothing twice and notes it", summary.Error);

        // Under at-least-once it is a matter of a key that stays.
        _store.IsExactlyOnce = false;
        Assert.Equal(JobStatus.Succeeded, (await RunAsync(new Source(1, 10), Continuation.Usual)).Status);
    }

    private static Fingerprint Of(string table) => Fingerprint.Of([new("table", table)]);

    private Task<JobSummary> RunAsync(Source source, Continuation wish)
    {
        var branch = new Branch([], new Sink(_store)) { Instance = new JobInstance("job", [], Of("same")) };
        return RunAsync(new Plan("job", [new Pipeline(source, [branch])], new JobSettings()), wish);
    }

    private Task<JobSummary> RunAsync(Plan plan, Continuation wish) =>
        new JobRunner(plan, Path.Combine(Path.GetTempPath(), "never-made.jsonl"), new Report(true, _warnings.Add), TimeProvider.System) { Continuation = wish, Note = _notes.Add }
            .RunAsync(TestContext.Current.CancellationToken);

    private sealed class OfOrder(string id, bool isWhole) : Split(id)
    {
        public override bool IsWhole => isWhole;
    }

    /// <summary>Splits of so many rows, two in a batch.</summary>
    private sealed class Source(int splits, int rows) : ISource
    {
        /// <summary>A split that breaks off after four rows.</summary>
        public string? FailsIn { get; init; }

        public bool IsWhole { get; init; }

        public string Name => "source";

        public Schema? Schema => s_schema;

        public bool IsBounded => true;

        public IEnumerable<string> Explain() => [];

        public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) =>
            Task.FromResult(new SourcePlan(s_schema, [.. Enumerable.Range(0, splits).Select(i => new OfOrder($"{i}", IsWhole))]));

        public ISplitReader Open(Split split, ReaderContext context) => new Reader(context, split.Id == FailsIn ? 4 : int.MaxValue, rows);
    }

    private sealed class Reader(ReaderContext context, int failsAt, int rows) : ISplitReader
    {
        private long _next = context.After?.Ordinal ?? 0;

        public ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
        {
            if (_next >= failsAt)
            {
                throw new EndpointException("source", "gone");
            }

            if (_next == rows)
            {
                return new((RowBatch?)null);
            }

            var batch = context.Pool.Rent();
            for (; batch.Count < 2; batch.Count++, _next++)
            {
                batch.Texts[0].Set(batch.Count, "1"u8);
            }

            batch.End = new Position(_next);
            return new(batch);
        }

        public ValueTask DisposeAsync() => default;
    }

    /// <summary>Confirms whatever it gets.</summary>
    private sealed class Sink(IPositionStore? store) : ISink, ISinkWriter
    {
        private TaskContext? _task;

        public string Name => "sink";

        public BatchSize BatchSize => BatchSize.Of(2);

        public bool IsExactlyOnce => store?.IsExactlyOnce == true;

        public void Bind(Schema schema)
        {
        }

        public IEnumerable<string> Explain(Schema? schema) => [];

        public Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

        public IPositionStore? Positions(JobInstance instance) => store;

        public ISinkWriter Open(TaskContext task)
        {
            _task = task;
            return this;
        }

        public IEnumerable<string> Render(RowBatch rows, int row) => [];

        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            _task!.Books.AddRead(rows.Count, 0);
            _task.Books.AddWritten(rows.Count);
            rows.Confirm(_task.Positions);
            rows.Dispose();
            return default;
        }

        public ValueTask FlushAsync(CancellationToken stop) => default;

        public ValueTask DisposeAsync() => default;
    }

    private sealed class FakeStore : IPositionStore
    {
        public List<string> Calls { get; } = [];

        public StoredJob? Stored { get; set; }

        public Dictionary<string, Position> Positions { get; } = [];

        public Dictionary<string, Position> Claims { get; } = [];

        public Func<Exception>? SaveFails { get; set; }

        public Func<Exception>? FinishFails { get; set; }

        public string Name => "memory";

        public bool IsExactlyOnce { get; set; }

        public Task<StoredJob?> LoadAsync(CancellationToken stop) => Call("load", Stored);

        public void Begin(IReadOnlyList<Split> splits, StoredJob? continued) => Calls.Add($"begin {splits.Count}");

        public Task SaveAsync(IReadOnlyList<SplitPosition> changed, CancellationToken stop)
        {
            if (SaveFails is { } fail)
            {
                throw fail();
            }

            foreach (var (split, position) in changed)
            {
                Positions[split.Id] = position;
            }

            return Call("save", 0);
        }

        public Task<SplitStart> ClaimAsync(Split split, CancellationToken stop) => Task.FromResult(SplitStart.Of(Claims.TryGetValue(split.Id, out var position) ? position : null));

        public Task FinishAsync(CancellationToken stop) => FinishFails is { } fail ? Task.FromException(fail()) : Call("finish", 0);

        public Task ForgetAsync(CancellationToken stop) => Call("forget", 0);

        public ValueTask DisposeAsync()
        {
            Calls.Add("close");
            return default;
        }

        private Task<T> Call<T>(string name, T result)
        {
            Calls.Add(name);
            return Task.FromResult(result);
        }
    }
}
