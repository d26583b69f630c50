using System.Collections.Concurrent;
using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Types;
using Calendar = Sluice.Engine.Types.Calendar;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>Times of day and moments, as Java converts them: a time that is skipped when clocks go forward is moved on by the gap.</summary>
internal static class Zones
{
    private const long FirstMillis = -62_135_596_800_000;
    private const long LastMillis = 253_402_300_799_999;
    private const int MaxCached = 1000;

    private static readonly ConcurrentDictionary<string, TimeZoneInfo> s_found = new(StringComparer.Ordinal);

    // Java's short names.
    private static readonly Dictionary<string, string> s_short = new(StringComparer.Ordinal)
    {
        ["EST"] = "-05:00",
        ["MST"] = "-07:00",
        ["HST"] = "-10:00",
        ["ACT"] = "Australia/Darwin",
        ["AET"] = "Australia/Sydney",
        ["AGT"] = "America/Argentina/Buenos_Aires",
        ["ART"] = "Africa/Cairo",
        ["AST"] = "America/Anchorage",
        ["BET"] = "America/Sao_Paulo",
        ["BST"] = "Asia/Dhaka",
        ["CAT"] = "Africa/Harare",
        ["CNT"] = "America/St_Johns",
        ["CST"] = "America/Chicago",
        ["CTT"] = "Asia/Shanghai",
        ["EAT"] = "Africa/Addis_Ababa",
        ["ECT"] = "Europe/Paris",
        ["IET"] = "America/Indiana/Indianapolis",
        ["IST"] = "Asia/Kolkata",
        ["JST"] = "Asia/Tokyo",
        ["MIT"] = "Pacific/Apia",
        ["NET"] = "Asia/Yerevan",
        ["NST"] = "Pacific/Auckland",
        ["PLT"] = "Asia/Karachi",
        ["PNT"] = "America/Phoenix",
        ["PRT"] = "America/Puerto_Rico",
        ["PST"] = "America/Los_Angeles",
        ["SST"] = "Pacific/Guadalcanal",
        ["VST"] = "Asia/Ho_Chi_Minh",
    };

    /// <summary>The offset from UTC at a moment, in milliseconds.</summary>
    public static long OffsetAt(long utcMillis, TimeZoneInfo zone)
    {
        if (ReferenceEquals(zone, TimeZoneInfo.Utc))
        {
            return 0;
        }

        var at = DateTime.UnixEpoch.AddTicks(Math.Clamp(utcMillis, FirstMillis, LastMillis) * TimeSpan.TicksPerMillisecond);
        return zone.GetUtcOffset(at).Ticks / TimeSpan.TicksPerMillisecond;
    }

    public static long ToLocal(long utcMillis, TimeZoneInfo zone) => utcMillis + OffsetAt(utcMillis, zone);

    /// <param name="later">Which of the two moments a time means that comes twice when clocks go back: java.time takes the earlier, and
    /// SimpleDateFormat the later.</param>
    public static long ToUtc(long localMillis, TimeZoneInfo zone, bool later = false)
    {
        var before = OffsetAt(localMillis - Calendar.MillisPerDay, zone);
        var after = OffsetAt(localMillis + Calendar.MillisPerDay, zone);
        if (before == after)
        {
            return localMillis - before;
        }

        var isBefore = OffsetAt(localMillis - before, zone) == before;
        var isAfter = OffsetAt(localMillis - after, zone) == after;
        return isAfter && (later || !isBefore) ? localMillis - after : localMillis - before;
    }

    /// <summary>A name such as Europe/Berlin, PST, GMT-08:00, UTC+8 or +08:00.</summary>
    /// <exception cref="DataException">There is no such zone.</exception>
    public static TimeZoneInfo Find(string name)
    {
        if (s_found.TryGetValue(name, out var zone))
        {
            return zone;
        }

        zone = Create(s_short.GetValueOrDefault(name, name))
            ?? throw new DataException($"'{name}' is no time zone; allowed are names such as Europe/Berlin, UTC, GMT-08:00 and +08:00");
        if (s_found.Count < MaxCached)
        {
            s_found[name] = zone;
        }

        return zone;
    }

    private static TimeZoneInfo? Create(string name)
    {
        if (name is "UTC" or "GMT" or "Z" or "UT" or "Etc/UTC")
        {
            return TimeZoneInfo.Utc;
        }

        var offset = name.StartsWith("GMT", StringComparison.Ordinal) || name.StartsWith("UTC", StringComparison.Ordinal) ? name[3..] : name;
        if (offset.Length > 1 && offset[0] is '+' or '-')
        {
            return ParseOffset(offset) is { } minutes ? TimeZoneInfo.CreateCustomTimeZone(name, TimeSpan.FromMinutes(minutes), name, name) : null;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
    }

    /// <summary>+8, +08, +0800, +08:00.</summary>
    private static int? ParseOffset(string text)
    {
        var digits = text[1..].Replace(":", "", StringComparison.Ordinal);
        if (digits.Length is < 1 or > 4 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var minutes = digits.Length <= 2 ? number * 60 : (number / 100 * 60) + (number % 100);
        return minutes > 14 * 60 ? null : text[0] == '-' ? -minutes : minutes;
    }
}
