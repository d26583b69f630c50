using Sluice.Engine.Rows;

namespace Sluice.Engine.Types;

/// <summary>Dates and times as users write them; what is strict (a JSON standard) says so.</summary>
internal static class TemporalText
{
    private const int MostYear = 9999;

    /// <summary>Digits that a year may have.</summary>
    private const int MostYearDigits = 6;

    /// <summary>Year, and maybe month and day; the rest after a space is ignored.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        var space = text.IndexOf((byte)' ');
        text = space > 0 ? text[..space] : text;
        var (month, day) = (1, 1);
        var hyphen = text.IndexOf((byte)'-');
        if (!TryNumber(hyphen < 0 ? text : text[..hyphen], MostYearDigits, out var year))
        {
            return false;
        }

        if (hyphen >= 0)
        {
            text = text[(hyphen + 1)..];
            hyphen = text.IndexOf((byte)'-');
            if (!TryNumber(hyphen < 0 ? text : text[..hyphen], 2, out month) || (hyphen >= 0 && !TryNumber(text[(hyphen + 1)..], 2, out day)))
            {
                return false;
            }
        }

        if (year > MostYear || month is < 1 or > 12 || day < 1 || day > Calendar.DaysInMonth(year, month))
        {
            return false;
        }

        days = Calendar.DaysOf(year, month, day);
        return true;
    }

    /// <summary>Hours, and maybe minutes, seconds and a fraction, which is rounded to milliseconds.</summary>
    public static bool TryTime(ReadOnlySpan<byte> text, out int millis)
    {
        millis = 0;
        var (minute, second, fraction) = (0, 0, 0);
        var colon = text.IndexOf((byte)':');
        if (!TryNumber(colon < 0 ? text : text[..colon], 2, out var hour))
        {
            return false;
        }

        if (colon >= 0)
        {
            text = text[(colon + 1)..];
            colon = text.IndexOf((byte)':');
            if (!TryNumber(colon < 0 ? text : text[..colon], 2, out minute))
            {
                return false;
            }

            if (colon >= 0 && !TrySecond(text[(colon + 1)..], out second, out fraction))
            {
                return false;
            }
        }

        millis = (((((hour * 60) + minute) * 60) + second) * 1000) + ((fraction + 500_000) / 1_000_000);
        return hour < 24 && minute < 60 && second < 60 && millis < Calendar.MillisPerDay;
    }

    /// <summary>Year, month and day, all of them, a day that there is.</summary>
    public static bool TryPlainDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (!TryYearMonthDay(text, out var year, out var month, out var day) || day > Calendar.DaysInMonth(year, month))
        {
            return false;
        }

        days = Calendar.DaysOf(year, month, day);
        return true;
    }

    public static bool TryTimestamp(ReadOnlySpan<byte> text, out Timestamp value)
    {
        value = default;
        var separator = text.IndexOf((byte)' ');
        var date = separator < 0 ? text : text[..separator];
        if (!TryYearMonthDay(date, out var year, out var month, out var day) || day > 31)
        {
            return false;
        }

        var days = Calendar.DaysOf(year, month, Math.Min(day, Calendar.DaysInMonth(year, month)));
        var seconds = 0;
        var nanos = 0;
        if (separator >= 0 && !TryClock(text[(separator + 1)..], out seconds, out nanos))
        {
            return false;
        }

        value = new Timestamp((days * Calendar.MillisPerDay) + (seconds * 1000L) + (nanos / 1_000_000), nanos % 1_000_000);
        return true;
    }

    /// <summary><c>yyyy-MM-dd</c> and nothing else, a day that there is.</summary>
    public static bool TryStrictDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-'
            || !TryNumber(text[..4], 4, out var year) || !TryTwo(text[5..], out var month) || !TryTwo(text[8..], out var day)
            || month is < 1 or > 12 || day < 1 || day > Calendar.DaysInMonth(year, month))
        {
            return false;
        }

        days = Calendar.DaysOf(year, month, day);
        return true;
    }

    /// <summary><c>HH:mm:ss</c> and a fraction of up to nine digits.</summary>
    public static bool TryStrictTime(ReadOnlySpan<byte> text, out int seconds, out int nanos)
    {
        seconds = nanos = 0;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':'
            || !TryTwo(text, out var hour) || !TryTwo(text[3..], out var minute) || !TryTwo(text[6..], out var second)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        seconds = (((hour * 60) + minute) * 60) + second;
        return text.Length == 8 || (text[8] == '.' && TryFraction(text[9..], out nanos));
    }

    /// <summary>A strict day, the separator, and a strict time, of which the seconds may be optional.</summary>
    public static bool TryStrictTimestamp(ReadOnlySpan<byte> text, byte separator, bool secondsOptional, out Timestamp value)
    {
        value = default;
        var (seconds, nanos) = (0, 0);
        if (text.Length < 16 || text[10] != separator || !TryStrictDate(text[..10], out var days)
            || !(secondsOptional && text.Length == 16 ? TryStrictMinutes(text[11..], out seconds) : TryStrictTime(text[11..], out seconds, out nanos)))
        {
            return false;
        }

        value = new Timestamp((days * Calendar.MillisPerDay) + (seconds * 1000L) + (nanos / 1_000_000), nanos % 1_000_000);
        return true;
    }

    /// <summary><c>HH:mm</c>.</summary>
    public static bool TryStrictMinutes(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.Length != 5 || !TryTwo(text, out var hour) || text[2] != ':' || !TryTwo(text[3..], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        seconds = ((hour * 60) + minute) * 60;
        return true;
    }

    /// <summary>Cuts milliseconds of the day to so many digits of the fraction.</summary>
    public static int CutTime(int millis, int precision)
    {
        var unit = precision switch { 0 => 1000, 1 => 100, 2 => 10, _ => 1 };
        return millis / unit * unit;
    }

    /// <summary>One to nine digits (or none) after the point.</summary>
    private static bool TryFraction(ReadOnlySpan<byte> text, out int nanos)
    {
        nanos = 0;
        if (text.Length > 9)
        {
            return false;
        }

        for (var i = 0; i < 9; i++)
        {
            var digit = i < text.Length ? (uint)(text[i] - '0') : 0;
            if (digit > 9)
            {
                return false;
            }

            nanos = (nanos * 10) + (int)digit;
        }

        return true;
    }

    private static bool TryYearMonthDay(ReadOnlySpan<byte> text, out int year, out int month, out int day)
    {
        (year, month, day) = (0, 0, 0);
        var first = text.IndexOf((byte)'-');
        if (first < 4 || !TryNumber(text[..first], MostYearDigits, out year))
        {
            return false;
        }

        text = text[(first + 1)..];
        var second = text.IndexOf((byte)'-');
        return second > 0 && TryNumber(text[..second], 2, out month) && month is >= 1 and <= 12
            && TryNumber(text[(second + 1)..], 2, out day) && day >= 1;
    }

    /// <summary><c>H:m:s</c> with an exact fraction.</summary>
    private static bool TryClock(ReadOnlySpan<byte> text, out int seconds, out int nanos)
    {
        seconds = nanos = 0;
        var first = text.IndexOf((byte)':');
        if (first < 0 || !TryNumber(text[..first], 2, out var hour) || hour > 23)
        {
            return false;
        }

        text = text[(first + 1)..];
        var second = text.IndexOf((byte)':');
        if (second < 0 || !TryNumber(text[..second], 2, out var minute) || minute > 59)
        {
            return false;
        }

        text = text[(second + 1)..];
        var point = text.IndexOf((byte)'.');
        if (!TryNumber(point < 0 ? text : text[..point], 2, out var last) || last > 59)
        {
            return false;
        }

        seconds = (((hour * 60) + minute) * 60) + last;
        return point < 0 || TryFraction(text[(point + 1)..], out nanos);
    }

    /// <summary>Seconds and a fraction of any length, of which nine digits count.</summary>
    private static bool TrySecond(ReadOnlySpan<byte> text, out int second, out int nanos)
    {
        nanos = 0;
        var point = text.IndexOf((byte)'.');
        if (!TryNumber(point < 0 ? text : text[..point], 2, out second))
        {
            return false;
        }

        if (point < 0)
        {
            return true;
        }

        var fraction = text[(point + 1)..];
        return TryFraction(fraction[..Math.Min(9, fraction.Length)], out nanos) && TextParser.AllDigits(fraction);
    }

    private static bool TryTwo(ReadOnlySpan<byte> text, out int value)
    {
        var tens = (uint)(text[0] - '0');
        var ones = (uint)(text[1] - '0');
        value = (int)((tens * 10) + ones);
        return tens <= 9 && ones <= 9;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, int mostDigits, out int value)
    {
        value = 0;
        if (text.Length == 0 || text.Length > mostDigits)
        {
            return false;
        }

        foreach (var b in text)
        {
            var digit = (uint)(b - '0');
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + (int)digit;
        }

        return true;
    }
}
