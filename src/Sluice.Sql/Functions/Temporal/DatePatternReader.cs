using System.Text;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>Reads a text by a pattern. Parts that the pattern does not have are those of 1970-01-01 00:00:00.</summary>
internal ref struct DatePatternReader(DatePattern pattern, ReadOnlySpan<byte> text)
{
    private const int MostDigits = 18;

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly bool _lenient = pattern.Dialect == PatternDialect.Simple;
    private int _at;
    private long _year = 1970;
    private long _month = 1;
    private long _day = 1;
    private long _dayOfYear;
    private long _hour;
    private long _halfHour = -1;
    private int _half = -1;
    private long _minute;
    private long _second;
    private long _nanos;

    /// <summary>Whether the text names its own offset from UTC.</summary>
    public bool HasOffset { get; private set; }

    public long OffsetMillis { get; private set; }

    /// <summary>Milliseconds since 1970-01-01 00:00:00 of the time as it is written, and the nanoseconds behind them.</summary>
    public bool TryRead(out long millis, out int nanos)
    {
        (millis, nanos) = (0, 0);
        for (var i = 0; i < pattern.Parts.Count; i++)
        {
            if (!ReadPart(i))
            {
                return false;
            }
        }

        return (_lenient || _at == _text.Length) && Resolve(out millis, out nanos);
    }

    private bool ReadPart(int index)
    {
        var part = pattern.Parts[index];
        switch (part.Letter)
        {
            case '\0':
                var fits = _text[_at..].StartsWith(part.Literal);
                _at += fits ? part.Literal.Length : 0;
                return fits;
            case 'a':
                _half = Skip("AM"u8) ? 0 : Skip("PM"u8) ? 1 : -1;
                return _half >= 0;
            case 'G':
                return Skip("AD"u8);
            case 'E':
                return SkipLetters();
            case 'M' or 'L' when part.Width >= 3:
                return ReadMonthName(part.Width);
            case 'X' or 'x' or 'Z':
                return ReadOffset(part);
            default:
                return ReadNumber(index, part);
        }
    }

    private bool ReadNumber(int index, in PatternPart part)
    {
        if (_lenient)
        {
            while (_at < _text.Length && (_text[_at] is (byte)' ' or (byte)'\t'))
            {
                _at++;
            }
        }

        var run = 0;
        while (_at + run < _text.Length && char.IsAsciiDigit((char)_text[_at + run]))
        {
            run++;
        }

        // Digits that the numbers right behind this one need are theirs.
        var reserved = 0;
        for (var i = index + 1; i < pattern.Parts.Count && pattern.Parts[i].IsNumber; i++)
        {
            reserved += pattern.Parts[i].Width;
        }

        var (least, most) = _lenient ? (1, reserved > 0 ? part.Width : MostDigits) : Widths(part);
        var digits = Math.Min(most, run - (_lenient ? 0 : reserved));
        if (digits < least)
        {
            return false;
        }

        long value = 0;
        foreach (var digit in _text.Slice(_at, digits))
        {
            value = (value * 10) + digit - '0';
        }

        _at += digits;
        return Store(part, value, digits);
    }

    /// <summary>As DateTimeFormatter has them: a single letter is any number of digits, several are just as many.</summary>
    private static (int Least, int Most) Widths(in PatternPart part) => part.Letter switch
    {
        'y' or 'u' when part.Width == 3 => (3, MostDigits),
        'S' => (part.Width, part.Width),
        _ => part.Width == 1 ? (1, MostDigits) : (part.Width, part.Width),
    };

    private bool Store(in PatternPart part, long value, int digits)
    {
        switch (part.Letter)
        {
            case 'y' or 'u':
                _year = part.Width == 2 && digits == 2 ? TwoDigits(value) : value;
                return _lenient || value > 0 || part.Width == 2;
            case 'M' or 'L':
                _month = value;
                return _lenient || value is >= 1 and <= 12;
            case 'd':
                _day = value;
                return _lenient || value is >= 1 and <= 31;
            case 'D':
                _dayOfYear = value;
                return _lenient || value is >= 1 and <= 366;
            case 'H':
                _hour = value;
                return _lenient || value <= 23;
            case 'k':
                _hour = value == 24 ? 0 : value;
                return _lenient || value is >= 1 and <= 24;
            case 'K' or 'h':
                _halfHour = value == 12 && part.Letter == 'h' ? 0 : value;
                return _lenient || (value <= 12 && (part.Letter == 'K' ? value < 12 : value > 0));
            case 'm':
                _minute = value;
                return _lenient || value <= 59;
            case 's':
                _second = value;
                return _lenient || value <= 59;
            case 'S':
                _nanos = _lenient ? value * 1_000_000 : value * PowerOfTen(9 - digits);
                return true;
            case 'n':
                _nanos = value;
                return value <= 999_999_999;
            default:
                return false;
        }
    }

    // SimpleDateFormat means the years from 80 before to 20 after the present; the formatter those from 2000 on.
    private readonly long TwoDigits(long value) => _lenient && value > 45 ? 1900 + value : 2000 + value;

    private readonly bool Resolve(out long millis, out int nanos)
    {
        (millis, nanos) = (0, 0);
        if (_year > 200_000 || _month > 1_000_000 || _day > 1_000_000 || _hour > 10_000_000 || _minute > 100_000_000 || _second > 1_000_000_000)
        {
            return false;
        }

        var months = (_year * 12) + _month - 1;
        var (year, month) = ((int)CalendarMath.FloorDiv(months, 12), (int)(months - (CalendarMath.FloorDiv(months, 12) * 12)) + 1);
        var day = _lenient ? _day : Math.Min(_day, Calendar.DaysInMonth(year, month));
        var days = _dayOfYear > 0 ? Calendar.DaysOf(year, 1, (int)_dayOfYear) : Calendar.DaysOf(year, month, (int)day);

        // Without its half of the day an hour of twelve says nothing to the formatter, and the morning to SimpleDateFormat.
        var hour = _halfHour < 0 ? _hour : _half >= 0 ? _halfHour + (_half * 12) : _lenient ? _halfHour : 0;
        millis = (days * Calendar.MillisPerDay) + (hour * 3_600_000) + (_minute * 60_000) + (_second * 1000) + (_nanos / 1_000_000);
        nanos = (int)(_nanos % 1_000_000);
        return true;
    }

    private bool Skip(ReadOnlySpan<byte> word)
    {
        var fits = _text.Length - _at >= word.Length && Ascii.EqualsIgnoreCase(_text.Slice(_at, word.Length), word);
        _at += fits ? word.Length : 0;
        return fits;
    }

    private bool SkipLetters()
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiLetter((char)_text[_at]))
        {
            _at++;
        }

        return _at > start;
    }

    private bool ReadMonthName(int width)
    {
        for (var month = 0; month < 12; month++)
        {
            var name = DatePattern.Months[month];
            foreach (var length in (ReadOnlySpan<int>)[name.Length, 3])
            {
                var isAllowed = _lenient || (width >= 4) == (length == name.Length) || name.Length == 3;
                if (isAllowed && _text.Length - _at >= length && Ascii.EqualsIgnoreCase(_text.Slice(_at, length), name.AsSpan(0, length)))
                {
                    _at += length;
                    _month = month + 1;
                    return true;
                }
            }
        }

        return false;
    }

    private bool ReadOffset(in PatternPart part)
    {
        HasOffset = true;
        if (part.Letter == 'X' && _at < _text.Length && _text[_at] == 'Z')
        {
            _at++;
            return true;
        }

        var sign = _at < _text.Length ? _text[_at] : (byte)0;
        if (sign is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        _at++;
        if (!ReadTwo(out var hours))
        {
            return false;
        }

        var minutes = 0;
        if (part.Letter == 'Z' || part.Width > 1)
        {
            if (part.Letter != 'Z' && part.Width is 3 or 5)
            {
                if (_at >= _text.Length || _text[_at++] != ':')
                {
                    return false;
                }
            }

            if (!ReadTwo(out minutes))
            {
                return false;
            }
        }

        OffsetMillis = ((hours * 60) + minutes) * 60_000L * (sign == '-' ? -1 : 1);
        return true;
    }

    private bool ReadTwo(out int value)
    {
        value = 0;
        if (_at + 2 > _text.Length || !char.IsAsciiDigit((char)_text[_at]) || !char.IsAsciiDigit((char)_text[_at + 1]))
        {
            return false;
        }

        value = ((_text[_at] - '0') * 10) + _text[_at + 1] - '0';
        _at += 2;
        return true;
    }

    private static long PowerOfTen(int exponent)
    {
        var power = 1L;
        for (; exponent > 0; exponent--)
        {
            power *= 10;
        }

        return power;
    }
}
