namespace Sluice.Jobs.Placeholders;

/// <summary>The scheduling forms (S-4): <c>${yyyymmdd-1}</c> from the business date, <c>$[yyyymmddhh24miss-1/24]</c> and
/// <c>$[add_months(yyyymm,-1)]</c> from the time at which the run is due.</summary>
internal static class DateForm
{
    private const string AddMonths = "add_months(";

    private static readonly string[] s_signs = ["yy", "mm", "dd", "hh24", "mi", "ss", AddMonths];

    /// <summary>The inside of a <c>${...}</c>. The offset counts in the finest unit of the pattern: days, months or years.</summary>
    /// <returns>Null where the text is no such form.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset leads out of the calendar.</exception>
    public static string? FromBusinessDate(string form, DateTime date)
    {
        if (DatePattern.At(form, withTime: false) is not { } pattern || DateOffset.Units(form[pattern.Length..]) is not { } units)
        {
            return null;
        }

        return pattern.Format(
            pattern.HasDay ? AddTicks(date, units * TimeSpan.TicksPerDay)
            : pattern.HasMonth ? date.AddMonths(Months(units))
            : date.AddMonths(Months(units * 12)));
    }

    /// <summary>The inside of a <c>$[...]</c>. The offset counts in days and fractions of them, in <c>add_months</c> in months.</summary>
    /// <returns>Null where the text is no such form.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset leads out of the calendar.</exception>
    public static string? FromCycleTime(string form, DateTime time)
    {
        if (form.StartsWith(AddMonths, StringComparison.Ordinal))
        {
            return FromAddMonths(form[AddMonths.Length..], time);
        }

        return DatePattern.At(form, withTime: true) is { } pattern && DateOffset.Ticks(form[pattern.Length..]) is { } ticks
            ? pattern.Format(AddTicks(time, ticks))
            : null;
    }

    /// <summary>Whether the inside of a <c>$[...]</c> is meant as a date. What is not, such as the JSON path <c>$[0]</c>, stays as it is.</summary>
    public static bool LooksLikeTime(string form) => s_signs.Any(sign => form.Contains(sign, StringComparison.Ordinal));

    private static string? FromAddMonths(string rest, DateTime time)
    {
        if (DatePattern.At(rest, withTime: true) is not { } pattern)
        {
            return null;
        }

        var arguments = rest[pattern.Length..];
        var end = arguments.IndexOf(')', StringComparison.Ordinal);
        if (!arguments.StartsWith(',') || end < 0)
        {
            return null;
        }

        var count = arguments[1..end].Trim();
        var months = DateOffset.Units(count is ['+' or '-', ..] ? count : "+" + count);
        return months is { } m && DateOffset.Ticks(arguments[(end + 1)..]) is { } ticks
            ? pattern.Format(AddTicks(time.AddMonths(Months(m)), ticks))
            : null;
    }

    private static DateTime AddTicks(DateTime time, Int128 ticks) =>
        Int128.Abs(ticks) <= DateTime.MaxValue.Ticks ? time.AddTicks((long)ticks) : throw new ArgumentOutOfRangeException(nameof(ticks));

    private static int Months(Int128 months) =>
        Int128.Abs(months) <= 120_000 ? (int)months : throw new ArgumentOutOfRangeException(nameof(months));
}
