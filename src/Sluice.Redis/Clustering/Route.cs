using System.Runtime.CompilerServices;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Clustering;

/// <summary>What the last exchange told about a command.</summary>
internal enum Outcome : byte
{
    /// <summary>It did not leave.</summary>
    NotSent,
    /// <summary>It left, and the connection was lost before its reply.</summary>
    Unknown,
    Acknowledged,
    Failed,
}

/// <summary>Where the commands of a block go: the slot of each, the parts by node that are under way, and what came back.</summary>
internal sealed class Route
{
    private readonly Stack<BlockPart> _free = [];
    private ushort[] _slots = [];
    private Outcome[] _outcomes = [];
    private int _known;

    public List<BlockPart> Parts { get; } = [];

    /// <summary>The commands that were sent last, in order; null: all of the block.</summary>
    public List<int>? Order { get; set; }

    /// <summary>Commands that another node is to be asked for once.</summary>
    public Dictionary<int, NodeAddress> Asks { get; } = [];

    public Dictionary<int, (ServerError Error, NodeLane Lane)> Errors { get; } = [];

    public bool WasSent { get; private set; }

    public bool IsAnswered => Parts.TrueForAll(part => part.IsAnswered);

    public bool HasFailed => Parts.Exists(part => part.HasFailed);

    /// <summary>Nothing but acknowledgements, for all of the block.</summary>
    public bool IsClean(CommandBlock block)
    {
        var replies = 0;
        foreach (var part in Parts)
        {
            if (!part.IsAnswered || part.Exchange!.Errors.Count > 0)
            {
                return false;
            }

            replies += part.Commands.Count;
        }

        return Order is null && replies == block.Count;
    }

    public Outcome this[int command] => _outcomes[command];

    public int SlotOf(int command) => _slots[command];

    /// <summary>Sorts all commands of a block into parts by who serves their slots.</summary>
    /// <param name="lanes">By the map's index of the primary.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(CommandBlock block, SlotMap map, NodeLane[] lanes)
    {
        FindSlots(block);
        Order = null;
        for (var command = 0; command < block.Count; command++)
        {
            if (map.OwnerOf(_slots[command]) is var owner and >= 0)
            {
                var part = lanes[owner].Filling ??= NewPart(lanes[owner]);
                part.Writer.Raw(block.Command(command));
                part.Commands.Add(command);
            }
        }

        Filled();
    }

    /// <summary>The same for some of them, each of which may be asked for elsewhere.</summary>
    public void Fill(CommandBlock block, List<int> commands, SlotMap map, Func<NodeAddress, NodeLane> laneOf)
    {
        FindSlots(block);
        Order = commands;
        foreach (var command in commands)
        {
            var asks = Asks.Remove(command, out var target);
            var owner = map.OwnerOf(_slots[command]);
            if (!asks && owner < 0)
            {
                continue;
            }

            var lane = laneOf(asks ? target : map.Primaries[owner]);
            var part = lane.Filling ??= NewPart(lane);
            if (asks)
            {
                part.Writer.Raw("*1\r\n$6\r\nASKING\r\n"u8);
                part.Commands.Add(BlockPart.Asking);
            }

            part.Writer.Raw(block.Command(command));
            part.Commands.Add(command);
        }

        Filled();
    }

    public void Sent(BlockPart part, Exchange exchange, RedisConnection connection)
    {
        (part.Exchange, part.Connection) = (exchange, connection);
        WasSent |= exchange.WasSent;
    }

    /// <summary>Reads the replies that are there, and marks what they acknowledge.</summary>
    public void Read(CommandBlock block)
    {
        Array.Clear(_outcomes);
        Errors.Clear();
        foreach (var part in Parts)
        {
            if (part.Exchange is { } exchange)
            {
                Read(block, part, exchange);
            }
        }
    }

    /// <summary>Lets go of what was sent last.</summary>
    public void EndParts()
    {
        foreach (var part in Parts)
        {
            // A lost connection's sender may still hold the buffer.
            if (part.IsAnswered)
            {
                _free.Push(part);
            }
        }

        Parts.Clear();
    }

    public void Clear()
    {
        EndParts();
        Asks.Clear();
        Errors.Clear();
        (_known, Order, WasSent) = (0, null, false);
    }

    private void Read(CommandBlock block, BlockPart part, Exchange exchange)
    {
        var errors = exchange.Errors;
        for (int i = 0, error = 0; i < part.Commands.Count; i++)
        {
            var command = part.Commands[i];
            var failed = error < errors.Count && errors[error].Command == i;
            if (command == BlockPart.Asking)
            {
                error += failed ? 1 : 0;
            }
            else if (i >= exchange.Received)
            {
                _outcomes[command] = exchange.WasSent ? Outcome.Unknown : Outcome.NotSent;
            }
            else if (failed)
            {
                _outcomes[command] = Outcome.Failed;
                Errors[command] = (errors[error++].Error, part.Lane);
            }
            else
            {
                _outcomes[command] = Outcome.Acknowledged;
                block.Mark(command, CommandState.Acknowledged);
            }
        }
    }

    private void FindSlots(CommandBlock block)
    {
        if (_slots.Length < block.Count)
        {
            Array.Resize(ref _slots, Math.Max(block.Count, _slots.Length * 2));
            Array.Resize(ref _outcomes, _slots.Length);
        }

        for (; _known < block.Count; _known++)
        {
            _slots[_known] = (ushort)KeySlot.OfCommand(block.Command(_known));
        }
    }

    private BlockPart NewPart(NodeLane lane)
    {
        if (_free.TryPop(out var part))
        {
            part.Writer.Clear();
            part.Commands.Clear();
            (part.Lane, part.Exchange, part.Connection) = (lane, null, null);
        }
        else
        {
            part = new BlockPart(lane);
        }

        Parts.Add(part);
        return part;
    }

    private void Filled()
    {
        foreach (var part in Parts)
        {
            part.Lane.Filling = null;
        }
    }
}
