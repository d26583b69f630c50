using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>Takes rows of one task into its blocks: what cannot be written becomes dirty, and each whole flush becomes commands.</summary>
/// <param name="flushRows">Rows of a flush.</param>
internal sealed class RowIntake(RowStage stage, ReplyBooks replies, TaskContext task, int flushRows)
{
    /// <summary>Takes the rows [row, row + count) of a batch.</summary>
    public void Take(SinkBlock block, RowBatch rows, int row, int count)
    {
        stage.Stage(block, rows, row, count);
        try
        {
            AddRejects(block, rows);
        }
        finally
        {
            task.Books.AddRead(stage.Skipped, 0);
            task.Books.AddSkipped(stage.Skipped);
        }

        while (block.Rows - block.Encoded >= flushRows && block.Ops[block.Encoded + flushRows - 1] != RowOp.Held)
        {
            stage.Encode(block, block.Encoded + flushRows);
        }
    }

    private void AddRejects(SinkBlock block, RowBatch rows)
    {
        foreach (var reject in stage.Rejects)
        {
            task.Books.AddRead(1, 0);
            try
            {
                replies.AddDirty(rows, reject);
            }
            catch
            {
                // The job ends here: what came after is not read.
                stage.CutAfter(block, reject);
                throw;
            }
        }
    }
}
