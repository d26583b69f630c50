using Sluice.Engine.Rows;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>A row that cannot be written, found before anything was sent.</summary>
/// <param name="BatchRow">In the batch that it came with.</param>
/// <param name="Row">In the block.</param>
/// <param name="SkippedBefore">Rows skipped by then.</param>
internal readonly record struct RowReject(int BatchRow, int Row, string Column, string Reason, int SkippedBefore);

/// <summary>Takes rows of a batch into a block: their texts, and what each of them does (S-23).</summary>
internal sealed class RowStage(RedisTableSettings settings)
{
    /// <summary>Redis takes no longer value.</summary>
    private const int MaxTextLength = RespReader.MaxBulkLength;

    private readonly TableMode _mode = settings.Mode;
    private readonly TableLayout _layout = settings.Layout;
    private readonly TextStager[] _stagers = [.. settings.Layout.Columns.Select((column, slot) =>
        TextStager.For(column.Type, slot == 0 ? settings.KeyPrefix : [], settings.TimeZone))];

    /// <summary>Rows of the last call that were dropped by a stated policy.</summary>
    public int Skipped { get; private set; }

    /// <summary>Rows of the last call that cannot be written.</summary>
    public List<RowReject> Rejects { get; } = [];

    /// <summary>Takes the rows [row, row + count) of a batch.</summary>
    public void Stage(SinkBlock block, RowBatch rows, int row, int count)
    {
        Skipped = 0;
        Rejects.Clear();
        var at = block.Rows;
        block.Grow(at + count);
        for (var slot = 0; slot < _stagers.Length; slot++)
        {
            _stagers[slot].Stage(rows.Columns[_layout.Indexes[slot]], row, count, block.Texts[slot], at);
        }

        block.Sources.Add(at, rows, row, count);
        var held = at > block.Encoded && block.Ops[at - 1] == RowOp.Held;
        if (!rows.HasKinds && !held && block.Heap.Used <= MaxTextLength && !HasNulls(block, at, count) && !HasNoNumber(block, at, count))
        {
            block.Ops.AsSpan(at, count).Fill(RowOp.Write);
            block.Rows += count;
            return;
        }

        for (var i = 0; i < count; i++)
        {
            Judge(block, rows.KindOf(row + i), block.Rows++, row + i);
        }
    }

    /// <summary>Forgets what came after a rejected row in the last call.</summary>
    public void CutAfter(SinkBlock block, RowReject reject) => (block.Rows, Skipped) = (reject.Row + 1, reject.SkippedBefore);

    /// <summary>The waiting rows up to <paramref name="end"/> become commands.</summary>
    public void Encode(SinkBlock block, int end)
    {
        var start = block.Encoded;
        var live = 0;
        for (var row = start; row < end; row++)
        {
            live += block.Ops[row] > RowOp.Held ? 1 : 0;
        }

        block.Encoded = end;
        block.Live += live;
        if (end - start > 1)
        {
            _mode.Encode(block, start, end);
        }
        else if (live > 0)
        {
            block.GroupOf[start] = -1;
            _mode.EncodeOne(block, start);
        }
    }

    /// <summary>A -U that waited for its follower in vain deletes.</summary>
    public void Release(SinkBlock block)
    {
        if (block.Rows > block.Encoded && block.Ops[block.Rows - 1] == RowOp.Held)
        {
            block.Ops[block.Rows - 1] = DeleteOp;
        }
    }

    private RowOp DeleteOp => _layout.DeletesElements ? RowOp.Remove : RowOp.Delete;

    private void Judge(SinkBlock block, RowKind kind, int row, int batchRow)
    {
        var deletes = kind is RowKind.UpdateBefore or RowKind.Delete;
        var missing = -1;
        var tooLong = TooLong(block, row);
        if (deletes && settings.IgnoresDeletes)
        {
            block.Ops[row] = RowOp.None;
            Skipped++;
        }
        else if ((missing = tooLong >= 0 ? tooLong : deletes ? NullToDelete(block, row) : NullToWrite(block, row)) >= 0)
        {
            block.Ops[row] = RowOp.None;
        }
        else
        {
            block.Ops[row] = kind == RowKind.UpdateBefore ? RowOp.Held
                : deletes ? DeleteOp
                : _mode.NullableSlot > 0 && block.Texts[_mode.NullableSlot].IsNull(row) ? _mode.OpOfNull : RowOp.Write;
        }

        var isNoNumber = missing < 0 && block.Ops[row] == RowOp.Write && HasNoNumber(block, row, 1);
        if (isNoNumber)
        {
            block.Ops[row] = RowOp.None;
            Rejects.Add(new RowReject(batchRow, row, _layout.Columns[_mode.ScoreSlot].Name, "the score is not a number", Skipped));
        }

        if (row > block.Encoded && block.Ops[row - 1] == RowOp.Held)
        {
            var overwrites = kind == RowKind.UpdateAfter && missing < 0 && !isNoNumber && _mode.Replaces && IsSameElement(block, row - 1, row);
            block.Ops[row - 1] = overwrites ? RowOp.None : DeleteOp;
            Skipped += overwrites ? 1 : 0;
        }

        if (missing >= 0)
        {
            Rejects.Add(new RowReject(batchRow, row, _layout.Columns[missing].Name, tooLong >= 0 ? $"it is longer than the {MaxTextLength} bytes that Redis takes" : $"the {_mode.RoleOf(missing)} is null", Skipped));
        }
    }

    private static int TooLong(SinkBlock block, int row)
    {
        // All texts of the block together are hardly ever that long.
        for (var slot = 0; block.Heap.Used > MaxTextLength && slot < block.Texts.Length; slot++)
        {
            if (block.Texts[slot].Length[row] > MaxTextLength)
            {
                return slot;
            }
        }

        return -1;
    }

    /// <summary>A delete needs no more than what it names.</summary>
    private int NullToDelete(SinkBlock block, int row) =>
        block.Texts[0].IsNull(row) ? 0
        : _layout.DeletesElements && block.Texts[_mode.ElementSlot].IsNull(row) ? _mode.ElementSlot : -1;

    private int NullToWrite(SinkBlock block, int row)
    {
        foreach (var slot in _mode.RequiredSlots)
        {
            if (block.Texts[slot].IsNull(row))
            {
                return slot;
            }
        }

        return -1;
    }

    private bool IsSameElement(SinkBlock block, int before, int after) =>
        AreSame(block.Texts[0], before, after) && (_mode.ElementSlot == 0 || AreSame(block.Texts[_mode.ElementSlot], before, after));

    private static bool AreSame(TextColumn texts, int before, int after) =>
        texts.Length[before] == texts.Length[after] && texts[before].SequenceEqual(texts[after]);

    /// <summary>In a unit nothing can be done again for the neighbours of a score that the server refuses. Elsewhere it judges.</summary>
    private bool HasNoNumber(SinkBlock block, int at, int count)
    {
        for (var row = at; settings.IsExactlyOnce && _mode.ScoreSlot > 0 && row < at + count; row++)
        {
            var score = block.Texts[_mode.ScoreSlot][row];
            if (score.Length == 3 && (score[0] | 0x20) == 'n')
            {
                return true;
            }
        }

        return false;
    }

    private bool HasNulls(SinkBlock block, int at, int count)
    {
        // In a flattened hash a null is a field like any other.
        foreach (var slot in _mode.RequiredSlots)
        {
            if (block.Texts[slot].Length.AsSpan(at, count).Contains(TextColumn.NullLength))
            {
                return true;
            }
        }

        return _mode.NullableSlot > 0 && block.Texts[_mode.NullableSlot].Length.AsSpan(at, count).Contains(TextColumn.NullLength);
    }
}
