using System.Collections.Concurrent;

namespace Sluice.Engine.Diagnostics;

/// <summary>Named figures of a job (S-36) that are not in its books. Names are those of the field: <c>currentSendTime</c>.</summary>
public sealed class Metrics
{
    /// <summary>What the lag of a split is called, its name behind: messages that are there and not yet read.</summary>
    public const string LagPrefix = "lag.";

    /// <summary>What the figures of a dimension table are called, its name and the figure's behind: <c>lookup.users.hitCount</c>.</summary>
    public const string LookupPrefix = "lookup.";

    private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);

    public void Set(string name, double value) => _values[name] = value;

    /// <summary>Allocates nothing where the figure is there already.</summary>
    public void Add(string name, double value) => _values.AddOrUpdate(name, static (_, first) => first, static (_, old, more) => old + more, value);

    public IReadOnlyDictionary<string, double> Snapshot() => new SortedDictionary<string, double>(_values, StringComparer.Ordinal);
}
