using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.Redis.Clustering;

namespace Sluice.Connectors.Redis.Lookups.Clusters;

/// <summary>Those keys of a batch that one node is asked for, and their rows.</summary>
internal sealed class NodePart(LookupRead read)
{
    private readonly KeyBatch _keys = new();
    private readonly List<int> _indexes = [];
    private readonly FoundRows _found = new();

    public LookupRead Read => read;

    public NodeAddress Node { get; private set; }

    /// <summary>Whether the node does not serve the slots yet, and is to be asked all the same.</summary>
    public bool Asks { get; private set; }

    public int Count => _indexes.Count;

    /// <summary>Why there are no rows.</summary>
    public Exception? Failure { get; set; }

    public void Clear(NodeAddress node, bool asks)
    {
        (Node, Asks, Failure) = (node, asks, null);
        _keys.Clear();
        _indexes.Clear();
    }

    /// <param name="index">Of the key in the batch.</param>
    public void Add(int index, ReadOnlySpan<byte> key)
    {
        _indexes.Add(index);
        _keys.Add(key);
    }

    /// <summary>The index in the batch of a key of the part.</summary>
    public int IndexOf(int key) => _indexes[key];

    public void Start() => read.Start(_keys, _found, Asks);

    /// <summary>Brings what was found to what others have found.</summary>
    /// <exception cref="DataException">The rows of the batch are too many bytes.</exception>
    public void MergeInto(FoundRows found)
    {
        read.ThrowIfTooLarge((long)found.Heap.Used + _found.Heap.Used);
        for (var i = 0; i < _indexes.Count; i++)
        {
            var index = _indexes[i];
            if (_found.Has(i))
            {
                found.Begin(index);
                found.Heap.Append(_found[i]);
                found.End(index);
            }
            else
            {
                found.Drop(index);
            }
        }
    }
}
