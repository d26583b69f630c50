using Sluice.Redis.Pipelining;

namespace Sluice.Redis.Units;

/// <summary>Knows what the commands of a unit mean. What it refuses cannot be replaced by other commands: the position has moved on.</summary>
public interface IUnitOwner : ICommandOwner
{
    /// <summary>Where a unit was applied but its replies were lost, the type of a key tells whether a command was refused.</summary>
    /// <param name="type">What the command needs at that key, as TYPE calls it.</param>
    /// <returns>False where the command cannot have been refused for it.</returns>
    bool NeedsType(CommandBlock block, int command, out ReadOnlySpan<byte> key, out string type);

    /// <summary>A command was applied by an earlier run, and is not applied again.</summary>
    void Covered(CommandBlock block, int command);
}
