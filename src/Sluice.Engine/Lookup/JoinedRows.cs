using Sluice.Engine.Rows;

namespace Sluice.Engine.Lookup;

/// <summary>Puts the rows that come out together: the columns of the input, which are shared where all rows stay, and the table's.</summary>
internal sealed class JoinedRows(LookupShape shape)
{
    private int[] _kept = [];

    /// <summary>How many rows come out for those that are answered and have not left.</summary>
    public int Count(HeldBatch held) => held.Found + (shape.KeepMissing ? held.Unmatched : 0);

    /// <summary>Puts them together.</summary>
    /// <returns>The batch's output, which owns the input from now on.</returns>
    public RowBatch Of(HeldBatch held)
    {
        var (input, output) = (held.Input, held.Output!);
        var count = Count(held);
        var isAll = count == input.Count;
        var hasNulls = shape.KeepMissing && held.Unmatched > 0;
        if (!isAll || hasNulls)
        {
            Choose(held);
        }

        var kept = _kept.AsSpan(0, isAll && !hasNulls ? 0 : count);
        output.Derive(input, kept, isAll);
        for (var i = 0; i < shape.InputColumns; i++)
        {
            if (isAll)
            {
                output.Columns[i] = input.Columns[i];
            }
            else
            {
                output.Columns[i].Gather(input.Columns[i], kept);
            }
        }

        for (var i = 0; i < shape.Columns.Count; i++)
        {
            var column = shape.InputColumns + i;
            if (shape.Columns[i].Record < 0 && isAll && !hasNulls)
            {
                output.Columns[column] = input.Columns[shape.Columns[i].Input];
                continue;
            }

            if (shape.Columns[i].Record < 0)
            {
                output.Columns[column].Gather(input.Columns[shape.Columns[i].Input], kept);
            }
            else if (!isAll)
            {
                // The table's values stand at the indexes of the input's rows, which are never before their places here.
                output.Columns[column].Gather(output.Columns[column], kept);
            }

            if (hasNulls)
            {
                SetNulls(output.Columns[column], held.Answers, kept);
            }
        }

        return output;
    }

    private void Choose(HeldBatch held)
    {
        if (_kept.Length < held.Input.Count)
        {
            _kept = new int[held.Answers.Length];
        }

        var count = 0;
        for (var row = 0; row < held.Input.Count; row++)
        {
            if (held.Answers[row] == HeldBatch.Matched || (shape.KeepMissing && held.Answers[row] == HeldBatch.NoRow))
            {
                _kept[count++] = row;
            }
        }
    }

    private static void SetNulls(Column column, int[] answers, ReadOnlySpan<int> kept)
    {
        for (var i = 0; i < kept.Length; i++)
        {
            if (answers[kept[i]] == HeldBatch.NoRow)
            {
                column.SetNull(i);
            }
        }
    }
}
