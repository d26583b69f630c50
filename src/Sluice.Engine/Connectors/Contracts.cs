using Sluice.Engine.Diagnostics;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Connectors;

/// <summary>Rows made of splits. Creating one touches no server; <see cref="PrepareAsync"/> does.</summary>
public interface ISource
{
    /// <summary>Who is read, for messages: <c>mysql 127.0.0.1:3306/shop</c>.</summary>
    string Name { get; }

    /// <summary>The columns where the script alone tells them, else null.</summary>
    Schema? Schema { get; }

    bool IsBounded { get; }

    /// <summary>Lines for <c>explain</c>, which does not connect.</summary>
    IEnumerable<string> Explain();

    /// <summary>Connects, checks that everything named exists, and cuts the source into splits.</summary>
    /// <exception cref="Errors.ConfigException">The server refuses: wrong password, missing table or column (exit 2).</exception>
    /// <exception cref="Errors.EndpointException">The server cannot be reached (exit 1).</exception>
    Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop);

    /// <summary>What decides which rows are read, by the names of the options: part of the job's fingerprint (S-27b).</summary>
    IEnumerable<KeyValuePair<string, string>> Fingerprint() => [KeyValuePair.Create("source", string.Join('\n', Explain()))];

    /// <summary>The plan of a run that continues: with the splits that the first run stored, in place of those that were cut now.</summary>
    /// <param name="plan">What <see cref="PrepareAsync"/> gave.</param>
    /// <exception cref="Errors.ConfigException">The stored splits are not of this source.</exception>
    SourcePlan Restore(SourcePlan plan, IReadOnlyList<StoredSplit> stored) => plan;

    /// <summary>Exactly-once: rows must be read in an order, whatever that costs. Before <see cref="PrepareAsync"/>.</summary>
    void NeedPositions()
    {
    }

    /// <summary>What the user can do where a split <see cref="Split.IsWhole"/> and exactly-once is asked for.</summary>
    string OrderAdvice => "leave 'deliveryGuarantee' out to write at least once";

    /// <summary>Whether splits come and go while the source is read (the partitions of a topic): then its readers themselves ask
    /// <see cref="ReaderContext.Claims"/> where to begin, and the splits of the plan have no position.</summary>
    bool ClaimsPositions => false;

    /// <summary>Reads a split from its beginning, or from after a confirmed position.</summary>
    ISplitReader Open(Split split, ReaderContext context);

    /// <summary>Takes note of what every sink has confirmed, about every five seconds and once more, with <paramref name="last"/>, when the
    /// job has ended in whatever way and the readers are closed. Sources whose positions somebody else keeps (Kafka) store them there.</summary>
    Task CommitAsync(IConfirmedPositions confirmed, bool last, CancellationToken stop) => Task.CompletedTask;
}

/// <summary>What a reader may need.</summary>
/// <param name="Pool">Where its batches come from.</param>
/// <param name="After">The confirmed position to continue after; null reads from the beginning.</param>
/// <param name="Confirmed">What has been confirmed so far, for readers that must know before they give a split away.</param>
/// <param name="Books">The source's books: a reader counts what it skips by a stated policy (S-9).</param>
/// <param name="Metrics">The source's metrics, such as its lag.</param>
/// <param name="Report">Takes warnings while the job runs.</param>
public sealed record ReaderContext(RowBatchPool Pool, Position? After, IConfirmedPositions Confirmed, Books Books, Metrics Metrics, Report Report)
{
    /// <summary>For a reader that needs nothing but batches.</summary>
    public static ReaderContext Of(RowBatchPool pool) =>
        new(pool, null, new Positions(), new Books(), new Metrics(), new Report(false, _ => { }));

    /// <summary>Exactly-once, for readers that claim the positions of their splits themselves; null under at-least-once.</summary>
    public IPositionClaims? Claims { get; init; }

    /// <summary><see cref="SplitStart.Cuts"/>.</summary>
    public IReadOnlyList<Position> Cuts { get; init; } = [];
}

/// <summary>The position of each split up to which every sink has confirmed all rows.</summary>
public interface IConfirmedPositions
{
    /// <returns>Null where nothing of the split is confirmed yet.</returns>
    Position? Of(Split split);

    /// <summary>All splits with a confirmed position.</summary>
    IReadOnlyList<SplitPosition> All();
}

/// <summary>What a prepared source knows. <see cref="EstimatedRows"/> is null where nobody can tell cheaply.</summary>
public sealed record SourcePlan(Schema Schema, IReadOnlyList<Split> Splits, long? EstimatedRows = null);

public interface ISplitReader : IAsyncDisposable
{
    /// <summary>The next rows, which the caller then owns; null where the split has ended. A reader of a source without end does not
    /// keep its caller waiting for more than about 100 ms: where nothing came it returns an empty batch, so that sinks can
    /// look at their clocks and replies.</summary>
    ValueTask<RowBatch?> ReadAsync(CancellationToken stop);
}

/// <summary>Where rows go. Creating one touches no server; <see cref="PrepareAsync"/> does.</summary>
public interface ISink
{
    /// <summary>Who is written, for messages: <c>redis 127.0.0.1:6379/0</c>.</summary>
    string Name { get; }

    /// <summary>How many rows one flush takes.</summary>
    BatchSize BatchSize { get; }

    /// <summary>Checks what the script says against the columns, without connecting.</summary>
    /// <exception cref="Errors.ConfigException">An index out of range, a wrong number of columns.</exception>
    void Bind(Schema schema);

    /// <summary>Lines for <c>explain</c>: the commands per row. The columns are null where only the server knows them.</summary>
    IEnumerable<string> Explain(Schema? schema);

    /// <summary>Connects and checks the server.</summary>
    Task PrepareAsync(CancellationToken stop);

    /// <summary>Whether positions are written in one unit with the rows (S-27).</summary>
    bool IsExactlyOnce => false;

    /// <summary>What decides where rows go and how, by the names of the options: part of the job's fingerprint (S-27b).</summary>
    IEnumerable<KeyValuePair<string, string>> Fingerprint() => [];

    /// <summary>Where the positions of an instance are kept; null where this sink keeps none. After <see cref="PrepareAsync"/>, before <see cref="Open"/>.</summary>
    /// <exception cref="Errors.ConfigException">The instance cannot be written exactly once, which is asked for.</exception>
    IPositionStore? Positions(JobInstance instance) => null;

    /// <summary>The writer of one task. After <see cref="Bind"/>.</summary>
    ISinkWriter Open(TaskContext task);

    /// <summary>After every writer has flushed and ended, before the job is said to be done: whether what was acknowledged still holds.</summary>
    /// <exception cref="Errors.EndpointException">It does not, or may not: what was confirmed is not to be continued from.</exception>
    Task ConfirmAsync(CancellationToken stop) => Task.CompletedTask;

    /// <summary>What <c>--dry-run</c> prints for a row: one line per command, before any merging.</summary>
    IEnumerable<string> Render(RowBatch rows, int row);
}

/// <summary>Writes the rows of one task. Each row ends in exactly one of the books: written, skipped, dirty or unknown (S-9).</summary>
public interface ISinkWriter : IAsyncDisposable
{
    /// <summary>Takes the rows over. Returns when there is room for more, not when they are acknowledged. A batch without rows carries
    /// positions, and the time.</summary>
    ValueTask WriteAsync(RowBatch rows, CancellationToken stop);

    /// <summary>Returns when every row handed over so far is accounted for.</summary>
    ValueTask FlushAsync(CancellationToken stop);
}
