using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Clustering;

/// <summary>Commands of one block on their way to one node.</summary>
internal sealed class BlockPart(NodeLane lane)
{
    /// <summary>In the place of a command: an ASKING, which lets the next one pass.</summary>
    public const int Asking = -1;

    public NodeLane Lane { get; set; } = lane;

    public RespWriter Writer { get; } = new();

    public List<int> Commands { get; } = [];

    /// <summary>Null where there was no connection to send it over.</summary>
    public Exchange? Exchange { get; set; }

    public RedisConnection? Connection { get; set; }

    public bool IsAnswered => Exchange is { Completion.IsCompleted: true, Lost: null };

    public bool HasFailed => Exchange is null or { Completion.IsCompleted: true, Lost: not null };
}
