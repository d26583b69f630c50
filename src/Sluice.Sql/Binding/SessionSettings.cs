using System.Globalization;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;

namespace Sluice.Sql.Binding;

/// <summary>What SET has said so far (S-20a). Each statement is compiled with what was said before it.</summary>
/// <param name="localZone">The session's time zone where the script names none.</param>
internal sealed class SessionSettings(TimeZoneInfo localZone)
{
    public const string DirtyLimit = "sluice.dirty-records.limit";
    public const string PipelineName = "pipeline.name";
    public const string LocalTimeZone = "table.local-time-zone";
    public const string NotNullEnforcer = "table.exec.sink.not-null-enforcer";
    public const string DefaultParallelism = "parallelism.default";
    public const string TableParallelism = "table.exec.resource.default-parallelism";
    public const string AsyncLookupOutput = "table.exec.async-lookup.output-mode";

    private const int MaxParallelism = 1024;

    /// <summary>Keys that begin so are Flink's own: those that mean nothing here are let pass.</summary>
    private static readonly string[] s_foreignPrefixes = ["table.", "execution.", "parallelism.", "pipeline.", "state.", "restart-strategy.", "sql-client."];

    private static readonly string[] s_foreignKeys = ["restart-strategy", "parallelism"];

    /// <summary>Keys of Flink that would change what comes out, and the one value that is what is done here.</summary>
    private static readonly (string Key, string Only, string Why)[] s_fixed =
    [
        ("table.exec.sink.type-length-enforcer", "IGNORE", "values are not cut or padded to the length of their type"),
        ("table.exec.legacy-cast-behaviour", "DISABLED", "a CAST that fails stops the job; TRY_CAST gives NULL"),
        ("table.sql-dialect", "default", "there is no other dialect"),
    ];

    private static readonly string[] s_known = [DirtyLimit, PipelineName, LocalTimeZone, NotNullEnforcer, DefaultParallelism, TableParallelism, AsyncLookupOutput];

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    public TimeZoneInfo Zone => _values.TryGetValue(LocalTimeZone, out var id) && TimeZones.TryFind(id, out var zone) ? zone : localZone;

    public string? Name => _values.GetValueOrDefault(PipelineName);

    /// <summary>Whether a row with a NULL where the sink takes none is left out; else it fails the job.</summary>
    public bool DropsNulls => string.Equals(_values.GetValueOrDefault(NotNullEnforcer), "DROP", StringComparison.OrdinalIgnoreCase);

    /// <summary>All that is set, by key.</summary>
    public IReadOnlyDictionary<string, string> Snapshot() => new SortedDictionary<string, string>(_values, StringComparer.Ordinal);

    public JobSettings JobSettings() => new()
    {
        Concurrent = Number(TableParallelism) is > 0 and var tables ? tables : Number(DefaultParallelism) ?? 1,
        DirtyLimit = new DirtyLimit(Number(DirtyLimit) ?? 0, null),
    };

    /// <returns>What is wrong with the value; null where it was taken.</returns>
    public string? Set(string key, string value, Action<string> warn)
    {
        if (Wrong(key, value) is { } wrong)
        {
            return wrong;
        }

        if (!IsKnown(key))
        {
            var nearest = NearestName.Of(key, s_known);
            warn($"unknown setting '{key}'" + (nearest is null ? "; it has no effect here" : $"; did you mean '{nearest}'? It has no effect here"));
        }

        _values[key] = value;
        return null;
    }

    public string? Get(string key) => _values.GetValueOrDefault(key);

    /// <param name="key">Null resets all.</param>
    public void Reset(string? key)
    {
        if (key is null)
        {
            _values.Clear();
        }
        else
        {
            _values.Remove(key);
        }
    }

    private static bool IsKnown(string key) =>
        s_known.Contains(key) || s_foreignKeys.Contains(key) || s_foreignPrefixes.Any(p => key.StartsWith(p, StringComparison.Ordinal));

    private static string? Wrong(string key, string value)
    {
        switch (key)
        {
            case LocalTimeZone when !TimeZones.TryFind(value, out _):
                return $"there is no time zone '{value}'" + (TimeZones.Nearest(value) is { } nearest ? $"; did you mean '{nearest}'?" : "") + $"; allowed: {TimeZones.Allowed}";
            case DirtyLimit when !IsNumber(value, 0, int.MaxValue):
                return $"'{key}' is '{value}'; allowed: a whole number from 0";
            case DefaultParallelism when !IsNumber(value, 1, MaxParallelism):
                return $"'{key}' is '{value}'; allowed: a whole number from 1 to {MaxParallelism}";
            case TableParallelism when value != "-1" && !IsNumber(value, 1, MaxParallelism):
                return $"'{key}' is '{value}'; allowed: a whole number from 1 to {MaxParallelism}, or -1 for '{DefaultParallelism}'";
            case NotNullEnforcer when value.ToUpperInvariant() is not ("ERROR" or "DROP"):
                return $"'{key}' is '{value}'; allowed: ERROR, DROP";
            case AsyncLookupOutput when value.ToUpperInvariant() is not ("ORDERED" or "ALLOW_UNORDERED"):
                return $"'{key}' is '{value}'; allowed: ORDERED, ALLOW_UNORDERED";
            case PipelineName when value.Length == 0:
                return $"'{key}' is empty; allowed: a name";
        }

        var found = s_fixed.FirstOrDefault(f => f.Key == key);
        return found.Key is not null && !value.Equals(found.Only, StringComparison.OrdinalIgnoreCase)
            ? $"'{key}' is '{value}'; allowed here: {found.Only} ({found.Why})"
            : null;
    }

    private int? Number(string key) => _values.TryGetValue(key, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static bool IsNumber(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max;
}
