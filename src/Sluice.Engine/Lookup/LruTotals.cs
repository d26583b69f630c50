namespace Sluice.Engine.Lookup;

/// <summary>What all parts of a cache hold together.</summary>
internal sealed class LruTotals
{
    private long _rows;
    private long _bytes;

    public long Rows => Volatile.Read(ref _rows);

    public long Bytes => Volatile.Read(ref _bytes);

    public void Add(long rows, long bytes)
    {
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _bytes, bytes);
    }
}
