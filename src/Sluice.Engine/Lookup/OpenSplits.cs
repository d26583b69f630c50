using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Lookup;

/// <summary>The splits whose last rows wait for a position behind them (<see cref="RowBatch.IsOpen"/>).</summary>
internal sealed class OpenSplits
{
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <returns>Whether the batch opens a split, goes on with an open one, or closes it: then its position says so only in its turn.</returns>
    public bool Note(RowBatch rows)
    {
        if (rows.IsOpen)
        {
            _open.Add(rows.Split.Id);
            return true;
        }

        return _open.Count > 0 && _open.Remove(rows.Split.Id);
    }
}
