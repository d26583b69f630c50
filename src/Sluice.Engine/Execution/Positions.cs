using System.Collections.Concurrent;
using Sluice.Engine.Connectors;

namespace Sluice.Engine.Execution;

/// <summary>What sinks have confirmed, per split: every row up to the position has its place in the books. A later run may
/// continue from here.</summary>
public sealed class Positions
{
    private readonly ConcurrentDictionary<string, Position> _confirmed = new(StringComparer.Ordinal);
    private int _finished;

    /// <summary>Splits that are read to their end and confirmed.</summary>
    public int FinishedSplits => Volatile.Read(ref _finished);

    public IReadOnlyDictionary<string, Position> Confirmed => _confirmed;

    /// <summary>Positions of one split arrive in order, from the one task that owns it.</summary>
    public void Confirm(Split split, Position position) => _confirmed[split.Id] = position;

    public void Finish() => Interlocked.Increment(ref _finished);
}
