using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Execution;

/// <summary>How far a split is read, where the engine follows its positions: sees that batches end where they must (S-27c).</summary>
/// <param name="source">For messages.</param>
internal sealed class SplitCourse(Split split, SplitStart start, string source)
{
    private int _reached;

    /// <summary>The position behind the last batch that is not open.</summary>
    public Position End { get; private set; } = start.After ?? default;

    /// <summary>Takes note of a batch, before it is handed on.</summary>
    /// <exception cref="ConfigException">Its reader cannot end batches where it must.</exception>
    public void Take(RowBatch batch)
    {
        batch.Split = split;
        if (batch.IsOpen)
        {
            return;
        }

        if (_reached < start.Cuts.Count && (batch.Count > 0 || batch.End != End))
        {
            if (batch.End != start.Cuts[_reached])
            {
                throw new ConfigException(
                    $"exactly-once: some rows of '{split.Id}' are written up to '{start.Cuts[_reached]}' and others are not, and {source} cannot stop there (it stopped at '{batch.End}'); start over with --restart");
            }

            _reached++;
        }

        End = batch.End;
    }

    /// <summary>The split has ended: positions that are still to be said, each behind no further row. A split that has become shorter
    /// did not come to all of its cuts; what was open ends there.</summary>
    public IEnumerable<Position> Rest()
    {
        while (_reached < start.Cuts.Count)
        {
            End = start.Cuts[_reached++];
            yield return End;
        }

        if (!End.IsEnd)
        {
            End = End with { IsEnd = true };
            yield return End;
        }
    }
}
