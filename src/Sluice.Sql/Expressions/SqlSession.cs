namespace Sluice.Sql.Expressions;

/// <summary>What expressions may know of the session they run in.</summary>
/// <param name="Zone">The session's time zone (<c>table.local-time-zone</c>).</param>
/// <param name="Settings">Everything that was SET, by its key.</param>
internal sealed record SqlSession(TimeZoneInfo Zone, TimeProvider Clock, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>UTC, the machine's clock and no settings.</summary>
    public static SqlSession Utc { get; } = new(TimeZoneInfo.Utc, TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal));
}
