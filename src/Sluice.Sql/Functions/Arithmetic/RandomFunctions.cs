using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Arithmetic;

/// <summary>RAND, RAND_INTEGER and UUID.</summary>
internal static class RandomFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("RAND",
        [
            new([], Returning.Double, Rand, Deterministic: false), new([Int], Returning.Double, SeededRand, Deterministic: false),
        ]),
        new("RAND_INTEGER",
        [
            new([Int], Returning.Int, RandInteger, Deterministic: false), new([Int, Int], Returning.Int, SeededRandInteger, Deterministic: false),
        ]),
        new("UUID", [new([], Returning.Text, Uuid, Deterministic: false)]),
    ];

    public static double Rand() => Random.Shared.NextDouble();

    public static double SeededRand(int seed, JavaRandom random) => random.Seeded(seed).NextDouble();

    public static int RandInteger(int bound) => Random.Shared.Next(Positive(bound));

    public static int SeededRandInteger(int seed, int bound, JavaRandom random) => random.Seeded(seed).Next(Positive(bound));

    public static Utf8 Uuid(ByteHeap heap)
    {
        const int Length = 36;
        Guid.NewGuid().TryFormat(heap.Reserve(Length), out _, "D");
        return new Utf8(heap.Bytes, heap.Take(Length), Length);
    }

    private static int Positive(int bound) =>
        bound > 0 ? bound : throw new DataException($"RAND_INTEGER needs a bound of 1 or more, not {bound.ToString(CultureInfo.InvariantCulture)}");
}

/// <summary>The linear congruential generator of Java's Random (48 bits), so that a seed gives the numbers that Flink gives.</summary>
internal sealed class JavaRandom
{
    private const long Multiplier = 0x5DEECE66DL;
    private const long Mask = (1L << 48) - 1;

    private long _state;
    private bool _isSeeded;

    /// <summary>Seeds at the first call only: the following rows continue the sequence.</summary>
    public JavaRandom Seeded(int seed)
    {
        if (!_isSeeded)
        {
            _state = (seed ^ Multiplier) & Mask;
            _isSeeded = true;
        }

        return this;
    }

    public double NextDouble() => (((long)Bits(26) << 27) + Bits(27)) * (1.0 / (1L << 53));

    /// <returns>0 to <paramref name="bound"/> - 1, all equally likely.</returns>
    public int Next(int bound)
    {
        if ((bound & -bound) == bound)
        {
            return (int)((bound * (long)Bits(31)) >> 31);
        }

        int bits, value;
        do
        {
            bits = Bits(31);
            value = bits % bound;
        }
        while (unchecked(bits - value + (bound - 1)) < 0);
        return value;
    }

    private int Bits(int count)
    {
        _state = unchecked((_state * Multiplier) + 0xBL) & Mask;
        return (int)(_state >> (48 - count));
    }
}
