using System.Runtime.CompilerServices;
using Sluice.Connectors.Redis.Values;
using Sluice.Engine.Rows;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis;

internal enum CommandKind : byte
{
    Data,
    /// <summary>The expiry of the key that the command before it wrote.</summary>
    Expire,
    /// <summary>Data and expiry in one atomic step, over whatever was at the key.</summary>
    Script,
    /// <summary>In a unit: makes room for rows of another type (S-17). Covers no rows.</summary>
    Clear,
}

/// <summary>The rows that a command covers: <c>Order[First..First+Count]</c>.</summary>
internal readonly record struct CommandRows(CommandKind Kind, int First, int Count);

internal enum RowState : byte
{
    Live,
    /// <summary>Nothing of it is to be written, by a stated policy.</summary>
    Skipped,
    Dirty,
}

/// <summary>A record that cannot be written. <paramref name="Column"/> is an index in the source's schema, or -1.</summary>
internal readonly record struct Reject(int Row, int Column, string Reason);

/// <summary>One flush: a batch of rows, their keys and values as they go to Redis, and the encoded commands with the rows that each covers.</summary>
internal sealed class WriteBlock(int capacity) : CommandBlock
{
    private readonly List<TextColumn> _scratch = [];
    private CommandRows[] _commandRows = new CommandRows[64];
    private int _scratchUsed;

    /// <summary>Whether it is applied as a whole (S-27): then nothing can be done again for a row that the server refuses.</summary>
    public bool IsUnit { get; init; }

    /// <summary>Whether its commands go slot by slot within scripts, which leave an expiry out where its write was refused.</summary>
    public bool IsBySlot { get; init; }

    /// <summary>Owned by the block until it is settled.</summary>
    public RowBatch? Rows { get; set; }

    /// <summary>What is made from values stands here: joined keys, formatted dates, JSON.</summary>
    public ByteHeap Heap { get; } = new(64 << 10);

    public RowState[] States { get; } = new RowState[capacity];

    /// <summary>Rows found unwritable before anything was sent.</summary>
    public List<Reject> Rejects { get; } = [];

    /// <summary>Live rows, those of one group next to each other, in the order of the source within it.</summary>
    public int[] Order { get; } = new int[capacity];

    public int LiveRows { get; set; }

    public List<(int First, int Count)> Groups { get; } = [];

    public TextColumn Keys { get; set; } = null!;

    public TextColumn[] Values { get; set; } = [];

    /// <summary>How the value columns make the one value of a joined mode; null where the first of them is it.</summary>
    public Template? Joint { get; set; }

    /// <summary>Encoded names of the fields where each value column is a field; else empty.</summary>
    public RespConstant[] Fields { get; set; } = [];

    public Expiry Expiry { get; set; } = Expiry.None;

    /// <summary>Writes the one value of a row as an argument.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteValue(int row)
    {
        if (Joint is null)
        {
            Writer.Bulk(Values[0], row);
        }
        else
        {
            Joint.WriteBulk(Writer, Values, row);
        }
    }

    public RowGroups Grouping { get; } = new(capacity);

    /// <summary>A column to compute into.</summary>
    public TextColumn Scratch()
    {
        if (_scratchUsed == _scratch.Count)
        {
            _scratch.Add(new TextColumn(Heap, capacity));
        }

        return _scratch[_scratchUsed++];
    }

    public void Refuse(int row, int column, string reason)
    {
        if (States[row] != RowState.Dirty)
        {
            States[row] = RowState.Dirty;
            Rejects.Add(new Reject(row, column, reason));
        }
    }

    public void EndCommand(CommandKind kind, int first, int count)
    {
        var command = EndCommand();
        if (command == _commandRows.Length)
        {
            Array.Resize(ref _commandRows, command * 2);
        }

        _commandRows[command] = new CommandRows(kind, first, count);
    }

    public CommandRows RowsOf(int command) => _commandRows[command];

    public override void Clear()
    {
        base.Clear();
        Rows = null;
        Heap.Clear();
        Rejects.Clear();
        Groups.Clear();
        LiveRows = 0;
        _scratchUsed = 0;
    }
}
