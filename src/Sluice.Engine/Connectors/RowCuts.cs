using Sluice.Engine.Rows;

namespace Sluice.Engine.Connectors;

/// <summary>For readers whose positions count rows (or lines): where batches must end (S-27c).</summary>
/// <param name="cuts"><see cref="ReaderContext.Cuts"/>. One that <see cref="Position.IsEnd"/> says how far the split went when it was read to
/// its end: what has been added since is not read, and the engine closes what is open there.</param>
public sealed class RowCuts(IReadOnlyList<Position> cuts)
{
    /// <summary>How far the batch may go that begins behind <paramref name="done"/> rows; where that is no further, the split has ended.</summary>
    public long Next(long done)
    {
        for (var i = 0; i < cuts.Count; i++)
        {
            if (cuts[i].Ordinal > done || cuts[i].IsEnd)
            {
                return Math.Max(done, cuts[i].Ordinal);
            }
        }

        return long.MaxValue;
    }

    /// <summary>Says that a batch ends behind so many rows.</summary>
    public void End(RowBatch batch, long done) => (batch.End, batch.IsOpen) = (new Position(done), IsOpen(done));

    private bool IsOpen(long done)
    {
        var open = false;
        for (var i = 0; i < cuts.Count; i++)
        {
            if (cuts[i] == new Position(done))
            {
                return false;
            }

            open |= cuts[i].Ordinal > done || cuts[i].IsEnd;
        }

        return open;
    }
}
