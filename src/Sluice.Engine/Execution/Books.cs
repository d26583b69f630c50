namespace Sluice.Engine.Execution;

/// <summary>Where every row went (S-9). Counted per batch by all tasks; a row is counted as read when it is sent.</summary>
/// <param name="total">Takes the same entries: the books of the whole job.</param>
/// <param name="countsRead">Whether rows read here are read for the whole job as well; not where several sinks share a source.</param>
public sealed class Books(Books? total = null, bool countsRead = true)
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
        if (countsRead)
        {
            total?.AddRead(rows, bytes);
        }
    }

    public void AddWritten(long rows)
    {
        Interlocked.Add(ref _written, rows);
        total?.AddWritten(rows);
    }

    public void AddSkipped(long rows)
    {
        Interlocked.Add(ref _skipped, rows);
        total?.AddSkipped(rows);
    }

    /// <returns>How many there are in the whole job.</returns>
    public long AddDirty(long rows)
    {
        var here = Interlocked.Add(ref _dirty, rows);
        return total?.AddDirty(rows) ?? here;
    }

    public void AddUnknown(long rows)
    {
        Interlocked.Add(ref _unknown, rows);
        total?.AddUnknown(rows);
    }

    public void AddBytesOut(long bytes)
    {
        Interlocked.Add(ref _bytesOut, bytes);
        total?.AddBytesOut(bytes);
    }

    public void AddRetries(long attempts)
    {
        Interlocked.Add(ref _retries, attempts);
        total?.AddRetries(attempts);
    }

    public void AddReconnect()
    {
        Interlocked.Increment(ref _reconnects);
        Interlocked.Increment(ref _retries);
        total?.AddReconnect();
    }
}
