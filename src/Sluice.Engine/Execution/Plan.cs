using Sluice.Engine.Connectors;

namespace Sluice.Engine.Execution;

/// <summary>What a script comes down to, whichever language it was written in: the engine runs nothing else.</summary>
/// <param name="Name">The instance, for messages and positions: the script's file name without extension.</param>
public sealed record Plan(string Name, ISource Source, ISink Sink, JobSettings Settings);

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
