using Sluice.Redis.Protocol;

namespace Sluice.Redis.Pipelining;

/// <summary>Takes the reply to the command with that index. Errors arrive here too.</summary>
public delegate void ReplyHandler(int command, in RespReply reply);

/// <summary>Commands on their way to a server, and what came back. Sent once; replies arrive in order.</summary>
public sealed class Exchange(ReadOnlyMemory<byte> bytes, int count, ReplyHandler? onReply = null)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<(int Command, ServerError Error)>? _errors;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>How many commands, and so replies.</summary>
    public int Count { get; } = count;

    /// <summary>Replies so far. Those of a lost exchange beyond this number are unknown.</summary>
    public int Received { get; private set; }

    public IReadOnlyList<(int Command, ServerError Error)> Errors => _errors ?? (IReadOnlyList<(int, ServerError)>)[];

    /// <summary>Why no more replies will come; null while they may, and when all have.</summary>
    public Exception? Lost { get; private set; }

    /// <summary>Whether a connection has taken it on; if not, the server has seen nothing of it.</summary>
    internal bool WasSent { get; set; }

    /// <summary>Ends when every reply is here or the connection is lost. Never faults.</summary>
    public Task Completion => _done.Task;

    internal void Take(in RespReply reply)
    {
        if (reply.IsError)
        {
            (_errors ??= []).Add((Received, ServerError.Parse(reply.Content)));
        }

        onReply?.Invoke(Received, reply);
        if (++Received == Count)
        {
            _done.TrySetResult();
        }
    }

    internal void Lose(Exception why)
    {
        if (Received < Count)
        {
            Lost = why;
        }

        _done.TrySetResult();
    }
}
