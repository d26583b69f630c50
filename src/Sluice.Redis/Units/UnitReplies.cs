using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

internal enum UnitOutcome : byte
{
    /// <summary>No reply has told.</summary>
    Unknown,
    Applied,
    /// <summary>A watched record was touched: nothing was applied.</summary>
    Broken,
    /// <summary>Nothing was applied, for a reason that stands in <see cref="UnitReplies.Refusal"/>.</summary>
    Refused,
}

/// <summary>Reads the replies to a unit: MULTI, its commands, EXEC; then those for the next one.</summary>
/// <param name="commands">Commands between MULTI and EXEC.</param>
/// <param name="next">What is watched for the next unit.</param>
internal sealed class UnitReplies(int commands, GuardStates next) : IReplyReader
{
    private const string Abort = "EXECABORT";
    private const string Because = "because of: ";

    private List<(int Command, ServerError Error)>? _errors;

    public UnitOutcome Outcome { get; private set; }

    /// <summary>Commands that were refused by themselves, in order.</summary>
    public IReadOnlyList<(int Command, ServerError Error)> Errors => _errors ?? (IReadOnlyList<(int, ServerError)>)[];

    /// <summary>Why nothing of it was applied.</summary>
    public ServerError? Refusal { get; private set; }

    public GuardStates Next => next;

    /// <summary>The index of the reply to EXEC.</summary>
    public int Exec => 1 + commands;

    public int Count => Exec + 1 + (next.Guards.Count == 0 ? 0 : next.Count);

    public void Reply(int command, in RespReply reply)
    {
        if (command > Exec)
        {
            next.Reply(command - Exec - 1, reply);
        }
        else if (command == Exec)
        {
            Outcome = reply.IsError ? UnitOutcome.Refused : UnitOutcome.Broken;
            Refusal ??= reply.IsError ? Reason(reply.Text) : null;
        }
        else if (reply.IsError)
        {
            // It was not queued, so EXEC will be refused.
            Refusal ??= ServerError.Parse(reply.Content);
        }
    }

    public void Array(int command, long count)
    {
        if (command == Exec)
        {
            Outcome = UnitOutcome.Applied;
        }
        else if (command > Exec)
        {
            next.Array(command - Exec - 1, count);
        }
    }

    public void Element(int command, long index, in RespReply reply)
    {
        if (command > Exec)
        {
            next.Element(command - Exec - 1, index, reply);
        }
        else if (command == Exec && reply.IsError)
        {
            (_errors ??= []).Add(((int)index, ServerError.Parse(reply.Content)));
        }
    }

    /// <summary>Servers put what they refuse EXEC for behind their word for it.</summary>
    private static ServerError Reason(string text)
    {
        var because = text.StartsWith(Abort, StringComparison.Ordinal) ? text.IndexOf(Because, StringComparison.Ordinal) : -1;
        return ServerError.Parse(because < 0 ? text : text[(because + Because.Length)..]);
    }
}
