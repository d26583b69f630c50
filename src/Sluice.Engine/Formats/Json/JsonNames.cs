using System.Numerics;
using System.Text.Json;

namespace Sluice.Engine.Formats.Json;

/// <summary>Finds the field with a name, by bytes.</summary>
internal sealed class JsonNames
{
    private readonly byte[][] _names;

    // Index + 1 of the first name of a bucket, and of the next one with the same bucket; 0 is the end.
    private readonly int[] _buckets;
    private readonly int[] _next;

    public JsonNames(byte[][] names)
    {
        _names = names;
        _buckets = new int[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, names.Length * 2))];
        _next = new int[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            ref var bucket = ref _buckets[Hash(names[i]) & (_buckets.Length - 1)];
            _next[i] = bucket;
            bucket = i + 1;
        }
    }

    /// <summary>The field whose name the reader stands on, or -1.</summary>
    public int Find(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            for (var i = 0; i < _names.Length && JsonEscapes.IsSound(reader.ValueSpan); i++)
            {
                if (reader.ValueTextEquals(_names[i]))
                {
                    return i;
                }
            }

            return -1;
        }

        var name = reader.ValueSpan;
        for (var entry = _buckets[Hash(name) & (_buckets.Length - 1)]; entry > 0; entry = _next[entry - 1])
        {
            if (name.SequenceEqual(_names[entry - 1]))
            {
                return entry - 1;
            }
        }

        return -1;
    }

    private static int Hash(ReadOnlySpan<byte> name)
    {
        var hash = (uint)name.Length;
        foreach (var b in name)
        {
            hash = (hash * 31) + b;
        }

        return (int)(hash ^ (hash >> 15));
    }
}
