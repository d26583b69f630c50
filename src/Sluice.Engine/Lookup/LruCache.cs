using Sluice.Engine.Connectors;

namespace Sluice.Engine.Lookup;

/// <summary>The rows of a dimension table that were used last (S-30): one for each table of a process, shared by all tasks, bounded in number
/// and bytes. With few entries their order of use is exact; many stand in parts, so that tasks seldom wait for one another, and their order is
/// about that of their use. No entry goes before a bound is reached, and a hit allocates nothing.</summary>
internal sealed class LruCache : IInvalidations
{
    /// <summary>Entries from which on it has parts.</summary>
    private const int ManyRows = 8192;

    private const int ManyShards = 16;

    private readonly long _maxRows;
    private readonly long _maxBytes;
    private readonly bool _keepsMissing;
    private readonly bool _expires;
    private readonly TimeProvider _clock;
    private readonly LruTotals _totals = new();
    private readonly LruShard[] _shards;
    private readonly Changes? _changes;
    private int _hasSaid;

    public LruCache(LookupSettings settings, TimeProvider clock)
    {
        (_maxRows, _maxBytes, _keepsMissing, _clock) = (settings.MaxRows, settings.MaxBytes, settings.CachesMissing, clock);
        _expires = settings.ExpireAfterLoad is not null || settings.ExpireAfterUse is not null;
        _changes = settings.Tracks ? new Changes() : null;
        _shards = new LruShard[settings.MaxRows < ManyRows ? 1 : ManyShards];
        for (var i = 0; i < _shards.Length; i++)
        {
            _shards[i] = new LruShard(_totals, _shards.Length == 1, Ticks(settings.ExpireAfterLoad, clock), Ticks(settings.ExpireAfterUse, clock));
        }
    }

    /// <summary>Entries, of which some may have expired.</summary>
    public long Count => _totals.Rows;

    /// <summary>What they take of memory: keys, records and bookkeeping.</summary>
    public long Bytes => _totals.Bytes;

    /// <summary>Called once: when an entry went, or was not kept, for its bytes and not for the number of entries.</summary>
    public Action? ByteBoundReached { get; set; }

    public static int Hash(ReadOnlySpan<byte> key) => KeyHash.Of(key);

    /// <summary>A reading of the clock, which serves for all keys of a batch.</summary>
    public long Now() => _expires ? _clock.GetTimestamp() : 0;

    /// <returns>Whether anything is known of the key: it may be that it has no row.</returns>
    /// <param name="hash">Of the key: <see cref="Hash"/>.</param>
    /// <param name="now">Of <see cref="Now"/>.</param>
    public bool TryGet(ReadOnlySpan<byte> key, int hash, long now, out CachedRow row) => Shard(hash).TryGet(key, hash, now, out row);

    /// <summary>Reads something of what <see cref="TryGet"/> will look at; what it is does not matter.</summary>
    public int Peek(int hash) => Shard(hash).Peek(hash);

    /// <summary>A mark to be taken before a read is sent, for <see cref="Put"/>.</summary>
    public long Began() => _changes?.Began ?? 0;

    /// <summary>Keeps what a read has found, unless the key has changed since the read began.</summary>
    /// <param name="began">The mark of <see cref="Began"/> that was taken before the read.</param>
    /// <param name="asked"><see cref="Now"/> before the read, from which on the row may be old; null is now.</param>
    public void Put(ReadOnlySpan<byte> key, int hash, bool hasRow, ReadOnlySpan<byte> record, long began, long? asked = null)
    {
        var isTooLarge = LruShard.Cost(Content.Size(key, hasRow, record), _expires) > _maxBytes;
        if (isTooLarge || (!hasRow && !_keepsMissing))
        {
            // What was known is no longer so.
            Shard(hash).Drop(key, hash, null);
            Say(isTooLarge);
            return;
        }

        var now = Now();
        var shard = Shard(hash);
        shard.Put(Content.Of(key, hasRow, record), hash, new Age { Loaded = asked ?? now, Used = now }, new Freshness(_changes, began));
        KeepBounds(shard, now);
    }

    public void Drop(ReadOnlySpan<byte> key)
    {
        var hash = Hash(key);
        Shard(hash).Drop(key, hash, _changes);
    }

    public void DropAll()
    {
        _changes?.NoteAll();
        foreach (var shard in _shards)
        {
            shard.Clear();
        }
    }

    /// <summary>0 is never; what is no time at all is a tick, which nothing outlives.</summary>
    private static long Ticks(TimeSpan? time, TimeProvider clock) =>
        time is { } t ? Math.Max(1, (long)(t.TotalSeconds * clock.TimestampFrequency)) : 0;

    private LruShard Shard(int hash) => _shards[hash & (_shards.Length - 1)];

    private void KeepBounds(LruShard shard, long now)
    {
        // Read once: another task may evict meanwhile.
        for (var rows = _totals.Rows; rows > _maxRows || _totals.Bytes > _maxBytes; rows = _totals.Rows)
        {
            Say(rows <= _maxRows);
            // The part that grew gives up another entry than the new one, which is its last resort.
            if (!shard.Evict(1, now) && !EvictElsewhere(shard, now) && !shard.Evict(0, now))
            {
                return;
            }
        }
    }

    private bool EvictElsewhere(LruShard shard, long now)
    {
        foreach (var other in _shards)
        {
            if (other != shard && other.Evict(0, now))
            {
                return true;
            }
        }

        return false;
    }

    private void Say(bool isForBytes)
    {
        if (isForBytes && Interlocked.Exchange(ref _hasSaid, 1) == 0)
        {
            ByteBoundReached?.Invoke();
        }
    }
}
