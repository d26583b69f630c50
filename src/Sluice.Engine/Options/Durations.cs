using System.Globalization;

namespace Sluice.Engine.Options;

/// <summary>Flink's notation of a time: a whole number and a unit, with or without a space between.</summary>
public static class Durations
{
    private static readonly (string[] Names, TimeSpan Unit)[] s_units =
    [
        (["", "ms", "milli", "millis", "millisecond", "milliseconds"], TimeSpan.FromMilliseconds(1)),
        (["s", "sec", "secs", "second", "seconds"], TimeSpan.FromSeconds(1)),
        (["m", "min", "mins", "minute", "minutes"], TimeSpan.FromMinutes(1)),
        (["h", "hour", "hours"], TimeSpan.FromHours(1)),
        (["d", "day", "days"], TimeSpan.FromDays(1)),
    ];

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        text = text.Trim();
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        var unit = text[digits..].Trim().ToLowerInvariant();
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        foreach (var (names, size) in s_units)
        {
            if (names.Contains(unit) && count <= TimeSpan.MaxValue.Ticks / size.Ticks)
            {
                value = size * count;
                return true;
            }
        }

        return false;
    }
}
