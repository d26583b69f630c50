namespace Sluice.Engine.Lookup;

/// <summary>Which keys have changed how lately (S-32): the number of the last change of any key whose hash ends alike. A read takes the
/// number of the last change before it is sent; what it brings is not kept where a later one has been told of its key, or of one that shares
/// its place, which costs no more than another read.</summary>
internal sealed class Changes
{
    private const int Places = 1 << 16;

    private readonly long[] _last = new long[Places];
    private long _number;
    private long _ofAll;

    /// <summary>To be taken before a read is sent.</summary>
    public long Began => Volatile.Read(ref _number);

    /// <summary>A key has changed. Under the lock that <see cref="IsSince"/> is asked under for this hash.</summary>
    public void Note(int hash) => _last[hash & (Places - 1)] = Interlocked.Increment(ref _number);

    /// <summary>Any key may have changed. Before entries are dropped, so that none slips in behind.</summary>
    public void NoteAll()
    {
        var number = Interlocked.Increment(ref _number);
        for (var before = Volatile.Read(ref _ofAll); before < number;)
        {
            before = Interlocked.CompareExchange(ref _ofAll, number, before);
        }
    }

    /// <summary>Whether a key has changed since a read began.</summary>
    public bool IsSince(long began, int hash) => _last[hash & (Places - 1)] > began || Volatile.Read(ref _ofAll) > began;
}

/// <summary>Since when a record must not have changed to be kept.</summary>
internal readonly struct Freshness(Changes? changes, long began)
{
    public bool Holds(int hash) => changes?.IsSince(began, hash) != true;
}
