namespace Sluice.Sql.Parsing.Syntax;

/// <summary><c>'it''s'</c> or <c>U&amp;'\00e9'</c>, its escapes resolved.</summary>
internal sealed record StringLiteral(SourceSpan Span, string Value) : Expression(Span);

internal enum NumberKind
{
    /// <summary>Digits only.</summary>
    Integer,

    /// <summary>With a point, without an exponent: 1.50 is DECIMAL(3, 2).</summary>
    Decimal,

    /// <summary>With an exponent: a DOUBLE.</summary>
    Approximate,
}

/// <param name="Text">As written, without a sign: a sign is a <see cref="UnaryExpression"/>.</param>
internal sealed record NumberLiteral(SourceSpan Span, NumberKind Kind, string Text) : Expression(Span);

/// <param name="Value">Null for UNKNOWN.</param>
internal sealed record BooleanLiteral(SourceSpan Span, bool? Value) : Expression(Span);

internal sealed record NullLiteral(SourceSpan Span) : Expression(Span);

/// <summary><c>X'0aff'</c>.</summary>
internal sealed record BinaryLiteral(SourceSpan Span, byte[] Value) : Expression(Span);

internal enum TemporalKind
{
    Date,
    Time,
    Timestamp,
}

/// <summary><c>DATE '2026-01-31'</c>, <c>TIME '08:30:00'</c>, <c>TIMESTAMP '2026-01-31 08:30:00.123'</c>. Whether the text is a date is the binder's to check.</summary>
internal sealed record TemporalLiteral(SourceSpan Span, TemporalKind Kind, StringLiteral Text) : Expression(Span);

/// <summary><c>INTERVAL -'1 02:03' DAY(2) TO MINUTE</c>. Whether the text has the qualifier's form is the binder's to check.</summary>
/// <param name="Negative">A minus stands before the text; the text may have one of its own.</param>
internal sealed record IntervalLiteral(SourceSpan Span, bool Negative, StringLiteral Text, IntervalQualifier Qualifier) : Expression(Span);

/// <summary>Units of intervals and of EXTRACT, FLOOR, CEIL, TIMESTAMPADD and TIMESTAMPDIFF.</summary>
internal enum TimeUnit
{
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Quarter,
    Week,
    Millisecond,
    Microsecond,
    Nanosecond,
    DayOfWeek,
    DayOfYear,
    IsoDayOfWeek,
    IsoYear,
    Epoch,
    Decade,
    Century,
    Millennium,
}

/// <summary><c>DAY(2) TO SECOND(3)</c>.</summary>
/// <param name="LeadingPrecision">Digits of the first unit.</param>
/// <param name="FractionPrecision">Digits behind the seconds' point.</param>
internal sealed record IntervalQualifier(SourceSpan Span, TimeUnit From, int? LeadingPrecision, TimeUnit? To, int? FractionPrecision) : SyntaxNode(Span);
