using System.Collections.Frozen;
using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>The words for units of time.</summary>
internal static class TimeUnits
{
    private static readonly FrozenDictionary<string, TimeUnit> s_units = new Dictionary<string, TimeUnit>(StringComparer.Ordinal)
    {
        ["YEAR"] = TimeUnit.Year,
        ["MONTH"] = TimeUnit.Month,
        ["DAY"] = TimeUnit.Day,
        ["HOUR"] = TimeUnit.Hour,
        ["MINUTE"] = TimeUnit.Minute,
        ["SECOND"] = TimeUnit.Second,
        ["QUARTER"] = TimeUnit.Quarter,
        ["WEEK"] = TimeUnit.Week,
        ["MILLISECOND"] = TimeUnit.Millisecond,
        ["MICROSECOND"] = TimeUnit.Microsecond,
        ["NANOSECOND"] = TimeUnit.Nanosecond,
        ["DOW"] = TimeUnit.DayOfWeek,
        ["DOY"] = TimeUnit.DayOfYear,
        ["ISODOW"] = TimeUnit.IsoDayOfWeek,
        ["ISOYEAR"] = TimeUnit.IsoYear,
        ["EPOCH"] = TimeUnit.Epoch,
        ["DECADE"] = TimeUnit.Decade,
        ["CENTURY"] = TimeUnit.Century,
        ["MILLENNIUM"] = TimeUnit.Millennium,
        ["YEARS"] = TimeUnit.Year,
        ["QUARTERS"] = TimeUnit.Quarter,
        ["MONTHS"] = TimeUnit.Month,
        ["WEEKS"] = TimeUnit.Week,
        ["DAYS"] = TimeUnit.Day,
        ["HOURS"] = TimeUnit.Hour,
        ["MINUTES"] = TimeUnit.Minute,
        ["SECONDS"] = TimeUnit.Second,
        ["FRAC_SECOND"] = TimeUnit.Microsecond,
        ["SQL_TSI_FRAC_SECOND"] = TimeUnit.Nanosecond,
        ["SQL_TSI_MICROSECOND"] = TimeUnit.Microsecond,
        ["SQL_TSI_SECOND"] = TimeUnit.Second,
        ["SQL_TSI_MINUTE"] = TimeUnit.Minute,
        ["SQL_TSI_HOUR"] = TimeUnit.Hour,
        ["SQL_TSI_DAY"] = TimeUnit.Day,
        ["SQL_TSI_WEEK"] = TimeUnit.Week,
        ["SQL_TSI_MONTH"] = TimeUnit.Month,
        ["SQL_TSI_QUARTER"] = TimeUnit.Quarter,
        ["SQL_TSI_YEAR"] = TimeUnit.Year,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The words that INTERVAL takes; the plurals mean the same.</summary>
    public static IReadOnlyList<string> OfIntervals { get; } =
    [
        "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND",
        "YEARS", "QUARTERS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS",
    ];

    /// <summary>The words that EXTRACT, FLOOR, CEIL and TIMESTAMPADD take.</summary>
    public static IReadOnlyList<string> All { get; } = [.. s_units.Keys];

    public static bool IsAt(TokenCursor cursor) => cursor.Current.Kind == TokenKind.Word && s_units.ContainsKey(cursor.Current.Text);

    public static TimeUnit Take(TokenCursor cursor, IReadOnlyList<string> allowed, string what)
    {
        if (cursor.Current.Kind != TokenKind.Word || !allowed.Contains(cursor.Current.Text))
        {
            var shown = allowed.Where(u => u[^1] != 'S' && !u.Contains('_', StringComparison.Ordinal));
            throw cursor.Expected($"{what} ({string.Join(", ", shown)})", words: [.. allowed]);
        }

        return s_units[cursor.Next().Text];
    }
}
