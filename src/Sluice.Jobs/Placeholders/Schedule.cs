using System.Globalization;
using Sluice.Engine.Errors;

namespace Sluice.Jobs.Placeholders;

/// <summary>The two times that scheduling parameters count from (S-4).</summary>
/// <param name="BusinessDate">The day whose data is moved, at midnight.</param>
/// <param name="CycleTime">When the run is due.</param>
internal sealed record Schedule(DateTime BusinessDate, DateTime CycleTime)
{
    private const string DateFormat = "yyyyMMdd";
    private const string TimeFormat = "yyyyMMddHHmmss";

    public string BizDate => BusinessDate.ToString(DateFormat, CultureInfo.InvariantCulture);

    public string CycTime => CycleTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>What the command line says, else the day before now and now, in the local time of the clock.</summary>
    public static Schedule Of(ScriptOptions options)
    {
        var now = options.Clock.GetLocalNow().DateTime;
        return new Schedule(
            Read("--bizdate", options.BizDate, DateFormat, "20260131") ?? now.Date.AddDays(-1),
            Read("--cyctime", options.CycTime, TimeFormat, "20260131083000") ?? now);
    }

    private static DateTime? Read(string option, string? given, string format, string example)
    {
        if (given is null)
        {
            return null;
        }

        return DateTime.TryParseExact(given, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw new ConfigException($"{option} is \"{given}\"; allowed: {format} with a date of the calendar, such as {example}");
    }
}
