using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Types;

/// <summary>Values of texts as Flink's <c>CAST(text AS type)</c> reads them. White space around the text is cut. False: the text is
/// no value of the type, or one out of its range. Nothing is allocated.</summary>
public static class TextParser
{
    private static readonly SearchValues<byte> s_numberBytes = SearchValues.Create("0123456789+-.eE"u8);

    /// <summary>t, true, y, yes, 1 and f, false, n, no, 0, in any case.</summary>
    public static bool TryParseBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        text = Trim(text);
        value = Is(text, "true"u8) || Is(text, "1"u8) || Is(text, "t"u8) || Is(text, "y"u8) || Is(text, "yes"u8);
        return value || Is(text, "false"u8) || Is(text, "0"u8) || Is(text, "f"u8) || Is(text, "n"u8) || Is(text, "no"u8);
    }

    /// <summary>-128 to 127; a fraction is cut.</summary>
    public static bool TryParseTinyInt(ReadOnlySpan<byte> text, out int value) => TryParseRange(text, sbyte.MinValue, sbyte.MaxValue, out value);

    /// <summary>-32768 to 32767; a fraction is cut.</summary>
    public static bool TryParseSmallInt(ReadOnlySpan<byte> text, out int value) => TryParseRange(text, short.MinValue, short.MaxValue, out value);

    /// <summary>32 bits; a fraction is cut.</summary>
    public static bool TryParseInt(ReadOnlySpan<byte> text, out int value) => TryParseRange(text, int.MinValue, int.MaxValue, out value);

    /// <summary>64 bits; a fraction is cut.</summary>
    public static bool TryParseBigInt(ReadOnlySpan<byte> text, out long value)
    {
        text = Trim(text);
        var used = Digits(text, out value);
        if (used <= 0)
        {
            // A bare fraction such as ".5" is 0 there.
            return used == 0 && text.Length > 0 && text[0] == '.' && AllDigits(text[1..]);
        }

        return used == text.Length || (text[used] == '.' && AllDigits(text[(used + 1)..]));
    }

    /// <summary>An integer and nothing else: sign and digits, without a fraction.</summary>
    public static bool TryParseWhole(ReadOnlySpan<byte> text, out long value)
    {
        text = Trim(text);
        return Digits(text, out value) == text.Length && text.Length > 0;
    }

    /// <summary>As Java reads a float: also <c>NaN</c> and <c>Infinity</c>; what is too large is infinite.</summary>
    public static bool TryParseFloat(ReadOnlySpan<byte> text, out float value)
    {
        if (IsNumber(ref text, out var special))
        {
            return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }

        value = (float)special;
        return special != 0;
    }

    /// <summary>As Java reads a double: also <c>NaN</c> and <c>Infinity</c>; what is too large is infinite.</summary>
    public static bool TryParseDouble(ReadOnlySpan<byte> text, out double value)
    {
        if (IsNumber(ref text, out value))
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }

        return value != 0;
    }

    /// <summary>Digits with a point and an exponent, rounded half up (away from zero) to the scale.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, int precision, int scale, out SqlDecimal value) =>
        TryParseDecimal(text, precision, scale, out value, out _);

    /// <param name="overflows">The text is a number that has more digits before the point than the type: Flink's CAST gives NULL for it.</param>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, int precision, int scale, out SqlDecimal value, out bool overflows)
    {
        value = default;
        overflows = false;
        text = Trim(text);
        if (!DecimalText.TryRead(text, out var number))
        {
            return false;
        }

        overflows = !number.TryRound(text, precision, scale, out var unscaled);
        value = new SqlDecimal(unscaled, scale);
        return !overflows;
    }

    /// <summary><c>yyyy-M-d</c>, <c>yyyy-M</c>, <c>yyyy</c>; what follows after a space is not looked at.</summary>
    /// <param name="days">Since 1970-01-01.</param>
    public static bool TryParseDate(ReadOnlySpan<byte> text, out int days) => TemporalText.TryDate(Trim(text), out days);

    /// <summary><c>H:m:s.fff</c>; seconds and minutes may be left out. More digits of the fraction are rounded to milliseconds, and
    /// those cut to the precision.</summary>
    /// <param name="millis">Of the day.</param>
    public static bool TryParseTime(ReadOnlySpan<byte> text, int precision, out int millis)
    {
        if (!TemporalText.TryTime(Trim(text), out millis))
        {
            return false;
        }

        millis = TemporalText.CutTime(millis, precision);
        return true;
    }

    /// <summary><c>yyyy-M-d</c> or <c>yyyy-M-d H:m:s[.fffffffff]</c>, with a space between day and time, as Flink's CAST wants it. Digits beyond the precision
    /// are cut. A day that its month does not have (up to 31) is the month's last.</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<byte> text, int precision, out Timestamp value)
    {
        if (!TemporalText.TryTimestamp(Trim(text), out value))
        {
            return false;
        }

        value = value.Truncate(precision);
        return true;
    }

    /// <summary>The moment at which the zone's clock shows the text; a zone in the text itself is not understood, as in Flink.</summary>
    public static bool TryParseTimestampLtz(ReadOnlySpan<byte> text, int precision, TimeZoneInfo zone, out Timestamp value)
    {
        if (!TemporalText.TryTimestamp(Trim(text), out value))
        {
            return false;
        }

        value = (value with { Millis = TimeZones.ToUtc(value.Millis, zone) }).Truncate(precision);
        return true;
    }

    /// <summary>Without the white space on both sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    internal static bool AllDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x0B;

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(text, word);

    private static bool TryParseRange(ReadOnlySpan<byte> text, int min, int max, out int value)
    {
        var parsed = TryParseBigInt(text, out var wide) && wide >= min && wide <= max;
        value = parsed ? (int)wide : 0;
        return parsed;
    }

    /// <summary>Reads sign and digits; returns the bytes read, 0 where there is no digit, -1 where the number is too large.</summary>
    private static int Digits(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var at = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var start = at;
        var size = 0UL;
        while (at < text.Length && (uint)(text[at] - '0') is var digit && digit <= 9)
        {
            if (size > (ulong.MaxValue - digit) / 10)
            {
                return -1;
            }

            size = (size * 10) + digit;
            at++;
        }

        if (at == start)
        {
            return 0;
        }

        var isNegative = text[0] == '-';
        if (size > (isNegative ? 1UL << 63 : long.MaxValue))
        {
            return -1;
        }

        value = isNegative ? -(long)size : (long)size;
        return at;
    }

    /// <summary>Whether the trimmed text is made of digits, signs, point and exponent only; else which special number it is (0: none).
    /// Java's letters for the type at the end (<c>1.5d</c>) are cut.</summary>
    private static bool IsNumber(ref ReadOnlySpan<byte> text, out double special)
    {
        special = 0;
        text = Trim(text);
        if (text.Length > 1 && (text[^1] | 0x20) is 'd' or 'f' && text[^2] is >= (byte)'0' and <= (byte)'9' or (byte)'.')
        {
            text = text[..^1];
        }

        if (!text.ContainsAnyExcept(s_numberBytes))
        {
            return true;
        }

        var sign = text[0] == '-' ? -1 : 1;
        var word = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        special = word.SequenceEqual("NaN"u8) ? double.NaN : word.SequenceEqual("Infinity"u8) ? sign * double.PositiveInfinity : 0;
        return false;
    }
}
