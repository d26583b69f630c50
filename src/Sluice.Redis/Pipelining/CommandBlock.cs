using Sluice.Redis.Clustering;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Redis.Pipelining;

/// <summary>What became of a command.</summary>
public enum CommandState : byte
{
    /// <summary>Not acknowledged (yet).</summary>
    Due,
    Acknowledged,
    /// <summary>Refused for good, or replaced by other commands of the block.</summary>
    Refused,
}

/// <summary>The commands of one flush, kept until each is acknowledged or refused, so that any of them can be sent again.</summary>
public class CommandBlock
{
    private int[] _ends = new int[64];
    private CommandState[] _states = new CommandState[64];

    public RespWriter Writer { get; } = new();

    public int Count { get; private set; }

    /// <summary>What went out last.</summary>
    internal Exchange? Exchange { get; set; }

    /// <summary>Bytes when it was first sent; commands may be appended later.</summary>
    internal int Size { get; set; }

    /// <summary>Whether anything of it has reached the connection.</summary>
    public bool WasSent => Sent is not null || Exchange is { WasSent: true } || Route is { WasSent: true } || Carrier is { WasSent: true };

    /// <summary>Where its commands go in a cluster; null where it has never gone to one.</summary>
    internal Route? Route { get; set; }

    /// <summary>The block in which its commands go, within scripts; null where they go by themselves.</summary>
    internal CommandBlock? Carrier { get; set; }

    /// <summary>When the block was first sent.</summary>
    internal long SentAt { get; set; }

    /// <summary>The commands of that exchange; null: all of the block, as they stand.</summary>
    internal List<int>? Sent { get; set; }

    /// <summary>The commands that must be sent before the block can settle; null: none that is known of.</summary>
    internal List<int>? Again { get; set; }

    /// <summary>Whether the server should be left alone for a while before that.</summary>
    internal bool WaitFirst { get; set; }

    /// <summary>When the block became the oldest in flight, so that the server could turn to it.</summary>
    internal long Since { get; set; }

    /// <summary>The unit that this block belongs to goes on with the next one.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The positions behind this block, where they are written in one unit with it.</summary>
    internal List<GuardMove> Moves { get; } = [];

    /// <summary>Whether a guard moves on with it.</summary>
    public bool HasMoved => Moves.Count > 0;

    public CommandState this[int command] => _states[command];

    /// <summary>What was written since the last call is one command.</summary>
    /// <returns>Its index.</returns>
    public int EndCommand()
    {
        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, Count * 2);
            Array.Resize(ref _states, Count * 2);
        }

        _ends[Count] = Writer.Length;
        _states[Count] = CommandState.Due;
        return Count++;
    }

    /// <summary>With the commands of this block, a guard moves on to that position.</summary>
    /// <param name="isLast">No other move of this guard follows.</param>
    public void Move(Guard guard, string position, bool isLast = false) => Moves.Add(new GuardMove(guard, position, isLast));

    public ReadOnlySpan<byte> Command(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return Writer.Span[start.._ends[index]];
    }

    public virtual void Clear()
    {
        Writer.Clear();
        Count = 0;
        (Exchange, Sent, Again, WaitFirst, IsOpen, Carrier) = (null, null, null, false, false, null);
        Moves.Clear();
        Route?.Clear();
    }

    internal void Mark(int command, CommandState state) => _states[command] = state;

    internal void AcknowledgeAll() => _states.AsSpan(0, Count).Fill(CommandState.Acknowledged);
}
