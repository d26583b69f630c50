using Sluice.Redis.Protocol;

namespace Sluice.Redis.Pipelining;

/// <summary>Takes the reply to the command with that index. Errors arrive here too.</summary>
public delegate void ReplyHandler(int command, in RespReply reply);

/// <summary>Commands on their way to a server, and what came back. Sent once; replies arrive in order.</summary>
public sealed class Exchange(ReadOnlyMemory<byte> bytes, int count, ReplyHandler? onReply = null)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReplyReader? _reader;
    private List<(int Command, ServerError Error)>? _errors;
    private long _elements;
    private long _element;

    /// <param name="reader">Takes arrays apart as they arrive.</param>
    public Exchange(ReadOnlyMemory<byte> bytes, int count, IReplyReader reader) : this(bytes, count) => _reader = reader;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>How many commands, and so replies.</summary>
    public int Count { get; } = count;

    /// <summary>Replies so far. Those of a lost exchange beyond this number are unknown.</summary>
    public int Received { get; private set; }

    /// <summary>The errors among the replies; those inside of arrays are none of these.</summary>
    public IReadOnlyList<(int Command, ServerError Error)> Errors => _errors ?? (IReadOnlyList<(int, ServerError)>)[];

    /// <summary>Why no more replies will come; null while they may, and when all have.</summary>
    public Exception? Lost { get; private set; }

    /// <summary>Whether a connection has taken it on; if not, the server has seen nothing of it.</summary>
    internal bool WasSent { get; set; }

    /// <summary>Whether arrays are wanted in parts: <see cref="TryTakePart"/> instead of <see cref="Take"/>.</summary>
    internal bool TakesApart => _reader is not null;

    /// <summary>Ends when every reply is here or the connection is lost. Never faults.</summary>
    public Task Completion => _done.Task;

    internal void Take(in RespReply reply)
    {
        if (reply.IsError)
        {
            (_errors ??= []).Add((Received, ServerError.Parse(reply.Content)));
        }

        onReply?.Invoke(Received, reply);
        Next();
    }

    /// <summary>Takes the next reply that is no aggregate, header of one or element of one. A message that belongs to no command
    /// stands between replies, never inside of one.</summary>
    /// <param name="push">Such a message, and nothing was taken; else of another kind.</param>
    /// <returns>False where it is not complete yet.</returns>
    internal bool TryTakePart(ReadOnlySpan<byte> received, out RespReply push, out int consumed)
    {
        push = default;
        if (_elements > 0)
        {
            return TryTakeElements(received, out consumed);
        }

        if (RespReader.IsHeader(received))
        {
            var isComplete = RespReader.TryReadHeader(received, out var count, out consumed);
            if (isComplete)
            {
                Begin(count);
            }

            return isComplete;
        }

        if (!RespReader.TryRead(received, out var reply, out consumed))
        {
            return false;
        }

        if (reply.Kind == RespKind.Push)
        {
            push = reply;
        }
        else
        {
            TakeWhole(reply);
        }

        return true;
    }

    internal void Lose(Exception why)
    {
        if (Received < Count)
        {
            Lost = why;
        }

        _done.TrySetResult();
    }

    private void Begin(long count)
    {
        if (count < 0)
        {
            _reader!.Reply(Received, new RespReply(RespKind.Null, default, 0));
            Next();
            return;
        }

        _reader!.Array(Received, count);
        (_elements, _element) = (count, 0);
        if (count == 0)
        {
            Next();
        }
    }

    /// <summary>As many elements as there are.</summary>
    private bool TryTakeElements(ReadOnlySpan<byte> received, out int consumed)
    {
        consumed = 0;
        while (_elements > 0 && RespReader.TryRead(received[consumed..], out var element, out var size))
        {
            consumed += size;
            _reader!.Element(Received, _element++, element);
            _elements--;
        }

        if (_elements == 0)
        {
            Next();
        }

        return consumed > 0;
    }

    private void TakeWhole(in RespReply reply)
    {
        if (!reply.IsAggregate)
        {
            if (reply.IsError)
            {
                (_errors ??= []).Add((Received, ServerError.Parse(reply.Content)));
            }

            _reader!.Reply(Received, reply);
            Next();
            return;
        }

        // It had an attribute in front.
        Begin(reply.Integer);
        if (reply.Integer > 0)
        {
            TryTakeElements(reply.Content, out _);
        }
    }

    private void Next()
    {
        if (++Received == Count)
        {
            _done.TrySetResult();
        }
    }
}
