namespace Sluice.Engine.Execution;

/// <summary>Where every row went (S-9). Counted per batch by all tasks; a row is counted as read when it is sent.</summary>
public sealed class Books
{
    private long _read, _written, _skipped, _dirty, _unknown, _bytesIn, _bytesOut, _retries, _reconnects;

    public long Read => Interlocked.Read(ref _read);

    public long Written => Interlocked.Read(ref _written);

    public long Skipped => Interlocked.Read(ref _skipped);

    public long Dirty => Interlocked.Read(ref _dirty);

    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>Bytes of values as read.</summary>
    public long BytesIn => Interlocked.Read(ref _bytesIn);

    /// <summary>Bytes sent to the sink's server.</summary>
    public long BytesOut => Interlocked.Read(ref _bytesOut);

    /// <summary>Attempts beyond the first: commands sent again, and reconnects (S-36).</summary>
    public long Retries => Interlocked.Read(ref _retries);

    public long Reconnects => Interlocked.Read(ref _reconnects);

    public bool Balance => Read == Written + Skipped + Dirty + Unknown;

    public void AddRead(long rows, long bytes)
    {
        Interlocked.Add(ref _read, rows);
        Interlocked.Add(ref _bytesIn, bytes);
    }

    public void AddWritten(long rows) => Interlocked.Add(ref _written, rows);

    public void AddSkipped(long rows) => Interlocked.Add(ref _skipped, rows);

    public long AddDirty(long rows) => Interlocked.Add(ref _dirty, rows);

    public void AddUnknown(long rows) => Interlocked.Add(ref _unknown, rows);

    public void AddBytesOut(long bytes) => Interlocked.Add(ref _bytesOut, bytes);

    public void AddRetries(long attempts) => Interlocked.Add(ref _retries, attempts);

    public void AddReconnect()
    {
        Interlocked.Increment(ref _reconnects);
        Interlocked.Increment(ref _retries);
    }
}
