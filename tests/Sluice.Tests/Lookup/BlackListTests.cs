using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>Times without a reload, in all notations, and when the loads take place that they put off.</summary>
public sealed class BlackListTests
{
    private const string Daily = "12:00 -> 14:00, 22:00 -> 2:00";

    private static readonly Place s_place = new("script.sql", 3, 7, "");
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2017-10-24 14:00 -> 2017-10-24 15:00", "2017-10-24 13:59:59", null)]
    [InlineData("2017-10-24 14:00 -> 2017-10-24 15:00", "2017-10-24 14:00:00", "2017-10-24 15:00:00")]
    [InlineData("2017-10-24 14:00 -> 2017-10-24 15:00", "2017-10-24 14:59:59", "2017-10-24 15:00:00")]
    [InlineData("2017-10-24 14:00 -> 2017-10-24 15:00", "2017-10-24 15:00:00", null)]
    [InlineData("2017-10-24 14:00 -> 2017-10-24 15:00", "2017-10-25 14:30:00", null)]
    [InlineData("2017-11-10 23:30 -> 2017-11-11 08:00", "2017-11-11 00:00:00", "2017-11-11 08:00:00")]
    [InlineData("2017-11-10 23:30 -> 2017-11-11 08:00", "2017-11-11 23:30:00", null)]
    [InlineData("2017-12-31 23:30 -> 2018-01-02 8:00", "2018-01-01 12:00:00", "2018-01-02 08:00:00")]
    [InlineData(Daily, "2020-02-28 11:59:59", null)]
    [InlineData(Daily, "2020-02-28 12:00:00", "2020-02-28 14:00:00")]
    [InlineData(Daily, "2020-02-28 21:59:59", null)]
    [InlineData(Daily, "2020-02-28 22:00:00", "2020-02-29 02:00:00")]
    [InlineData(Daily, "2020-02-29 00:00:00", "2020-02-29 02:00:00")]
    [InlineData(Daily, "2020-02-29 02:00:00", null)]
    [InlineData("12:00:30->12:00:45", "2020-02-28 12:00:29", null)]
    [InlineData("12:00:30->12:00:45", "2020-02-28 12:00:30", "2020-02-28 12:00:45")]
    [InlineData("23:00 -> 0:00", "2020-02-28 23:15:00", "2020-02-29 00:00:00")]
    [InlineData("0:00 -> 23:59:59", "2020-02-28 00:00:00", "2020-02-28 23:59:59")]
    public void A_moment_in_a_period_becomes_its_end(string list, string moment, string? end) => Assert.Equal(end ?? moment, After(list, moment, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("12:00 -> 14:00, 13:00 -> 15:00", "2020-02-28 12:30:00", "2020-02-28 15:00:00")]
    [InlineData("12:00 -> 14:00, 14:00 -> 15:00", "2020-02-28 12:30:00", "2020-02-28 15:00:00")]
    [InlineData("12:00 -> 18:00, 13:00 -> 15:00", "2020-02-28 13:30:00", "2020-02-28 18:00:00")]
    [InlineData("22:00 -> 2:00, 2020-02-29 01:00 -> 2020-03-01 23:00", "2020-02-28 23:00:00", "2020-03-02 02:00:00")]
    public void Periods_may_overlap_and_follow_one_another(string list, string moment, string end) => Assert.Equal(end, After(list, moment, TimeZoneInfo.Utc));

    [Fact]
    public void A_period_is_what_the_clock_of_the_session_shows()
    {
        // 12:00 in Berlin is 11:00 UTC in winter and 10:00 UTC in summer.
        Assert.Equal("2020-02-28 13:00:00", After("12:00 -> 14:00", "2020-02-28 11:00:00", s_berlin));
        Assert.Equal("2020-07-28 12:00:00", After("12:00 -> 14:00", "2020-07-28 10:00:00", s_berlin));
        Assert.Equal("2020-07-28 09:59:59", After("12:00 -> 14:00", "2020-07-28 09:59:59", s_berlin));
    }

    [Fact]
    public void A_period_lasts_longer_where_the_clock_is_put_back_in_it()
    {
        // On 2020-10-25 at 3:00 summer time (1:00 UTC) it is 2:00 again: 1:00 to 4:00 are four hours, from 23:00 UTC to 3:00 UTC.
        Assert.Equal("2020-10-25 03:00:00", After("1:00 -> 4:00", "2020-10-24 23:00:00", s_berlin));

        // Half past two comes twice, and the hour before it too: the period is there again.
        Assert.Equal("2020-10-25 00:30:00", After("2:00 -> 2:30", "2020-10-25 00:10:00", s_berlin));
        Assert.Equal("2020-10-25 00:45:00", After("2:00 -> 2:30", "2020-10-25 00:45:00", s_berlin));
        Assert.Equal("2020-10-25 01:30:00", After("2:00 -> 2:30", "2020-10-25 01:10:00", s_berlin));
    }

    [Fact]
    public void A_period_is_over_with_its_end_where_the_clock_is_put_forward_in_it()
    {
        // On 2020-03-29 at 2:00 (1:00 UTC) it is 3:00: 1:00 to 4:00 are two hours, from 0:00 UTC. The load is not early.
        var end = After("1:00 -> 4:00", "2020-03-29 00:00:00", s_berlin);
        Assert.True(string.CompareOrdinal(end, "2020-03-29 02:00:00") >= 0, end);
        Assert.Equal("2020-03-29 02:00:00", After("1:00 -> 4:00", "2020-03-29 01:00:00", s_berlin));
    }

    [Theory]
    [InlineData("2017-02-30 14:00 -> 2017-03-01 15:00", "\"2017-02-30\" is no date")]
    [InlineData("2017/10/24 14:00 -> 2017-10-24 15:00", "\"2017/10/24\" is no date")]
    [InlineData("25:00 -> 2:00", "\"25:00\" is no time from 0:00 to 23:59:59")]
    [InlineData("12:60 -> 14:00", "\"12:60\" is no time")]
    [InlineData("12 -> 14", "\"12\" is no time")]
    [InlineData("22:00 -> 24:00", "\"24:00\" is no time")]
    [InlineData("2017-10-24 15:00 -> 2017-10-24 14:00", "it ends before it begins")]
    [InlineData("2017-10-24 15:00 -> 2017-10-24 15:00", "it ends before it begins")]
    [InlineData("12:00 -> 12:00", "it ends when it begins")]
    [InlineData("12:00 - 14:00", "a period is two times with one -> between")]
    [InlineData("12:00 -> 13:00 -> 14:00", "a period is two times with one -> between")]
    [InlineData("2017-10-24 14:00 -> 15:00", "both times have a date, or none of them has")]
    [InlineData("14:00 -> 2017-10-24 15:00", "both times have a date, or none of them has")]
    [InlineData("12:00 -> 14:00,", "a period is two times with one -> between")]
    [InlineData("", "a period is two times with one -> between")]
    [InlineData(" -> 14:00", "is no time")]
    [InlineData("0:00 -> 12:00, 12:00 -> 0:00", "its daily periods leave no time for a load")]
    [InlineData("22:00 -> 13:00, 12:00 -> 22:30", "its daily periods leave no time for a load")]
    public void A_wrong_period_is_refused_with_its_place_and_what_is_allowed(string list, string reason)
    {
        var failure = Assert.Throws<ConfigException>(() => BlackList.Parse(list, TimeZoneInfo.Utc, s_place));
        Assert.StartsWith("script.sql:3:7: 'cacheReloadTimeBlackList' ", failure.Message);
        Assert.Contains(reason, failure.Message);
    }

    [Fact]
    public void An_interval_counts_from_the_beginning_or_the_end_of_the_last_load_and_never_in_a_period()
    {
        var list = BlackList.Parse(Daily, TimeZoneInfo.Utc, s_place);
        var minute = TimeSpan.FromMinutes(1);
        Assert.Equal("2020-01-01 10:01:00", Next(new IntervalReload(minute, false, list), "2020-01-01 10:00:00", "2020-01-01 10:00:30"));
        Assert.Equal("2020-01-01 10:01:30", Next(new IntervalReload(minute, true, list), "2020-01-01 10:00:00", "2020-01-01 10:00:30"));
        Assert.Equal("2020-01-01 10:05:00", Next(new IntervalReload(minute, false, list), "2020-01-01 10:00:00", "2020-01-01 10:05:00"));
        Assert.Equal("2020-01-01 14:00:00", Next(new IntervalReload(minute, false, list), "2020-01-01 11:59:30", "2020-01-01 11:59:31"));
        Assert.Equal("2020-01-01 11:59:59", Next(new IntervalReload(minute, false, null), "2020-01-01 11:58:59", "2020-01-01 11:59:00"));
    }

    [Fact]
    public void A_time_of_day_comes_every_so_many_days_counted_from_the_first()
    {
        var daily = new TimedReload(new TimeSpan(10, 15, 0), TimeZoneInfo.Utc, 1, null);
        Assert.Equal("2020-01-01 10:15:00", Next(daily, "2020-01-01 09:00:00", "2020-01-01 09:00:01"));
        Assert.Equal("2020-01-02 10:15:00", Next(daily, "2020-01-01 10:15:00", "2020-01-01 10:16:00"));
        Assert.Equal("2020-01-05 10:15:00", Next(daily, "2020-01-02 10:15:00", "2020-01-04 12:00:00"));

        var third = new TimedReload(new TimeSpan(10, 15, 0), TimeZoneInfo.Utc, 3, null);
        Assert.Equal("2020-01-02 10:15:00", Next(third, "2020-01-01 11:00:00", "2020-01-01 11:00:01"));
        Assert.Equal("2020-01-05 10:15:00", Next(third, "2020-01-02 10:15:00", "2020-01-02 10:15:01"));
        Assert.Equal("2020-01-08 10:15:00", Next(third, "2020-01-05 10:15:00", "2020-01-05 10:15:01"));

        var late = new TimedReload(new TimeSpan(13, 0, 0), TimeZoneInfo.Utc, 1, BlackList.Parse(Daily, TimeZoneInfo.Utc, s_place));
        Assert.Equal("2020-01-01 14:00:00", Next(late, "2020-01-01 09:00:00", "2020-01-01 09:00:01"));
        Assert.Equal("2020-01-02 14:00:00", Next(late, "2020-01-01 14:00:00", "2020-01-01 14:00:01"));

        // 10:15 in Berlin, across the change to summer time.
        var berlin = new TimedReload(new TimeSpan(10, 15, 0), s_berlin, 1, null);
        Assert.Equal("2020-03-28 09:15:00", Next(berlin, "2020-03-28 09:00:00", "2020-03-28 09:00:00"));
        Assert.Equal("2020-03-29 08:15:00", Next(berlin, "2020-03-28 09:15:00", "2020-03-28 09:15:00"));
    }

    [Fact]
    public void A_schedule_describes_itself()
    {
        var list = BlackList.Parse("12:00 -> 14:00, 2017-11-10 23:30 -> 2017-11-11 08:00:30", TimeZoneInfo.Utc, s_place);
        Assert.Equal("every 60000 ms, not from 12:00 to 14:00, from 2017-11-10 23:30 to 2017-11-11 08:00:30", new IntervalReload(TimeSpan.FromMinutes(1), false, list).Describe());
        Assert.Equal("every 60000 ms after the last load", new IntervalReload(TimeSpan.FromMinutes(1), true, null).Describe());
        Assert.Equal("at 10:15:00 (UTC) every 2 days", new TimedReload(new TimeSpan(10, 15, 0), TimeZoneInfo.Utc, 2, null).Describe());
    }

    private static string After(string list, string moment, TimeZoneInfo zone) => Show(BlackList.Parse(list, zone, s_place).After(Utc(moment)));

    private static string Next(IReloadSchedule schedule, string began, string ended) => Show(schedule.Next(Utc(began), Utc(ended))!.Value);

    private static DateTimeOffset Utc(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Show(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
