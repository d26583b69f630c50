using Sluice.Engine.Rows;

namespace Sluice.Engine.Lookup;

/// <summary>What a dimension table has for each key of a <see cref="KeyBatch"/>: a record of the <see cref="RecordLayout"/>, or nothing.
/// Records are written one after the other, in any order of the keys.</summary>
public sealed class FoundRows
{
    private const int Nothing = -1;

    private int[] _starts = new int[64];
    private int[] _lengths = new int[64];

    /// <summary>Records are appended here between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public ByteHeap Heap { get; } = new(4096);

    public int Count { get; private set; }

    /// <summary>Forgets all, and begins for so many keys, none of which has a row yet.</summary>
    public void Reset(int keys)
    {
        Heap.Clear();
        Count = keys;
        if (_starts.Length < keys)
        {
            Array.Resize(ref _starts, Math.Max(keys, _starts.Length * 2));
            Array.Resize(ref _lengths, _starts.Length);
        }

        _lengths.AsSpan(0, keys).Fill(Nothing);
    }

    public bool Has(int key) => _lengths[key] != Nothing;

    /// <summary>The record of a key that has one.</summary>
    public ReadOnlySpan<byte> this[int key] => Heap.Bytes.AsSpan(_starts[key], _lengths[key]);

    public void Begin(int key) => _starts[key] = Heap.Used;

    public void End(int key) => _lengths[key] = Heap.Used - _starts[key];

    /// <summary>Takes back what was begun, or what was there.</summary>
    public void Drop(int key) => _lengths[key] = Nothing;
}
