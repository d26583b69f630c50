using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Lookup;

/// <summary>Moves positions between batches: the last one of a split counts.</summary>
internal static class HeldPositions
{
    /// <summary>Adds those of a batch.</summary>
    public static void Add(List<SplitPosition> to, RowBatch from)
    {
        if (from.Ends.Count > 0)
        {
            Add(to, from.Ends);
        }
        else if (!ReferenceEquals(from.Split, Split.None))
        {
            Add(to, new SplitPosition(from.Split, from.End));
        }
    }

    public static void Add(List<SplitPosition> to, List<SplitPosition> from)
    {
        foreach (var position in from)
        {
            Add(to, position);
        }
    }

    /// <summary>The batch gets later positions beside its own. It goes on to say whose rows it has, where they are of one split.</summary>
    public static void Append(RowBatch to, List<SplitPosition> later)
    {
        if (later.Count == 0)
        {
            return;
        }

        if (to.Ends.Count == 0 && !ReferenceEquals(to.Split, Split.None))
        {
            to.Ends.Add(new SplitPosition(to.Split, to.End));
        }

        Add(to.Ends, later);
        foreach (var (split, position) in later)
        {
            to.End = split.Id == to.Split.Id ? position : to.End;
        }
    }

    /// <summary>The batch is one of rows only: it may leave before others.</summary>
    public static void Remove(RowBatch from)
    {
        (from.Split, from.End, from.IsOpen, from.Drain) = (Split.None, default, false, false);
        from.Ends.Clear();
    }

    private static void Add(List<SplitPosition> to, SplitPosition position)
    {
        for (var i = 0; i < to.Count; i++)
        {
            if (to[i].Split.Id == position.Split.Id)
            {
                to[i] = position;
                return;
            }
        }

        to.Add(position);
    }
}
