namespace Sluice.Engine.Execution;

/// <summary>How a job ended (S-8).</summary>
public enum JobStatus
{
    Succeeded,
    /// <summary>A server failed, could not be reached, or we have a bug.</summary>
    Failed,
    /// <summary>The script is wrong, or a server refused it before the first row.</summary>
    Refused,
    DirtyLimit,
    Stopped,
}

/// <summary>The closing books of a job.</summary>
public sealed record JobSummary(JobStatus Status, string? Error)
{
    public long RowsRead { get; init; }

    public long RowsWritten { get; init; }

    public long RowsSkipped { get; init; }

    public long RowsDirty { get; init; }

    public long RowsUnknown { get; init; }

    public long BytesIn { get; init; }

    public long BytesOut { get; init; }

    public TimeSpan Elapsed { get; init; }

    public long Retries { get; init; }

    public string? DirtyRecordsFile { get; init; }

    /// <summary>Whether it did not succeed, and another run can continue where it stopped. Not where another process does so already.</summary>
    public bool CanContinue { get; init; }

    /// <summary>Whether each run continues where the one before stopped, without being asked to (exactly-once).</summary>
    public bool AlwaysContinues { get; init; }

    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    public double RowsPerSecond => Elapsed > TimeSpan.Zero ? RowsWritten / Elapsed.TotalSeconds : 0;
}
