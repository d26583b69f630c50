namespace Sluice.Connectors.Redis.Lookups;

/// <summary>How many keys a page asks for: as many as are about 2 MiB with their rows, judged by the pages before.</summary>
internal sealed class PageSize
{
    private const int First = 32;
    private const int Least = 16;

    /// <summary>What Redis has just scanned is still in its processor's caches when it is read: pages of 4,096 keys cost it a quarter more.</summary>
    private const int Most = 512;

    private const long Bytes = 2 << 20;

    public int Keys { get; private set; } = First;

    /// <summary>Takes note of what a page held.</summary>
    public void Learn(int keys, long bytes)
    {
        if (keys > 0)
        {
            Keys = (int)Math.Clamp(Bytes * keys / Math.Max(1, bytes), Least, Most);
        }
    }
}
