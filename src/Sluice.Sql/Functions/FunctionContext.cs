namespace Sluice.Sql.Functions;

/// <summary>What functions may know of the session.</summary>
/// <param name="Zone">The session's time zone.</param>
/// <param name="Clock">The time.</param>
internal sealed record FunctionContext(TimeZoneInfo Zone, TimeProvider Clock)
{
    /// <summary>Milliseconds since 1970-01-01 UTC that a batch begins with: one time for all rows of it.</summary>
    public long Now { get; set; } = Clock.GetUtcNow().ToUnixTimeMilliseconds();
}
