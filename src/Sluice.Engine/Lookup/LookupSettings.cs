namespace Sluice.Engine.Lookup;

/// <summary>What is kept of a dimension table (S-30).</summary>
public enum CacheMode
{
    None,
    /// <summary>The rows used last, bounded in number and bytes.</summary>
    Lru,
    /// <summary>All rows, loaded before the first lookup.</summary>
    All,
}

/// <summary>How a dimension table is looked up, whatever it stands in.</summary>
public sealed record LookupSettings
{
    public CacheMode Cache { get; init; }

    /// <summary>LRU: entries at most (<c>cacheSize</c>).</summary>
    public long MaxRows { get; init; } = 10_000;

    /// <summary>LRU: bytes at most, keys, rows and bookkeeping together (<c>cacheMaxBytes</c>).</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>LRU: time after its load at which an entry is no longer used (<c>cacheTTLMs</c>); null is never.</summary>
    public TimeSpan? ExpireAfterLoad { get; init; }

    /// <summary>LRU: time after its last use at which an entry is no longer used; null is never.</summary>
    public TimeSpan? ExpireAfterUse { get; init; }

    /// <summary>Whether it is kept that a key has no row (<c>cacheEmpty</c>).</summary>
    public bool CachesMissing { get; init; } = true;

    /// <summary>LRU: the server tells which keys change (<c>cacheTracking</c>, S-32).</summary>
    public bool Tracks { get; init; }

    /// <summary>ALL: when it is loaded again.</summary>
    public IReloadSchedule? Reload { get; init; }

    /// <summary>Whether rows may overtake one another (<c>async</c>).</summary>
    public bool MayReorder { get; init; }

    /// <summary>Attempts beyond the first (S-31a).</summary>
    public int MaxRetries { get; init; } = 3;
}

/// <summary>When an ALL cache is loaded again.</summary>
public interface IReloadSchedule
{
    /// <summary>The moment of the next load after one that began and ended then; null: never again.</summary>
    DateTimeOffset? Next(DateTimeOffset began, DateTimeOffset ended);

    /// <summary>For <c>explain</c>: <c>every 60000 ms, not from 12:00 to 14:00</c>.</summary>
    string Describe();
}
