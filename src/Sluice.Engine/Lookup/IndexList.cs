namespace Sluice.Engine.Lookup;

/// <summary>An order of entries that are known by their index: each can leave it from anywhere, and comes in at its end. A field, not to be
/// copied.</summary>
internal struct IndexList(int capacity)
{
    public const int None = -1;

    private Link[] _links = new Link[capacity];

    /// <summary>The one that has been there longest; <see cref="None"/> where there is none.</summary>
    public int First { get; private set; } = None;

    /// <summary>The one that came last.</summary>
    public int Last { get; private set; } = None;

    public void Grow(int capacity) => Array.Resize(ref _links, capacity);

    public void Add(int index)
    {
        _links[index] = new Link { Before = Last, After = None };
        if (Last != None)
        {
            _links[Last].After = index;
        }
        else
        {
            First = index;
        }

        Last = index;
    }

    public void Remove(int index)
    {
        var (before, after) = (_links[index].Before, _links[index].After);
        if (before != None)
        {
            _links[before].After = after;
        }
        else
        {
            First = after;
        }

        if (after != None)
        {
            _links[after].Before = before;
        }
        else
        {
            Last = before;
        }
    }

    /// <summary>Its neighbours.</summary>
    internal struct Link
    {
        public int Before;
        public int After;
    }
}
