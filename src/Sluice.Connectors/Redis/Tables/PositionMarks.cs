using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>Positions that are confirmed when everything sent so far is: the last one of each split.</summary>
internal sealed class PositionMarks
{
    private readonly Dictionary<string, SplitPosition> _marks = new(StringComparer.Ordinal);

    public IEnumerable<SplitPosition> All => _marks.Values;

    public bool Any => _marks.Count > 0;

    /// <summary>Takes the positions of a batch, all of whose rows are under way. Behind open ones stands none yet.</summary>
    public void Add(RowBatch rows)
    {
        if (rows.IsOpen)
        {
            return;
        }

        if (rows.Ends.Count > 0)
        {
            foreach (var end in rows.Ends)
            {
                _marks[end.Split.Id] = end;
            }
        }
        else if (!ReferenceEquals(rows.Split, Split.None))
        {
            _marks[rows.Split.Id] = new SplitPosition(rows.Split, rows.End);
        }
    }

    public void Add(SplitPosition position) => _marks[position.Split.Id] = position;

    /// <summary>Takes over later positions.</summary>
    public void Take(PositionMarks from)
    {
        foreach (var (id, mark) in from._marks)
        {
            _marks[id] = mark;
        }

        from._marks.Clear();
    }

    public void Confirm(Positions positions)
    {
        foreach (var (split, position) in _marks.Values)
        {
            positions.Confirm(split, position);
        }

        _marks.Clear();
    }

    public void Clear() => _marks.Clear();
}
