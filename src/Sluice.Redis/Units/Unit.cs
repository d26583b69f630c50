using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>The blocks that are applied together with the positions behind them, or not at all.</summary>
internal sealed class Unit
{
    private readonly List<CommandBlock> _blocks = [];
    private readonly List<GuardMove> _moves = [];

    /// <summary>The guard of each command behind those of the blocks, as they were encoded.</summary>
    private readonly List<Guard> _movers = [];
    private readonly RespWriter _text = new();

    public IReadOnlyList<CommandBlock> Blocks => _blocks;

    /// <summary>One for each guard.</summary>
    public IReadOnlyList<GuardMove> Moves => _moves;

    public int Commands { get; private set; }

    public void Add(CommandBlock block)
    {
        _blocks.Add(block);
        Commands += block.Count;
        foreach (var move in block.Moves)
        {
            _moves.RemoveAll(m => ReferenceEquals(m.Guard, move.Guard));
            _moves.Add(move);
        }
    }

    /// <summary>Encodes the transaction, and behind it the watch for the next one, so that a unit costs one round trip.</summary>
    public (ReadOnlyMemory<byte> Bytes, UnitReplies Replies) Encode(IReadOnlyList<Guard> next)
    {
        _text.Clear();
        _text.Raw("*1\r\n$5\r\nMULTI\r\n"u8);
        foreach (var block in _blocks)
        {
            _text.Raw(block.Writer.Span);
        }

        _movers.Clear();
        foreach (var move in _moves)
        {
            _movers.AddRange(Enumerable.Repeat(move.Guard, move.Guard.WriteMove(_text, move.Position)));
        }

        _text.Raw("*1\r\n$4\r\nEXEC\r\n"u8);
        if (next.Count > 0)
        {
            GuardStates.Write(_text, next);
        }

        return (_text.Written, new UnitReplies(Commands + _movers.Count, new GuardStates(next)));
    }

    /// <summary>The command with that number, counted through all blocks; null where it is one of a guard's.</summary>
    public (CommandBlock Block, int Command)? Find(int command)
    {
        foreach (var block in _blocks)
        {
            if (command < block.Count)
            {
                return (block, command);
            }

            command -= block.Count;
        }

        return null;
    }

    /// <summary>A guard whose own command was refused where the rest was applied, and why; null: there is none.</summary>
    public (Guard Guard, ServerError Error)? RefusedMove(UnitReplies replies)
    {
        foreach (var (command, error) in replies.Errors)
        {
            if (command >= Commands)
            {
                return (_movers[command - Commands], error);
            }
        }

        return null;
    }

    /// <summary>What the keys of its commands must hold; empty where none can be refused for that.</summary>
    public string TypeOf(IUnitOwner owner)
    {
        foreach (var block in _blocks)
        {
            for (var command = 0; command < block.Count; command++)
            {
                if (owner.NeedsType(block, command, out _, out var type))
                {
                    return type;
                }
            }
        }

        return "";
    }

    public void SetExchange(Exchange? exchange)
    {
        foreach (var block in _blocks)
        {
            block.Exchange = exchange;
        }
    }

    public void Clear()
    {
        _blocks.Clear();
        _moves.Clear();
        _movers.Clear();
        Commands = 0;
    }
}
