using Sluice.Engine.Rows;
using Sluice.Redis.Pipelining;

namespace Sluice.Connectors.Redis.Tables;

internal enum CommandScope : byte
{
    /// <summary>One row alone; a refusal is its own.</summary>
    Row,
    /// <summary>Several rows of different keys, each of which could go alone.</summary>
    Run,
    /// <summary>What is left to do for all rows of a key.</summary>
    Key,
}

/// <summary>The rows that a command covers: <c>Order[First..First+Count]</c>, and for <see cref="CommandScope.Key"/> their group.</summary>
internal readonly record struct Covered(CommandScope Scope, int First, int Count, int Group);

/// <summary>The rows of a key in one flush: a chain in the order in which they came.</summary>
internal struct KeyGroup
{
    public int Head;
    public int Tail;
    public int Count;
    public uint Hash;

    /// <summary>The last row that deletes the whole key, or -1.</summary>
    public int LastDelete;

    /// <summary>Whether any of its rows removes an element.</summary>
    public bool Removes;

    /// <summary>Whether its rows have been sent again one by one.</summary>
    public bool TakenApart;
}

/// <summary>Rows on their way to Redis: their texts, what each does, and the commands that they have become. The first rows, up to
/// <see cref="Encoded"/>, are in commands; the others are the buffer of S-25.</summary>
internal sealed class SinkBlock : CommandBlock
{
    private Covered[] _covered = new Covered[64];
    private KeyGroup[] _groups = new KeyGroup[64];

    public SinkBlock(int slots, long expiration)
    {
        Texts = [.. Enumerable.Range(0, slots).Select(_ => new TextColumn(Heap, 64))];
        Expiration = expiration;
        Grow(64);
    }

    public ByteHeap Heap { get; } = new(64 << 10);

    /// <summary>The text of each slot; slot 0 is the key as it stands in Redis.</summary>
    public TextColumn[] Texts { get; }

    /// <summary>Milliseconds; 0 is never.</summary>
    public long Expiration { get; }

    /// <summary>Whether one command may write several keys.</summary>
    public bool MergesKeys { get; init; } = true;

    /// <summary>Whether its commands go slot by slot within scripts: then each row has one of its own.</summary>
    public bool IsBySlot { get; init; }

    public int Rows { get; set; }

    /// <summary>Rows that are in commands, or need none.</summary>
    public int Encoded { get; set; }

    /// <summary>Encoded rows that do something and have not been found dirty.</summary>
    public int Live { get; set; }

    public RowOp[] Ops { get; private set; } = [];

    /// <summary>The next row of the same group, or -1.</summary>
    public int[] Next { get; private set; } = [];

    public int[] GroupOf { get; private set; } = [];

    /// <summary>Whether a later row of the flush leaves something to do for this one.</summary>
    public bool[] IsFinal { get; private set; } = [];

    /// <summary>Rows in the order in which commands cover them.</summary>
    public int[] Order { get; private set; } = [];

    public int Ordered { get; private set; }

    public int GroupCount { get; private set; }

    public RowSources Sources { get; } = new();

    public PositionMarks Marks { get; } = new();

    public UnitPlan Plan { get; } = new();

    public ref KeyGroup Group(int index) => ref _groups[index];

    public Covered CoveredBy(int command) => _covered[command];

    public void Grow(int rows)
    {
        if (rows <= Ops.Length)
        {
            return;
        }

        var size = Math.Max(rows, Ops.Length * 2);
        foreach (var text in Texts)
        {
            text.Grow(size);
        }

        (var ops, var next, var groupOf, var isFinal) = (Ops, Next, GroupOf, IsFinal);
        Array.Resize(ref ops, size);
        Array.Resize(ref next, size);
        Array.Resize(ref groupOf, size);
        Array.Resize(ref isFinal, size);
        (Ops, Next, GroupOf, IsFinal) = (ops, next, groupOf, isFinal);
    }

    public int NewGroup(int row, uint hash)
    {
        if (GroupCount == _groups.Length)
        {
            Array.Resize(ref _groups, GroupCount * 2);
        }

        _groups[GroupCount] = new KeyGroup { Head = row, Tail = row, LastDelete = -1, Hash = hash };
        return GroupCount++;
    }

    /// <summary>The row is covered by the command that is being written.</summary>
    public void Cover(int row)
    {
        if (Ordered == Order.Length)
        {
            var order = Order;
            Array.Resize(ref order, Math.Max(64, Ordered * 2));
            Order = order;
        }

        Order[Ordered++] = row;
    }

    /// <summary>Ends a command that covers the rows from <paramref name="first"/> of <see cref="Order"/> on.</summary>
    public void EndCommand(CommandScope scope, int first, int group)
    {
        var command = EndCommand();
        if (command == _covered.Length)
        {
            Array.Resize(ref _covered, command * 2);
        }

        _covered[command] = new Covered(scope, first, Ordered - first, group);
    }

    /// <summary>Takes over the rows of another block that are not encoded, as the first ones here.</summary>
    public void TakeRest(SinkBlock from)
    {
        Grow(from.Rows - from.Encoded);
        for (var row = from.Encoded; row < from.Rows; row++, Rows++)
        {
            for (var slot = 0; slot < Texts.Length; slot++)
            {
                Texts[slot].CopyFrom(from.Texts[slot], row, Rows);
            }

            Ops[Rows] = from.Ops[row];
        }

        Sources.TakeRest(from.Sources, from.Encoded);
        from.Rows = from.Encoded;
    }

    /// <summary>The row cannot be written.</summary>
    public void Reject(int row)
    {
        Ops[row] = RowOp.None;
        Live--;
    }

    public override void Clear()
    {
        base.Clear();
        Heap.Clear();
        Sources.Clear();
        Marks.Clear();
        (Rows, Encoded, Live, Ordered, GroupCount) = (0, 0, 0, 0, 0);
    }
}
