namespace Sluice.Engine.Types;

/// <summary>Moments and what clocks show, in milliseconds since 1970-01-01 00:00:00.</summary>
public static class TimeZones
{
    private const long MinMillis = -62_135_596_800_000;
    private const long MaxMillis = 253_402_300_799_999;

    /// <summary>What the clock of a zone shows at a moment.</summary>
    public static long ToLocal(long utcMillis, TimeZoneInfo zone) => utcMillis + OffsetAt(utcMillis, zone);

    /// <summary>The moment at which a zone's clock shows this. What it shows twice is the earlier moment; what it leaves out is as far
    /// after the change as the text is after the clock's jump. Both are what Java does.</summary>
    public static long ToUtc(long localMillis, TimeZoneInfo zone)
    {
        var before = OffsetAt(localMillis - Calendar.MillisPerDay, zone);
        var after = OffsetAt(localMillis + Calendar.MillisPerDay, zone);
        return before == after || OffsetAt(localMillis - before, zone) == before || OffsetAt(localMillis - after, zone) != after
            ? localMillis - before
            : localMillis - after;
    }

    /// <summary>How far the clock is ahead of UTC.</summary>
    private static long OffsetAt(long utcMillis, TimeZoneInfo zone) => ReferenceEquals(zone, TimeZoneInfo.Utc)
        ? 0
        : (long)zone.GetUtcOffset(new DateTime((Math.Clamp(utcMillis, MinMillis, MaxMillis) - MinMillis) * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc)).TotalMilliseconds;
}
