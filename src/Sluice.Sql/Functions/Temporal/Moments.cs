using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>Numbers as moments: the years 0001 to 9999.</summary>
internal static class Moments
{
    private const long FirstMillis = -62_135_596_800_000;
    private const long LastMillis = 253_402_300_799_999;

    /// <summary>Null outside.</summary>
    public static Timestamp? OfMillis(long millis) => millis is >= FirstMillis and <= LastMillis ? new Timestamp(millis) : null;

    public static Timestamp? OfSeconds(long seconds) => seconds is >= FirstMillis / 1000 and <= LastMillis / 1000 ? OfMillis(seconds * 1000) : null;

    /// <summary>A number of units of 10^-precision seconds; null outside.</summary>
    public static Timestamp? Of(Int128 number, int precision)
    {
        var nanos = number * Arithmetic.DecimalScale.PowerOfTen(9 - precision);
        var (millis, rest) = Int128.DivRem(nanos, 1_000_000);
        millis -= rest < 0 ? 1 : 0;
        return millis < FirstMillis || millis > LastMillis ? null : new Timestamp((long)millis, (int)(rest < 0 ? rest + 1_000_000 : rest));
    }

    public static long FromSeconds(long seconds, string function) => OfSeconds(seconds)?.Millis
        ?? throw new DataException($"{function}: {seconds.ToString(CultureInfo.InvariantCulture)} s are outside of the years 1 to 9999");
}
