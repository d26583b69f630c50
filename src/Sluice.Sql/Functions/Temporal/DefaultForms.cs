using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>The forms of dates and timestamps that need no pattern.</summary>
internal ref struct DefaultForms(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary><c>2026-1-31</c>, <c>2026-1</c> or <c>2026</c>, whatever follows a blank.</summary>
    public static int? Date(ReadOnlySpan<byte> text)
    {
        var blank = text.IndexOf((byte)' ');
        var parts = new DefaultForms(blank > 0 ? text[..blank] : text);
        var (month, day) = (1, 1);
        parts.SkipBlanks();
        if (!parts.Number(1, 9, out var year))
        {
            return null;
        }

        parts.SkipBlanks();
        if (parts.Skip('-'))
        {
            parts.SkipBlanks();
            if (!parts.Number(1, 9, out month))
            {
                return null;
            }

            parts.SkipBlanks();
            if (parts.Skip('-'))
            {
                parts.SkipBlanks();
                if (!parts.Number(1, 9, out day))
                {
                    return null;
                }

                parts.SkipBlanks();
            }
        }

        return parts.IsAtEnd && year <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= Calendar.DaysInMonth(year, month)
            ? Calendar.DaysOf(year, month, day)
            : null;
    }

    /// <summary><c>2026-01-31</c>, <c>2026-1-31 8:05:00.123456789</c>, cut to milliseconds.</summary>
    public static Timestamp? Timestamp(ReadOnlySpan<byte> text)
    {
        var parts = new DefaultForms(text);
        if (!parts.YearMonthDay(out var year, out var month, out var day))
        {
            return null;
        }

        var millis = 0L;
        if (!parts.IsAtEnd && !(parts.Skip(' ') && parts.TimeOfDay(out millis)))
        {
            return null;
        }

        day = Math.Min(day, Calendar.DaysInMonth(year, month));
        return parts.IsAtEnd ? new Timestamp((Calendar.DaysOf(year, month, day) * Calendar.MillisPerDay) + millis) : null;
    }

    /// <summary>What a pattern did not fit is tried as <c>2026-1-31</c> or <c>2026-1-31 8:05:00</c>. A day that the month does not have
    /// runs into the next one.</summary>
    public static Timestamp? Fallback(ReadOnlySpan<byte> text)
    {
        var parts = new DefaultForms(text.Trim((byte)' '));
        var millis = 0L;
        return parts.YearMonthDay(out var year, out var month, out var day)
            && (parts.IsAtEnd || (parts.Skip(' ') && parts.TimeOfDay(out millis) && parts.IsAtEnd))
            ? new Timestamp((Calendar.DaysOf(year, month, day) * Calendar.MillisPerDay) + millis)
            : null;
    }

    private readonly bool IsAtEnd => _at == _text.Length;

    private bool YearMonthDay(out int year, out int month, out int day)
    {
        (month, day) = (0, 0);
        return Number(4, 4, out year) && Skip('-') && Number(1, 2, out month) && month is >= 1 and <= 12 && Skip('-')
            && Number(1, 2, out day) && day is >= 1 and <= 31;
    }

    private bool TimeOfDay(out long millis)
    {
        millis = 0;
        if (!(Number(1, 2, out var hour) && hour <= 23 && Skip(':') && Number(1, 2, out var minute) && minute <= 59 && Skip(':')
            && Number(1, 2, out var second) && second <= 59))
        {
            return false;
        }

        millis = (((((hour * 60L) + minute) * 60) + second) * 1000);
        if (!Skip('.'))
        {
            return true;
        }

        var start = _at;
        if (!Number(1, 9, out var fraction))
        {
            return IsAtEnd;
        }

        for (var digits = _at - start; digits < 9; digits++)
        {
            fraction *= 10;
        }

        millis += fraction / 1_000_000;
        return true;
    }

    private bool Number(int least, int most, out int value)
    {
        value = 0;
        var start = _at;
        while (_at < _text.Length && _at - start < most && char.IsAsciiDigit((char)_text[_at]))
        {
            value = (value * 10) + _text[_at++] - '0';
        }

        return _at - start >= least;
    }

    private bool Skip(char c)
    {
        var fits = _at < _text.Length && _text[_at] == c;
        _at += fits ? 1 : 0;
        return fits;
    }

    private void SkipBlanks()
    {
        while (Skip(' '))
        {
        }
    }
}
