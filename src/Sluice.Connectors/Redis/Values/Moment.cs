namespace Sluice.Connectors.Redis.Values;

/// <summary>A date and time as a source prints it. No zone: S-11 says which one the text is in.</summary>
internal readonly record struct Moment(int Year, int Month, int Day, int Hour, int Minute, int Second, int Micros)
{
    /// <summary>Reads <c>yyyy-MM-dd[( |T)HH:mm:ss[.f...]]</c>; false where it is anything else, or no day of the calendar.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Moment moment)
    {
        moment = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > System.DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        if (text.Length == 10)
        {
            moment = new Moment(year, month, day, 0, 0, 0, 0);
            return true;
        }

        if (text.Length < 19 || (text[10] != ' ' && text[10] != 'T') || text[13] != ':' || text[16] != ':'
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second)
            || hour > 23 || minute > 59 || second > 59 || !Fraction(text[19..], out var micros))
        {
            return false;
        }

        moment = new Moment(year, month, day, hour, minute, second, micros);
        return true;
    }

    private static bool Fraction(ReadOnlySpan<byte> text, out int micros)
    {
        micros = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] != '.' || text.Length is 1 or > 10)
        {
            return false;
        }

        if (text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            return false;
        }

        for (var i = 1; i <= 6; i++)
        {
            micros *= 10;
            if (i < text.Length)
            {
                micros += text[i] - '0';
            }
        }

        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
