using Sluice.Redis.Protocol;

namespace Sluice.Redis.Pipelining;

/// <summary>Takes replies as they arrive, arrays element by element, so that none has to be in memory whole. Called by the receive loop
/// of a connection, in order; what it throws ends the connection, so it had better note what went wrong and leave.</summary>
public interface IReplyReader
{
    /// <summary>The whole reply to a command: no aggregate, or a null one. Errors arrive here too.</summary>
    void Reply(int command, in RespReply reply);

    /// <summary>An array, a set or a map (keys and values counted) begins; so many elements follow.</summary>
    void Array(int command, long count);

    /// <summary>The next element of what <see cref="Array"/> began; an aggregate in it comes whole. It may be an error.</summary>
    void Element(int command, long index, in RespReply reply);
}
