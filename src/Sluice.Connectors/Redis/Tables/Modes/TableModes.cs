namespace Sluice.Connectors.Redis.Tables.Modes;

/// <summary>What can become of a row of a table (S-22). One file per structure.</summary>
internal static class TableModes
{
    private static readonly TableMode[] s_modes = [new StringMode(), new ListMode(), new SetMode(), new HashMapMode(), new SortedSetMode()];
    private static readonly TableMode s_flatHash = new FlatHashMode();

    public static IReadOnlyList<string> Names { get; } = [.. s_modes.Select(m => m.Name)];

    /// <returns>Null where there is no such mode.</returns>
    public static TableMode? Find(string name, bool flattenHash)
    {
        var mode = s_modes.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return mode is HashMapMode && flattenHash ? s_flatHash : mode;
    }
}
