using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

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

    /// <summary>On its way, or answered and not yet looked at; null: what is due is to be sent.</summary>
    internal Exchange? Exchange { get; set; }

    /// <summary>When the block was first sent.</summary>
    internal long SentAt { get; set; }

    /// <summary>The commands of the exchange, where it is not the first, which holds all of them.</summary>
    internal List<int>? Sent { get; set; }

    /// <summary>Commands to send again, in order.</summary>
    internal List<int> Due { get; set; } = [];

    /// <summary>How many replies of the exchange have been acted upon.</summary>
    internal int Judged { get; set; }

    /// <summary>An older block was sent again after this one: so must this.</summary>
    internal bool MustRepeat { get; set; }

    /// <summary>The server asked for patience before the next attempt.</summary>
    internal bool Waits { get; set; }

    internal Backoff? Backoff { get; set; }

    /// <summary>When the block became the oldest in flight, so that the server could turn to it.</summary>
    internal long Since { get; set; }

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

    public ReadOnlySpan<byte> Command(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return Writer.Span[start.._ends[index]];
    }

    public virtual void Clear()
    {
        Writer.Clear();
        Count = 0;
        (Exchange, Sent, Judged) = (null, null, 0);
        Due.Clear();
        (MustRepeat, Waits, Backoff) = (false, false, null);
    }

    internal void Mark(int command, CommandState state) => _states[command] = state;

    internal void AcknowledgeAll() => _states.AsSpan(0, Count).Fill(CommandState.Acknowledged);
}
