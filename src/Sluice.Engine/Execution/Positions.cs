using System.Collections.Concurrent;
using Sluice.Engine.Connectors;

namespace Sluice.Engine.Execution;

/// <summary>What a sink has confirmed, per split: every row up to the position has its place in the books. A later run may
/// continue from here.</summary>
public sealed class Positions : IConfirmedPositions
{
    private readonly ConcurrentDictionary<string, SplitPosition> _confirmed = new(StringComparer.Ordinal);
    private int _finished;

    /// <summary>Splits that are read to their end and confirmed.</summary>
    public int FinishedSplits => Volatile.Read(ref _finished);

    /// <summary>Positions of one split arrive in order, from the one task that owns it.</summary>
    public void Confirm(Split split, Position position) => _confirmed[split.Id] = new SplitPosition(split, position);

    public void Finish() => Interlocked.Increment(ref _finished);

    public Position? Of(Split split) => _confirmed.TryGetValue(split.Id, out var found) ? found.Position : null;

    public IReadOnlyList<SplitPosition> All() => [.. _confirmed.Values];
}

/// <summary>What several sinks that share a source have all confirmed.</summary>
internal sealed class SharedPositions(IReadOnlyList<Positions> sinks) : IConfirmedPositions
{
    public Position? Of(Split split)
    {
        Position? least = null;
        foreach (var sink in sinks)
        {
            if (sink.Of(split) is not { } position)
            {
                return null;
            }

            if (least is null || position.Ordinal < least.Value.Ordinal)
            {
                least = position;
            }
        }

        return least;
    }

    public IReadOnlyList<SplitPosition> All() =>
        [.. sinks[0].All().Select(p => (p.Split, Position: Of(p.Split))).Where(p => p.Position is not null).Select(p => new SplitPosition(p.Split, p.Position!.Value))];
}
