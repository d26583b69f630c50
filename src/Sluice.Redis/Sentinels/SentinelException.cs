using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Sentinels;

/// <summary>Why sentinels name no master.</summary>
public enum SentinelProblem
{
    /// <summary>They know none of that name.</summary>
    UnknownMaster,
    /// <summary>What answers there is no sentinel.</summary>
    NoSentinel,
    /// <summary>It does not let us ask.</summary>
    Refused,
}

/// <summary>A sentinel answers, and no further attempt can make it name the master.</summary>
public sealed class SentinelException(string endpoint, SentinelProblem problem, string message)
    : RedisServerException(endpoint, new ServerError(message, ErrorClass.Stop), "sentinel")
{
    public SentinelProblem Problem { get; } = problem;
}
