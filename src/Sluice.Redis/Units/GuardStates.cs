using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>Reads the replies to a WATCH and to a HMGET for each guard: what the records say from then on, or the next EXEC fails.</summary>
internal sealed class GuardStates(IReadOnlyList<Guard> guards) : IReplyReader
{
    private readonly GuardState[] _states = new GuardState[guards.Count];

    public IReadOnlyList<Guard> Guards => guards;

    /// <summary>The first refusal; null: none.</summary>
    public ServerError? Error { get; private set; }

    /// <summary>Replies in all.</summary>
    public int Count => 1 + guards.Count;

    public GuardState this[int guard] => _states[guard];

    public static void Write(RespWriter to, IReadOnlyList<Guard> guards)
    {
        to.Begin(1 + guards.Count);
        to.Bulk("WATCH"u8);
        foreach (var guard in guards)
        {
            guard.WriteKey(to);
        }

        foreach (var guard in guards)
        {
            guard.WriteRead(to);
        }
    }

    public void Reply(int command, in RespReply reply)
    {
        if (reply.IsError)
        {
            Error ??= ServerError.Parse(reply.Content);
        }
    }

    public void Array(int command, long count)
    {
    }

    public void Element(int command, long index, in RespReply reply)
    {
        if (command == 0 || reply.IsNull)
        {
            return;
        }

        ref var state = ref _states[command - 1];
        state = index == 0 ? state with { Position = reply.Text } : state with { Owner = reply.Text };
    }
}
