namespace Sluice.Engine.Options;

/// <summary>Keys that other platforms carry in their scripts and that mean nothing here. They are accepted silently (S-3);
/// <c>docs/job-scripts.md</c> lists them. A key that changes which rows go where, how fast, or what happens on failure does not
/// belong here, even while it is not supported: it must be heard of.</summary>
public static class ForeignKeys
{
    public static readonly IReadOnlyList<string> All =
    [
        // Who owns the job and where it is scheduled.
        "guid", "extend", "transform", "commonParameter", "traceId", "projectId", "nodeId",
        "resourceGroup", "resourceGroupId", "resourceGroupIdentifier", "scheduleResgroupId",

        // How another platform's process is sized, logged and supervised.
        "jvmOption", "entry", "executeMode", "failoverEnable", "locale", "dmu", "cu", "log", "metricPluginConf",

        // What an editor stores for itself.
        "displayName", "description", "comment", "_comment", "gui", "copies", "distribute",

        // What a wizard copies from a data source or a table.
        "envType", "useSpecialSecret", "datasourceType", "tableComment", "indexes", "partitionKey",
    ];

    private static readonly HashSet<string> s_all = new(All, StringComparer.Ordinal);

    public static bool Contains(string key) => s_all.Contains(key);
}
