using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups.Clusters;

/// <summary>Takes the replies to commands each of which has an ASKING in front: every other one.</summary>
internal sealed class AskingReader(IReplyReader reader) : IReplyReader
{
    /// <summary>Lets the next command pass at a node that does not serve its slot yet.</summary>
    public static ReadOnlySpan<byte> Asking => "*1\r\n$6\r\nASKING\r\n"u8;

    public void Reply(int command, in RespReply reply)
    {
        // Where an ASKING is refused, so is what follows it.
        if (command % 2 == 1)
        {
            reader.Reply(command / 2, reply);
        }
    }

    public void Array(int command, long count) => reader.Array(command / 2, count);

    public void Element(int command, long index, in RespReply reply) => reader.Element(command / 2, index, reply);
}
