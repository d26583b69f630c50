using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Engine.Options;

namespace Sluice.Sql.Binding;

/// <summary>Time zones as Java and Windows name them: <c>Asia/Shanghai</c>, <c>GMT+08:00</c>, <c>UTC+8</c>, <c>China Standard Time</c>.</summary>
internal static partial class TimeZones
{
    /// <summary>What is allowed, in words.</summary>
    public const string Allowed = "a name such as 'Europe/Berlin', an offset such as 'GMT+08:00' or 'UTC+8', or UTC";

    // Windows' names for the zones that most people live in; the runtime knows them only with its data about cultures, which is left out here.
    private static readonly Dictionary<string, string> s_windows = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AUS Central Standard Time"] = "Australia/Darwin",
        ["AUS Eastern Standard Time"] = "Australia/Sydney",
        ["Alaskan Standard Time"] = "America/Anchorage",
        ["Arab Standard Time"] = "Asia/Riyadh",
        ["Arabian Standard Time"] = "Asia/Dubai",
        ["Argentina Standard Time"] = "America/Argentina/Buenos_Aires",
        ["Atlantic Standard Time"] = "America/Halifax",
        ["Bangladesh Standard Time"] = "Asia/Dhaka",
        ["Cen. Australia Standard Time"] = "Australia/Adelaide",
        ["Central America Standard Time"] = "America/Guatemala",
        ["Central Asia Standard Time"] = "Asia/Almaty",
        ["Central Europe Standard Time"] = "Europe/Budapest",
        ["Central European Standard Time"] = "Europe/Warsaw",
        ["Central Standard Time"] = "America/Chicago",
        ["Central Standard Time (Mexico)"] = "America/Mexico_City",
        ["China Standard Time"] = "Asia/Shanghai",
        ["E. Africa Standard Time"] = "Africa/Nairobi",
        ["E. Australia Standard Time"] = "Australia/Brisbane",
        ["E. South America Standard Time"] = "America/Sao_Paulo",
        ["Eastern Standard Time"] = "America/New_York",
        ["Egypt Standard Time"] = "Africa/Cairo",
        ["FLE Standard Time"] = "Europe/Kiev",
        ["GMT Standard Time"] = "Europe/London",
        ["GTB Standard Time"] = "Europe/Bucharest",
        ["Greenwich Standard Time"] = "Atlantic/Reykjavik",
        ["Hawaiian Standard Time"] = "Pacific/Honolulu",
        ["India Standard Time"] = "Asia/Kolkata",
        ["Iran Standard Time"] = "Asia/Tehran",
        ["Israel Standard Time"] = "Asia/Jerusalem",
        ["Korea Standard Time"] = "Asia/Seoul",
        ["Mountain Standard Time"] = "America/Denver",
        ["Myanmar Standard Time"] = "Asia/Yangon",
        ["Nepal Standard Time"] = "Asia/Kathmandu",
        ["New Zealand Standard Time"] = "Pacific/Auckland",
        ["Newfoundland Standard Time"] = "America/St_Johns",
        ["Pacific SA Standard Time"] = "America/Santiago",
        ["Pacific Standard Time"] = "America/Los_Angeles",
        ["Pakistan Standard Time"] = "Asia/Karachi",
        ["Romance Standard Time"] = "Europe/Paris",
        ["Russian Standard Time"] = "Europe/Moscow",
        ["SA Pacific Standard Time"] = "America/Bogota",
        ["SE Asia Standard Time"] = "Asia/Bangkok",
        ["Singapore Standard Time"] = "Asia/Singapore",
        ["South Africa Standard Time"] = "Africa/Johannesburg",
        ["Sri Lanka Standard Time"] = "Asia/Colombo",
        ["Taipei Standard Time"] = "Asia/Taipei",
        ["Tokyo Standard Time"] = "Asia/Tokyo",
        ["Turkey Standard Time"] = "Europe/Istanbul",
        ["US Mountain Standard Time"] = "America/Phoenix",
        ["UTC"] = "UTC",
        ["W. Australia Standard Time"] = "Australia/Perth",
        ["W. Central Africa Standard Time"] = "Africa/Lagos",
        ["W. Europe Standard Time"] = "Europe/Berlin",
        ["West Asia Standard Time"] = "Asia/Tashkent",
    };

    public static bool TryFind(string id, out TimeZoneInfo zone)
    {
        if (id is "Z" or "UTC" or "GMT" or "UT")
        {
            zone = TimeZoneInfo.Utc;
            return true;
        }

        if (Offset().Match(id) is { Success: true } offset)
        {
            return TryOffset(offset, id, out zone);
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone!)
            || (s_windows.TryGetValue(id, out var name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!));
    }

    /// <summary>The nearest name of a zone; null where none is near.</summary>
    public static string? Nearest(string id) => NearestName.Of(id, TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Concat(s_windows.Keys));

    private static bool TryOffset(Match match, string id, out TimeZoneInfo zone)
    {
        var minutes = match.Groups["m"] is { Success: true, ValueSpan: var m } ? int.Parse(m, CultureInfo.InvariantCulture) : 0;
        var offset = new TimeSpan(int.Parse(match.Groups["h"].ValueSpan, CultureInfo.InvariantCulture), minutes, 0);
        if (minutes > 59 || offset > TimeSpan.FromHours(14))
        {
            zone = TimeZoneInfo.Utc;
            return false;
        }

        zone = TimeZoneInfo.CreateCustomTimeZone(id, match.Groups["s"].Value == "-" ? -offset : offset, id, id);
        return true;
    }

    [GeneratedRegex(@"^(?:GMT|UTC|UT)?(?<s>[+-])(?<h>\d{1,2})(?::?(?<m>\d{2}))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Offset();
}
