namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary>What a dimension table can be read from (S-28). One file per structure.</summary>
internal static class LookupModes
{
    private static readonly LookupMode[] s_modes = [new StringLookup(), new ListLookup(), new SetLookup(), new HashLookup(), new SortedSetLookup()];

    /// <summary>With a primary key of two columns.</summary>
    private static readonly LookupMode s_score = new ScoreLookup();

    public static IReadOnlyList<string> Names { get; } = [.. s_modes.Select(m => m.Name)];

    /// <summary>With <c>hashName</c>.</summary>
    public static LookupMode OneHash { get; } = new HashNameLookup();

    /// <returns>Null where there is no such mode.</returns>
    public static LookupMode? Find(string name, int keyColumns)
    {
        var mode = Array.Find(s_modes, m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return mode is SortedSetLookup && keyColumns == 2 ? s_score : mode;
    }
}
