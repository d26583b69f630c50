namespace Sluice.Engine.Types;

/// <summary>The parts of a number's text: where its digits stand and what exponent it has.</summary>
internal readonly ref struct DecimalText
{
    /// <summary>Beyond it a number is 0 or too large, however many digits its text has.</summary>
    private const long MostExponent = 1_000_000_000;

    private readonly bool _isNegative;
    private readonly int _start;
    private readonly int _end;

    /// <summary>The power of ten of the last digit.</summary>
    private readonly int _exponent;

    private DecimalText(bool isNegative, int start, int end, int exponent)
    {
        _isNegative = isNegative;
        _start = start;
        _end = end;
        _exponent = exponent;
    }

    public static bool TryRead(ReadOnlySpan<byte> text, out DecimalText number)
    {
        number = default;
        var start = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var at = start;
        var digits = 0;
        var point = -1;
        for (; at < text.Length; at++)
        {
            if ((uint)(text[at] - '0') <= 9)
            {
                digits++;
            }
            else if (text[at] == '.' && point < 0)
            {
                point = digits;
            }
            else
            {
                break;
            }
        }

        var exponent = 0;
        if (digits == 0 || (at < text.Length && !TryReadExponent(text[at..], out exponent)))
        {
            return false;
        }

        number = new DecimalText(text[0] == '-', start, at, exponent - (point < 0 ? 0 : digits - point));
        return true;
    }

    /// <summary>Rounds half up to the scale. False: more digits than the precision.</summary>
    public bool TryRound(ReadOnlySpan<byte> text, int precision, int scale, out Int128 unscaled)
    {
        // How many digits more (or, negative, fewer) the result has than the text.
        var shift = _exponent + scale;
        var left = shift < 0 ? -shift : 0;
        var count = 0;
        for (var i = _start; i < _end; i++)
        {
            count += text[i] == '.' ? 0 : 1;
        }

        unscaled = 0;
        var kept = count - left;
        var significant = 0;
        var roundUp = false;
        var seen = 0;
        for (var i = _start; i < _end && seen <= kept; i++)
        {
            if (text[i] == '.')
            {
                continue;
            }

            var digit = text[i] - '0';
            if (seen++ == kept)
            {
                roundUp = digit >= 5;
                break;
            }

            significant += significant > 0 || digit > 0 ? 1 : 0;
            if (significant > precision)
            {
                return false;
            }

            unscaled = (unscaled * 10) + digit;
        }

        return Finish(ref unscaled, roundUp, Math.Max(shift, 0), precision);
    }

    private bool Finish(ref Int128 unscaled, bool roundUp, int zeros, int precision)
    {
        if (roundUp)
        {
            unscaled++;
        }

        if (unscaled != 0)
        {
            if (zeros >= precision)
            {
                return false;
            }

            // Below 10^38 times ten stays within 128 bits.
            var limit = PowerOfTen(precision);
            for (; zeros > 0; zeros--)
            {
                unscaled *= 10;
                if (unscaled >= limit)
                {
                    return false;
                }
            }

            if (unscaled >= limit)
            {
                return false;
            }
        }

        unscaled = _isNegative ? -unscaled : unscaled;
        return true;
    }

    private static Int128 PowerOfTen(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if ((text[0] | 0x20) != 'e')
        {
            return false;
        }

        var at = text.Length > 1 && text[1] is (byte)'-' or (byte)'+' ? 2 : 1;
        if (at == text.Length || !TextParser.AllDigits(text[at..]))
        {
            return false;
        }

        var size = 0L;
        foreach (var b in text[at..])
        {
            size = Math.Min(MostExponent, (size * 10) + (b - '0'));
        }

        exponent = (int)(text[1] == '-' ? -size : size);
        return true;
    }
}
