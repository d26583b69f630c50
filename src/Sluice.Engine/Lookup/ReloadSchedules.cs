using Sluice.Engine.Types;

namespace Sluice.Engine.Lookup;

/// <summary>A load at intervals: a fixed time after the last one began, or ended. One that falls into the black list takes place at the end of
/// the period.</summary>
/// <param name="fromEnd">Whether the interval counts from the end of a load.</param>
internal sealed class IntervalReload(TimeSpan interval, bool fromEnd, BlackList? blackList) : IReloadSchedule
{
    public DateTimeOffset? Next(DateTimeOffset began, DateTimeOffset ended)
    {
        var from = fromEnd ? ended : began;
        if (interval >= DateTimeOffset.MaxValue - from - TimeSpan.FromDays(1))
        {
            return null;
        }

        var next = from + interval;
        next = next < ended ? ended : next;
        return blackList?.After(next) ?? next;
    }

    public string Describe() =>
        $"every {interval.TotalMilliseconds} ms{(fromEnd ? " after the last load" : "")}{(blackList is null ? "" : $", not {blackList}")}";
}

/// <summary>A load at a time of day, every so many days, the first time when the clock shows that time next. One that falls into the black
/// list takes place at the end of the period; the days count as if it had not.</summary>
/// <param name="time">Since midnight.</param>
/// <param name="zone">Whose clock shows it.</param>
internal sealed class TimedReload(TimeSpan time, TimeZoneInfo zone, int days, BlackList? blackList) : IReloadSchedule
{
    /// <summary>The day of the first reload, counted from 1970-01-01; known when the first load has begun.</summary>
    private int? _first;

    public DateTimeOffset? Next(DateTimeOffset began, DateTimeOffset ended)
    {
        var today = Calendar.Split(TimeZones.ToLocal(began.ToUnixTimeMilliseconds(), zone)).Days;
        _first ??= On(today) > began ? today : today + 1;
        var day = _first.Value + (Math.Max(0, today - _first.Value) / days * days);
        while (On(day) <= began || On(day) < ended)
        {
            day += days;
        }

        return blackList?.After(On(day)) ?? On(day);
    }

    public string Describe() =>
        $"at {time:hh\\:mm\\:ss} ({zone.Id}){(days == 1 ? " each day" : $" every {days} days")}{(blackList is null ? "" : $", not {blackList}")}";

    private DateTimeOffset On(int day) =>
        DateTimeOffset.FromUnixTimeMilliseconds(TimeZones.ToUtc((day * Calendar.MillisPerDay) + (long)time.TotalMilliseconds, zone));
}
