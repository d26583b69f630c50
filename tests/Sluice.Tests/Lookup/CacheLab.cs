using System.Text;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>A cache that is asked with texts.</summary>
internal sealed class CacheLab(LookupSettings settings)
{
    public StillClock Clock { get; } = new();

    public LruCache Cache => field ??= new LruCache(settings, Clock);

    /// <summary>The record of a key; <c>&lt;none&gt;</c> where it is known that there is none; null where nothing is known.</summary>
    public string? Get(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return !Cache.TryGet(bytes, LruCache.Hash(bytes), Cache.Now(), out var row) ? null
            : row.HasRow ? Encoding.UTF8.GetString(row.Record) : "<none>";
    }

    /// <param name="record">Null: the key has no row.</param>
    public void Put(string key, string? record, long? began = null)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        Cache.Put(bytes, LruCache.Hash(bytes), record is not null, Encoding.UTF8.GetBytes(record ?? ""), began ?? Cache.Began());
    }

    public void Drop(string key) => Cache.Drop(Encoding.UTF8.GetBytes(key));
}
