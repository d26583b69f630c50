using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Execution;

/// <summary>What a script comes down to, whichever language it was written in: the engine runs nothing else. All pipelines run
/// at the same time.</summary>
/// <param name="Name">The instance, for messages and positions: the script's file name without extension.</param>
public sealed record Plan(string Name, IReadOnlyList<Pipeline> Pipelines, JobSettings Settings)
{
    /// <summary>One source into one sink, as job scripts have it.</summary>
    public Plan(string name, ISource source, ISink sink, JobSettings settings)
        : this(name, [new Pipeline(source, [new Branch([], sink)])], settings)
    {
    }

    /// <summary>The first source: a job script has no other.</summary>
    public ISource Source => Pipelines[0].Source;

    /// <summary>The first sink.</summary>
    public ISink Sink => Pipelines[0].Branches[0].Sink;

    public bool IsBounded => Pipelines.All(p => p.Source.IsBounded);

    /// <summary>The same job under another name.</summary>
    public Plan Named(string name) => this with
    {
        Name = name,
        Pipelines = [.. Pipelines.Select(p => p with { Branches = [.. p.Branches.Select(b => b with { Instance = b.Instance is { } i ? i with { Name = name } : null })] })],
    };
}

/// <summary>A source that is read once, and everything that becomes of its rows.</summary>
public sealed record Pipeline(ISource Source, IReadOnlyList<Branch> Branches);

/// <summary>The way of rows from a source into a sink.</summary>
public sealed record Branch(IReadOnlyList<IOperator> Operators, ISink Sink)
{
    /// <summary>Under which its positions are kept; null where it has no name to continue by.</summary>
    public JobInstance? Instance { get; init; }
}

/// <summary>A step between source and sink, safe to open for several tasks at once.</summary>
public interface IOperator
{
    /// <summary>The columns that come out.</summary>
    Schema Schema { get; }

    /// <summary>Lines for <c>explain</c>.</summary>
    IEnumerable<string> Explain();

    /// <summary>Whether rows may leave it before others that came earlier, and so before the position that covers them.</summary>
    bool MayReorder => false;

    /// <summary>Connects and checks, where it asks somebody. Before the first <see cref="Open"/>.</summary>
    Task PrepareAsync(TaskContext task, CancellationToken stop) => Task.CompletedTask;

    /// <summary>The operator of one task: it takes batches over, and hands others, derived from them, to the next one. Positions must
    /// pass, also where no row does.</summary>
    ISinkWriter Open(TaskContext task, ISinkWriter next);

    /// <summary>After all tasks have ended, or where <see cref="PrepareAsync"/> was the last that was called.</summary>
    ValueTask CloseAsync() => ValueTask.CompletedTask;
}

/// <summary>How a job runs, apart from what it moves.</summary>
public sealed record JobSettings
{
    /// <summary>Tasks at a time.</summary>
    public int Concurrent { get; init; } = 1;

    /// <summary>Bytes of values per second over all tasks; null is unlimited (S-7).</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Rows per second over all tasks; null is unlimited.</summary>
    public long? RowsPerSecond { get; init; }

    public DirtyLimit DirtyLimit { get; init; } = new(0, null);
}

/// <summary>How many dirty records a job may have (S-6).</summary>
/// <param name="Records">More than this many end the job at once; null judges by percentage alone.</param>
/// <param name="Fraction">More than this share of the rows read fails the job at its end.</param>
public sealed record DirtyLimit(long? Records, double? Fraction)
{
    public bool IsExceededBy(long dirty) => dirty > Records;

    public bool IsExceededAtEnd(long dirty, long read) => IsExceededBy(dirty) || (Fraction is { } fraction && dirty > fraction * read);

    public override string ToString() => (Records, Fraction) switch
    {
        (null, { } fraction) => $"{fraction} of the rows read",
        ({ } records, null) => $"{records}",
        _ => $"{Records}, and {Fraction} of the rows read",
    };
}
