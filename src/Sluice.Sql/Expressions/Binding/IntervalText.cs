using System.Globalization;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>The text of an interval, which has the form that its qualifier says: <c>'1 02:03' DAY TO MINUTE</c>.</summary>
internal static class IntervalText
{
    /// <summary>Digits of the first field where nothing else is said.</summary>
    private const int LeadingDigits = 2;

    private const int FractionDigits = 9;

    /// <summary>The fields in their order, with what stands between one and the next, and the largest value of one that is not the first.</summary>
    private static readonly (TimeUnit Unit, char Before, int Most, long Size)[] s_fields =
    [
        (TimeUnit.Year, ' ', int.MaxValue, 12), (TimeUnit.Month, '-', 11, 1),
        (TimeUnit.Day, ' ', int.MaxValue, 86_400_000), (TimeUnit.Hour, ' ', 23, 3_600_000), (TimeUnit.Minute, ':', 59, 60_000), (TimeUnit.Second, ':', 59, 1000),
    ];

    /// <returns>Null after an error was reported.</returns>
    public static BoundLiteral? Bind(IntervalLiteral literal, ErrorList errors)
    {
        var (text, qualifier) = (literal.Text.Value.Trim(), literal.Qualifier);
        var isNegative = literal.Negative;
        if (text.Length > 0 && text[0] is '-' or '+')
        {
            isNegative ^= text[0] == '-';
            text = text[1..].Trim();
        }

        if (Value(text, qualifier, out var leading) is not { } size)
        {
            errors.Add(literal.Text.Span, $"'{literal.Text.Value}' is no interval of this kind; it is written like {Example(qualifier)}");
            return null;
        }

        var digits = qualifier.LeadingPrecision ?? LeadingDigits;
        if (leading.TrimStart('0').Length > digits)
        {
            var unit = qualifier.From.ToString().ToUpperInvariant();
            errors.Add(literal.Text.Span, $"{leading} has more digits than {unit}({digits}) holds; write {unit}({leading.TrimStart('0').Length})");
            return null;
        }

        var value = isNegative ? -size : size;
        return TypeBinder.IsYearMonth(qualifier)
            ? new BoundLiteral((int)value, SqlType.IntervalYearMonth.NotNull(), literal.Span)
            : new BoundLiteral(value, SqlType.IntervalDayTime.NotNull(), literal.Span);
    }

    /// <summary>Months or milliseconds; null where the text has another form.</summary>
    private static long? Value(string text, IntervalQualifier qualifier, out string leading)
    {
        leading = "";
        if (qualifier.From is TimeUnit.Week or TimeUnit.Quarter)
        {
            leading = text;
            return Number(text) is { } count ? count * (qualifier.From == TimeUnit.Week ? 7 * 86_400_000 : 3) : null;
        }

        var (first, last) = (IndexOf(qualifier.From), IndexOf(qualifier.To ?? qualifier.From));
        if (first < 0 || last < first)
        {
            return null;
        }

        long sum = 0;
        for (var i = first; i <= last; i++)
        {
            var end = i == last ? text.Length : text.IndexOf(s_fields[i + 1].Before, StringComparison.Ordinal);
            if (end < 0 || Field(text[..end], i) is not { } value || (i > first && value / s_fields[i].Size > s_fields[i].Most))
            {
                return null;
            }

            leading = i == first ? text[..end].Split('.')[0] : leading;
            sum += value;
            text = i == last ? "" : text[(end + 1)..].TrimStart(' ');
        }

        return sum;
    }

    private static long? Field(string text, int field)
    {
        var point = s_fields[field].Unit == TimeUnit.Second ? text.IndexOf('.', StringComparison.Ordinal) : -1;
        if (point < 0)
        {
            return Number(text) * s_fields[field].Size;
        }

        var fraction = text[(point + 1)..];
        return fraction.Length is > 0 and <= FractionDigits && fraction.All(char.IsAsciiDigit) && Number(text[..point]) is { } seconds
            ? (seconds * 1000) + int.Parse(fraction.PadRight(3, '0')[..3], CultureInfo.InvariantCulture)
            : null;
    }

    private static long? Number(string text) =>
        text.Length is > 0 and <= 10 && text.All(char.IsAsciiDigit) ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    private static int IndexOf(TimeUnit unit) => Array.FindIndex(s_fields, f => f.Unit == unit);

    private static string Example(IntervalQualifier qualifier)
    {
        var (first, last) = (IndexOf(qualifier.From), IndexOf(qualifier.To ?? qualifier.From));
        var unit = qualifier.From.ToString().ToUpperInvariant();
        if (first < 0 || last < first)
        {
            return $"INTERVAL '1' {unit}";
        }

        var text = string.Concat(Enumerable.Range(first, last - first + 1).Select(i => i == first ? "1" : s_fields[i].Before + "02"));
        return $"INTERVAL '{text}' {unit}{(qualifier.To is { } to ? $" TO {to.ToString().ToUpperInvariant()}" : "")}";
    }
}
