namespace Sluice.Engine.Options;

/// <summary>Keys that other platforms carry in their scripts and that mean nothing here. They are accepted silently (S-3);
/// <c>docs/job-scripts.md</c> lists them.</summary>
public static class ForeignKeys
{
    public static readonly IReadOnlyList<string> All =
    [
        "envType", "guid", "jvmOption", "executeMode", "useSpecialSecret",
    ];

    private static readonly HashSet<string> s_all = new(All, StringComparer.Ordinal);

    public static bool Contains(string key) => s_all.Contains(key);
}
