using Sluice.Redis.Protocol;

namespace Sluice.Redis.Pipelining;

/// <summary>The bounds of a pipeline.</summary>
public sealed record PipelineOptions
{
    /// <summary>Blocks in flight at most.</summary>
    public int MaxBlocks { get; init; } = 16;

    /// <summary>Bytes in flight at most; a single larger block still goes.</summary>
    public long MaxBytes { get; init; } = 4 << 20;

    /// <summary>How long one block may take with all its attempts, connecting included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether sending a command twice is the same as sending it once. Where it is not (list pushes), only one block
    /// is in flight at a time, and only what was not acknowledged is sent again.</summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>Told now and then while the server is waited for: how long that lasts by now, and why.</summary>
    public Action<TimeSpan, string>? Waiting { get; init; }
}

/// <summary>Knows what the commands of a block mean.</summary>
public interface ICommandOwner
{
    /// <summary>A command was refused for good. The owner either accepts that, or appends commands to the block that take its place.</summary>
    void Refused(CommandBlock block, int command, ServerError error);

    /// <summary>A command whose fate is unknown is about to be sent again, though it cannot be repeated without effect.</summary>
    void Repeating(CommandBlock block, int command);

    /// <summary>Every command of the block is acknowledged or refused; the owner may use the block again.</summary>
    void Settled(CommandBlock block);
}
