using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Types;
using Calendar = Sluice.Engine.Types.Calendar;

namespace Sluice.Engine.Lookup;

/// <summary>Times at which an ALL cache is not loaded again (<c>cacheReloadTimeBlackList</c>, S-30): while the clock of the session's time zone
/// shows a time of one of the periods. A period begins with its first moment and ends before its last: a load at its end is allowed.</summary>
internal sealed class BlackList
{
    private const string Arrow = "->";

    private const string Allowed =
        "periods with commas between, each on one day (2017-10-24 14:00 -> 2017-10-24 15:00), across days (2017-11-10 23:30 -> 2017-11-11 08:00) or daily (12:00 -> 14:00, 22:00 -> 2:00)";

    private readonly IReadOnlyList<Period> _periods;
    private readonly TimeZoneInfo _zone;

    private BlackList(IReadOnlyList<Period> periods, TimeZoneInfo zone) => (_periods, _zone) = (periods, zone);

    /// <exception cref="ConfigException">It is not in one of the three notations, or leaves no time at all.</exception>
    public static BlackList Parse(string text, TimeZoneInfo zone, Place place)
    {
        List<Period> periods = [.. text.Split(',').Select(p => ParsePeriod(p.Trim(), place))];
        if (CoverDay([.. periods.OfType<Daily>()]))
        {
            throw new ConfigException(place, $"'cacheReloadTimeBlackList' is \"{text}\": its daily periods leave no time for a load; leave some, or have no reload at all (no 'cacheTTLMs')");
        }

        return new BlackList(periods, zone);
    }

    /// <summary>The first moment, from this one on, that is in none of the periods.</summary>
    public DateTimeOffset After(DateTimeOffset moment)
    {
        var utc = moment.ToUnixTimeMilliseconds();
        while (Rest(TimeZones.ToLocal(utc, _zone)) is > 0 and var rest)
        {
            // The clock may have been put back meanwhile: then it is still in the period.
            utc += rest;
        }

        return utc == moment.ToUnixTimeMilliseconds() ? moment : DateTimeOffset.FromUnixTimeMilliseconds(utc);
    }

    public override string ToString() => string.Join(", ", _periods);

    /// <summary>Milliseconds until the end of the period that lasts longest of those that a time is in; 0 where it is in none.</summary>
    private long Rest(long local)
    {
        var longest = 0L;
        foreach (var period in _periods)
        {
            longest = Math.Max(longest, period.Rest(local));
        }

        return longest;
    }

    /// <summary>Whether somebody who goes from end to end never comes out.</summary>
    private static bool CoverDay(IReadOnlyList<Daily> periods)
    {
        var time = 0L;
        while (time < 2 * Calendar.MillisPerDay)
        {
            var rest = periods.Count == 0 ? 0 : periods.Max(p => p.Rest(time));
            if (rest == 0)
            {
                return false;
            }

            time += rest;
        }

        return true;
    }

    private static Period ParsePeriod(string text, Place place)
    {
        var parts = text.Split(Arrow);
        if (parts.Length != 2)
        {
            throw Wrong(text, $"a period is two times with one {Arrow} between", place);
        }

        var (fromDay, from) = ParseMoment(parts[0].Trim(), text, place);
        var (toDay, to) = ParseMoment(parts[1].Trim(), text, place);
        if (fromDay is null != toDay is null)
        {
            throw Wrong(text, "both times have a date, or none of them has", place);
        }

        if (fromDay is null)
        {
            return from == to ? throw Wrong(text, "it ends when it begins", place) : new Daily(from, to);
        }

        var (start, end) = ((fromDay.Value * Calendar.MillisPerDay) + from, (toDay!.Value * Calendar.MillisPerDay) + to);
        return end <= start ? throw Wrong(text, "it ends before it begins", place) : new Dated(start, end);
    }

    /// <returns>The day since 1970-01-01, or null where there is none, and the milliseconds of the day.</returns>
    private static (int? Day, long Millis) ParseMoment(string text, string period, Place place)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is not (1 or 2))
        {
            throw Wrong(period, $"\"{text}\" is no time: HH:mm or HH:mm:ss, with or without a date (yyyy-MM-dd) before it", place);
        }

        int? day = null;
        if (parts.Length == 2)
        {
            day = DateOnly.TryParseExact(parts[0], ["yyyy-M-d"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? Calendar.DaysOf(date.Year, date.Month, date.Day)
                : throw Wrong(period, $"\"{parts[0]}\" is no date (yyyy-MM-dd)", place);
        }

        return TimeOnly.TryParseExact(parts[^1], ["H:mm", "H:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? (day, time.Ticks / TimeSpan.TicksPerMillisecond)
            : throw Wrong(period, $"\"{parts[^1]}\" is no time from 0:00 to 23:59:59", place);
    }

    private static ConfigException Wrong(string period, string reason, Place place) =>
        new(place, $"'cacheReloadTimeBlackList' has the period \"{period}\": {reason}; allowed: {Allowed}");

    private abstract record Period
    {
        /// <summary>Milliseconds from a time that the clock shows to the end of the period; 0 where it is not in it.</summary>
        public abstract long Rest(long local);
    }

    private sealed record Daily(long From, long To) : Period
    {
        public override long Rest(long local)
        {
            long time = Calendar.Split(local).Millis;
            return (From < To ? time >= From && time < To : time >= From || time < To)
                ? (To - time + Calendar.MillisPerDay) % Calendar.MillisPerDay
                : 0;
        }

        public override string ToString() => $"from {Show(From)} to {Show(To)}";

        private static string Show(long millis) => TimeOnly.MinValue.Add(TimeSpan.FromMilliseconds(millis)).ToString(millis % 60_000 == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private sealed record Dated(long From, long To) : Period
    {
        public override long Rest(long local) => local >= From && local < To ? To - local : 0;

        public override string ToString() => $"from {Show(From)} to {Show(To)}";

        private static string Show(long millis) => DateTimeOffset.FromUnixTimeMilliseconds(millis).ToString(millis % 60_000 == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }
}
