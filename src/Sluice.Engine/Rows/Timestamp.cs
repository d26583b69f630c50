namespace Sluice.Engine.Rows;

/// <summary>A moment (TIMESTAMP_LTZ) or a day and time of day (TIMESTAMP, as if it were UTC): milliseconds since
/// 1970-01-01 00:00:00 and the nanoseconds after them, 0 to 999,999. Holds the years that SQL has, at nine digits.</summary>
public readonly record struct Timestamp(long Millis, int Nanos = 0) : IComparable<Timestamp>
{
    public int CompareTo(Timestamp other) => Millis != other.Millis ? Millis.CompareTo(other.Millis) : Nanos.CompareTo(other.Nanos);

    public static bool operator <(Timestamp left, Timestamp right) => left.CompareTo(right) < 0;

    public static bool operator <=(Timestamp left, Timestamp right) => left.CompareTo(right) <= 0;

    public static bool operator >(Timestamp left, Timestamp right) => left.CompareTo(right) > 0;

    public static bool operator >=(Timestamp left, Timestamp right) => left.CompareTo(right) >= 0;

    /// <summary>Cuts the fraction to so many digits (0 to 9), towards the past, as a CAST to a shorter precision does.</summary>
    public Timestamp Truncate(int digits)
    {
        if (digits >= 9)
        {
            return this;
        }

        if (digits >= 3)
        {
            var unit = PowerOfTen(9 - digits);
            return new Timestamp(Millis, Nanos / unit * unit);
        }

        var millis = PowerOfTen(3 - digits);
        var rest = Millis % millis;
        return new Timestamp(Millis - (rest < 0 ? rest + millis : rest));
    }

    private static int PowerOfTen(int exponent)
    {
        var power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}
