using Sluice.Connectors.Redis.Lookups.Modes;
using Sluice.Engine.Lookup;
using Sluice.Redis.Clustering;

namespace Sluice.Connectors.Redis.Lookups.Clusters;

/// <summary>The slots of the keys of a table. One caller at a time.</summary>
internal sealed class KeySlots
{
    private readonly bool _isPair;
    private readonly int? _one;
    private readonly int _prefix;
    private byte[] _key;

    public KeySlots(RedisLookupSettings settings)
    {
        _isPair = settings.Mode is ScoreLookup;
        _one = settings.HashName is { } hash ? KeySlot.Of(hash) : null;
        _prefix = settings.KeyPrefix.Length;
        _key = [.. settings.KeyPrefix, .. new byte[256]];
    }

    /// <param name="key">Of the table, as a batch has it.</param>
    public int Of(ReadOnlySpan<byte> key)
    {
        if (_one is { } slot)
        {
            return slot;
        }

        if (_isPair)
        {
            KeyBatch.Part(key, out key, out _);
        }

        if (_prefix == 0)
        {
            return KeySlot.Of(key);
        }

        var length = _prefix + key.Length;
        if (_key.Length < length)
        {
            Array.Resize(ref _key, Math.Max(length, 2 * _key.Length));
        }

        key.CopyTo(_key.AsSpan(_prefix));
        return KeySlot.Of(_key.AsSpan(0, length));
    }
}
