using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Jobs.Placeholders;

/// <summary>What is added to a date: <c>-1</c>, <c>+7*2</c>, <c>-1/24/60</c>, or several of them in a row.</summary>
internal static partial class DateOffset
{
    // Six digits and four factors, times the ticks of a day, stay inside 128 bits.
    private const string Term = @"[+-]\d{1,6}(?:[*/]\d{1,6}){0,3}";

    /// <summary>Whole units: days, months or years. Nothing is 0; null where the text is something else.</summary>
    public static Int128? Units(string text) => text.Contains('/', StringComparison.Ordinal) ? null : Sum(text, 1);

    /// <summary>The ticks of a sum of days and fractions of days; null where the text is something else.</summary>
    public static Int128? Ticks(string text) => Sum(text, TimeSpan.TicksPerDay);

    private static Int128? Sum(string text, long unit)
    {
        if (Terms().Match(text.Replace(" ", "", StringComparison.Ordinal)) is not { Success: true } match)
        {
            return null;
        }

        Int128 sum = 0;
        foreach (Capture term in match.Groups["term"].Captures)
        {
            if (Value(term.Value, unit) is not { } value)
            {
                return null;
            }

            sum += value;
        }

        return sum;
    }

    private static Int128? Value(string term, long unit)
    {
        Int128 numerator = term[0] == '-' ? -unit : unit;
        Int128 denominator = 1;
        foreach (var factor in Factors().EnumerateMatches(term))
        {
            var value = int.Parse(term.AsSpan(factor.Index + 1, factor.Length - 1), CultureInfo.InvariantCulture);
            if (term[factor.Index] == '/')
            {
                denominator *= value;
            }
            else
            {
                numerator *= value;
            }
        }

        return denominator == 0 ? null : numerator / denominator;
    }

    [GeneratedRegex($"^(?<term>{Term}){{0,4}}$", RegexOptions.CultureInvariant)]
    private static partial Regex Terms();

    [GeneratedRegex(@"[-+*/]\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Factors();
}
