using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Types;

/// <summary>Writes dates and times as digits into room that is there.</summary>
internal static class TemporalForm
{
    /// <summary>Writes day, separator and time, with at least and at most so many digits of the fraction; returns the bytes written (up to 40).</summary>
    public static int PutTimestamp(Span<byte> at, Timestamp value, byte separator, int leastDigits, int mostDigits)
    {
        var (days, millis) = Calendar.Split(value.Millis);
        var (year, month, day) = Calendar.DateOf(days);
        var used = PutDate(at, year, month, day);
        at[used++] = separator;
        PutTime(at[used..], millis / 1000);
        used += 8;
        return used + PutFraction(at[used..], (millis % 1000 * 1_000_000) + value.Nanos, leastDigits, mostDigits);
    }

    /// <summary>Writes the point and the digits, or nothing.</summary>
    public static int PutFraction(Span<byte> at, int nanos, int leastDigits, int mostDigits)
    {
        var digits = leastDigits;
        if (leastDigits < mostDigits && nanos != 0)
        {
            digits = 9;
            for (var rest = nanos; digits > leastDigits && rest % 10 == 0; rest /= 10)
            {
                digits--;
            }

            digits = Math.Min(digits, mostDigits);
        }

        if (digits == 0)
        {
            return 0;
        }

        at[0] = (byte)'.';
        Span<byte> all = stackalloc byte[9];
        PutDigits(all, nanos, 9);
        all[..digits].CopyTo(at[1..]);
        return digits + 1;
    }

    public static int PutDate(Span<byte> at, int year, int month, int day)
    {
        var used = 0;
        if (year < 0)
        {
            at[used++] = (byte)'-';
            year = -year;
        }

        if (year > 9999)
        {
            Utf8Formatter.TryFormat(year, at[used..], out var written);
            used += written;
        }
        else
        {
            PutTwo(at[used..], year / 100);
            PutTwo(at[(used + 2)..], year % 100);
            used += 4;
        }

        at[used] = (byte)'-';
        PutTwo(at[(used + 1)..], month);
        at[used + 3] = (byte)'-';
        PutTwo(at[(used + 4)..], day);
        return used + 6;
    }

    /// <summary>Eight bytes.</summary>
    public static void PutTime(Span<byte> at, int seconds)
    {
        PutTwo(at, seconds / 3600);
        at[2] = (byte)':';
        PutTwo(at[3..], seconds / 60 % 60);
        at[5] = (byte)':';
        PutTwo(at[6..], seconds % 60);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutTwo(Span<byte> at, int value)
    {
        at[1] = (byte)('0' + (value % 10));
        at[0] = (byte)('0' + (value / 10));
    }

    public static void PutDigits(Span<byte> at, int value, int digits)
    {
        for (var i = digits - 1; i >= 0; i--)
        {
            at[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
