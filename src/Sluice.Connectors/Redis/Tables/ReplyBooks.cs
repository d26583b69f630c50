using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>Knows what the commands of a table's blocks mean: what the server answers becomes the books, the positions and the dirty
/// records of one task.</summary>
internal sealed class ReplyBooks(RedisTableSettings settings, TaskContext task) : IUnitOwner
{
    private readonly Stack<SinkBlock> _free = [];
    private Exception? _tooDirty;
    private long _perhapsTwice, _perhapsRemovedTwice;

    /// <summary>The block that was sent last, until it is settled.</summary>
    public SinkBlock? LastSent { get; set; }

    public SinkBlock NewBlock() => _free.TryPop(out var free) ? free : settings.NewBlock();

    /// <exception cref="DirtyLimitException">This one is more than the limit allows.</exception>
    public void AddDirty(RowBatch rows, RowReject reject) =>
        task.DirtyRecords.Add(DirtyRecord.Of(rows, reject.BatchRow), reject.Column, At(reject.Reason, rows.DescribeOrigin(reject.BatchRow)), reply: null);

    /// <summary>Said once: after that, what is in flight is only accounted for.</summary>
    public void ThrowIfTooDirty()
    {
        if (_tooDirty is { } tooDirty)
        {
            _tooDirty = null;
            throw tooDirty;
        }
    }

    public void Refused(CommandBlock commands, int command, ServerError error)
    {
        var block = (SinkBlock)commands;
        var (scope, first, count, group) = block.CoveredBy(command);
        if (scope == CommandScope.Row)
        {
            Reject(block, block.Order[first], error);
        }
        else if (settings.HasUnits)
        {
            RejectAll(block, block.CoveredBy(command), error);
        }
        else if (scope == CommandScope.Run)
        {
            for (var i = first; i < first + count; i++)
            {
                settings.Mode.EncodeOne(block, block.Order[i]);
            }
        }
        else if (!block.Group(group).TakenApart)
        {
            block.Group(group).TakenApart = true;
            TakeApart(block, block.Group(group), error);
        }
    }

    public bool NeedsType(CommandBlock commands, int command, out ReadOnlySpan<byte> key, out string type)
    {
        var block = (SinkBlock)commands;
        var (scope, first, count, _) = block.CoveredBy(command);
        type = settings.Mode.RedisType;
        key = count > 0 ? block.Texts[0][block.Order[first]] : default;
        return scope != CommandScope.Run && count > 0 && type != "string";
    }

    public void Covered(CommandBlock commands, int command)
    {
        var block = (SinkBlock)commands;
        var (_, first, count, _) = block.CoveredBy(command);
        foreach (var row in block.Order.AsSpan(first, count))
        {
            if (block.Ops[row] > RowOp.Held)
            {
                block.Reject(row);
                task.Books.AddSkipped(1);
            }
        }
    }

    public void Repeating(CommandBlock commands, int command)
    {
        var block = (SinkBlock)commands;
        var (_, first, count, _) = block.CoveredBy(command);
        foreach (var row in block.Order.AsSpan(first, count))
        {
            _perhapsTwice += block.Ops[row] == RowOp.Write ? 1 : 0;
            _perhapsRemovedTwice += block.Ops[row] == RowOp.Remove ? 1 : 0;
        }
    }

    public void Settled(CommandBlock commands) => Finish((SinkBlock)commands);

    /// <summary>A block none of whose rows needs a command. Its positions wait for what is in flight.</summary>
    public void NothingToSend(SinkBlock block)
    {
        if (LastSent is { } before)
        {
            before.Marks.Take(block.Marks);
        }

        Finish(block);
    }

    /// <summary>Brings a block into the books that was not settled. Rows without a command of their own share the fate of their key's.</summary>
    private void Abandon(SinkBlock block)
    {
        if (!block.WasSent)
        {
            // Handed to a connection that was gone already: never sent, and so not read (S-9).
            task.Books.AddRead(-block.Live, 0);
            block.Clear();
            return;
        }

        var (isCovered, isUnknown, groupIsUnknown) = (new bool[block.Rows], new bool[block.Rows], new bool[block.GroupCount]);
        for (var command = 0; command < block.Count; command++)
        {
            var (_, first, count, _) = block.CoveredBy(command);
            foreach (var row in block.Order.AsSpan(first, count))
            {
                isCovered[row] = true;
                if (block[command] == CommandState.Due)
                {
                    isUnknown[row] = true;
                    if (block.GroupOf[row] >= 0)
                    {
                        groupIsUnknown[block.GroupOf[row]] = true;
                    }
                }
            }
        }

        var unknown = 0;
        for (var row = 0; row < block.Rows; row++)
        {
            unknown += block.Ops[row] > RowOp.Held && (isUnknown[row] || (!isCovered[row] && groupIsUnknown[block.GroupOf[row]])) ? 1 : 0;
        }

        task.Books.AddWritten(block.Live - unknown);
        task.Books.AddUnknown(unknown);
        block.Clear();
    }

    /// <summary>Ends a pipeline. What is still in flight is accounted for by what was acknowledged of it.</summary>
    public async ValueTask EndAsync(ICommandPipeline pipeline)
    {
        await pipeline.DisposeAsync();
        foreach (var block in pipeline.Abandon())
        {
            Abandon((SinkBlock)block);
        }

        if (_perhapsTwice > 0)
        {
            task.Metrics.Add("possiblyRepeatedElements", _perhapsTwice);
            task.Report.Warn(null, $"a connection was lost while list elements of '{settings.Layout.Table.Name}' were on their way: up to {_perhapsTwice} of them may stand twice");
        }

        if (_perhapsRemovedTwice > 0)
        {
            task.Report.Warn(null, $"a connection was lost while list elements of '{settings.Layout.Table.Name}' were being removed: for up to {_perhapsRemovedTwice} of them an equal one may have been removed as well");
        }
    }

    private void Finish(SinkBlock block)
    {
        if (ReferenceEquals(block, LastSent))
        {
            LastSent = null;
        }

        task.Books.AddWritten(block.Live);
        block.Marks.Confirm(task.Positions);
        block.Clear();
        _free.Push(block);
    }

    /// <summary>Row by row, in order: each has its own verdict, those that a later one had overwritten too. A list's rows went in one
    /// step, none of which was applied.</summary>
    private void TakeApart(SinkBlock block, KeyGroup group, ServerError error)
    {
        for (var row = group.Head; row >= 0; row = block.Next[row])
        {
            if (group.Count == 1 || !settings.Mode.Replaces)
            {
                Reject(block, row, error);
            }
            else
            {
                settings.Mode.EncodeOne(block, row);
            }
        }
    }

    /// <summary>In a unit nothing is sent again.</summary>
    private void RejectAll(SinkBlock block, Covered covered, ServerError error)
    {
        if (covered.Scope == CommandScope.Key)
        {
            for (var row = block.Group(covered.Group).Head; row >= 0; row = block.Next[row])
            {
                Reject(block, row, error);
            }

            return;
        }

        foreach (var row in block.Order.AsSpan(covered.First, covered.Count))
        {
            Reject(block, row, error);
        }
    }

    private void Reject(SinkBlock block, int row, ServerError error)
    {
        if (block.Ops[row] == RowOp.None)
        {
            return;
        }

        block.Reject(row);
        var origin = block.Sources.Describe(row);
        try
        {
            task.DirtyRecords.Add(new DirtyRecord(origin, RecordOf(block, row)), "", At("the server refuses the record", origin), error.Text);
        }
        catch (Exception e) when (e is DirtyLimitException or ConfigException)
        {
            // What else is in flight finds its place in the books before the job ends.
            _tooDirty ??= e;
        }

        if (error.Class == ErrorClass.Stop)
        {
            // In a unit that was applied: whatever the limit is, no further one would do better.
            _tooDirty = PipelineAccount.Refuse(settings.Server, error);
        }
    }

    private string At(string reason, string origin) => $"{reason} (table '{settings.Layout.Table.Name}', {origin})";

    /// <summary>The columns of a row in the table's order, without the key's prefix.</summary>
    private KeyValuePair<string, string?>[] RecordOf(SinkBlock block, int row)
    {
        var layout = settings.Layout;
        var record = new KeyValuePair<string, string?>[layout.Columns.Length];
        for (var slot = 0; slot < record.Length; slot++)
        {
            var texts = block.Texts[slot];
            var text = texts.IsNull(row) ? null : Encoding.UTF8.GetString(texts[row][(slot == 0 ? settings.KeyPrefix.Length : 0)..]);
            record[layout.Indexes[slot]] = KeyValuePair.Create(layout.Columns[slot].Name, text);
        }

        return record;
    }
}
