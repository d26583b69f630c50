using System.Globalization;
using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>Constants as written: their types and values.</summary>
internal static class Literals
{
    /// <returns>Null where the syntax is no literal, or after an error.</returns>
    public static BoundExpression? Bind(Expression syntax, ErrorList errors) => syntax switch
    {
        StringLiteral text => Text(text.Value, text.Span),
        NumberLiteral number => Number(number, false, number.Span, errors),
        BooleanLiteral boolean => new BoundLiteral(boolean.Value, boolean.Value is null ? SqlType.Boolean : SqlType.Boolean.NotNull(), boolean.Span),
        BinaryLiteral binary => new BoundLiteral(Utf8.Of(binary.Value), SqlType.Binary(binary.Value.Length).NotNull(), binary.Span),
        TemporalLiteral temporal => Temporal(temporal, errors),
        IntervalLiteral interval => IntervalText.Bind(interval, errors),
        NullLiteral => new BoundLiteral(null, SqlType.Null, syntax.Span),
        _ => null,
    };

    /// <summary>CHAR(n) of as many characters as the text has.</summary>
    public static BoundLiteral Text(string value, SourceSpan span) =>
        new(Utf8.Of(value), SqlType.Char(value.EnumerateRunes().Count()).NotNull(), span);

    /// <param name="negative">A minus stands before it: the smallest integers have no positive counterpart.</param>
    public static BoundExpression? Number(NumberLiteral number, bool negative, SourceSpan span, ErrorList errors)
    {
        var text = negative ? "-" + number.Text : number.Text;
        if (number.Kind == NumberKind.Approximate)
        {
            var value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            return double.IsFinite(value)
                ? new BoundLiteral(value, SqlType.Double.NotNull(), span)
                : Fail(errors, span, $"{text} is out of the range of DOUBLE");
        }

        if (number.Kind == NumberKind.Integer && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return integer is >= int.MinValue and <= int.MaxValue
                ? new BoundLiteral((int)integer, SqlType.Int.NotNull(), span)
                : new BoundLiteral(integer, SqlType.BigInt.NotNull(), span);
        }

        var scale = number.Text.Contains('.', StringComparison.Ordinal) ? number.Text.Length - number.Text.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        // All digits that are written count, a leading zero too: 0.05 is DECIMAL(3, 2).
        var digits = number.Text.Replace(".", "", StringComparison.Ordinal);
        var precision = digits.Length <= SqlType.MaxDecimalPrecision ? digits.Length : Math.Max(digits.TrimStart('0').Length, scale);
        return precision <= SqlType.MaxDecimalPrecision && TextParser.TryParseDecimal(Encoding.ASCII.GetBytes(text), precision, scale, out var value1)
            ? new BoundLiteral(value1, SqlType.Decimal(precision, scale).NotNull(), span)
            : Fail(errors, span, $"{text} has more than the {SqlType.MaxDecimalPrecision} digits that a number can have");
    }

    private static BoundLiteral? Temporal(TemporalLiteral literal, ErrorList errors)
    {
        var text = literal.Text.Value.Trim();
        var bytes = Encoding.UTF8.GetBytes(text);
        var point = text.LastIndexOf('.');
        var fraction = point < 0 ? 0 : text.Length - point - 1;
        switch (literal.Kind)
        {
            case TemporalKind.Date when IsDay(text) && TextParser.TryParseDate(bytes, out var days):
                return new BoundLiteral(days, SqlType.Date.NotNull(), literal.Span);
            case TemporalKind.Time when text.Count(':') == 2 && fraction <= 9 && TextParser.TryParseTime(bytes, fraction, out var millis):
                return new BoundLiteral(millis, SqlType.Time(fraction).NotNull(), literal.Span);
            case TemporalKind.Timestamp when text.IndexOf(' ', StringComparison.Ordinal) is var space && space > 0 && IsDay(text[..space])
                && text.Count(':') == 2 && fraction <= 9 && TextParser.TryParseTimestamp(bytes, fraction, out var moment):
                return new BoundLiteral(moment, SqlType.Timestamp(fraction).NotNull(), literal.Span);
        }

        errors.Add(literal.Text.Span, literal.Kind switch
        {
            TemporalKind.Date => $"'{text}' is no date; a DATE is written 'yyyy-MM-dd'",
            TemporalKind.Time => $"'{text}' is no time of day; a TIME is written 'HH:mm:ss' with up to 9 digits of a fraction",
            _ => $"'{text}' is no timestamp; a TIMESTAMP is written 'yyyy-MM-dd HH:mm:ss' with up to 9 digits of a fraction",
        });
        return null;
    }

    /// <summary>Three numbers, and a day that its month has.</summary>
    private static bool IsDay(string text) => text.Split('-') is [var y, var m, var d]
        && int.TryParse(y, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1 and <= 9999
        && int.TryParse(m, NumberStyles.None, CultureInfo.InvariantCulture, out var month) && month is >= 1 and <= 12
        && int.TryParse(d, NumberStyles.None, CultureInfo.InvariantCulture, out var day) && day >= 1 && day <= Engine.Types.Calendar.DaysInMonth(year, month);

    private static BoundLiteral? Fail(ErrorList errors, SourceSpan span, string message)
    {
        errors.Add(span, message);
        return null;
    }
}
