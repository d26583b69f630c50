using Sluice.Engine.Connectors;

namespace Sluice.Jobs.Placeholders;

/// <summary>The placeholders that make one instance of a job differ from another (S-27b), and their values.</summary>
internal sealed class UsedPlaceholders
{
    /// <summary>What stands under these keys decides nothing about rows: how fast they move, and who we are.</summary>
    private static readonly string[] s_free = ["setting", "username", "user"];

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ClockValue> _fromClock = new(StringComparer.Ordinal);

    public IReadOnlyList<KeyValuePair<string, string>> Values => [.. _values];

    /// <summary>Those whose values came from the clock.</summary>
    public IReadOnlyList<ClockValue> FromClock => [.. _fromClock.Values];

    /// <param name="keys">The keys of the script that lead to the text in which it stands.</param>
    /// <param name="fromClock">Null where its value is given.</param>
    public void Add(string name, string value, ClockValue? fromClock, IReadOnlyList<string> keys)
    {
        if (keys.Any(k => s_free.Contains(k) || k.Contains("password", StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        _values[name] = value;
        if (fromClock is not null)
        {
            _fromClock[name] = fromClock;
        }
    }
}
