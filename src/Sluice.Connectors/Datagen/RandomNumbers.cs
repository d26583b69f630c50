using System.Runtime.CompilerServices;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Datagen;

/// <summary>Integers kept as int: TINYINT, SMALLINT, INT and months. Both ends belong to the range.</summary>
internal sealed class RandomInt(int min, int max) : Generator
{
    private readonly ulong _range = (ulong)((long)max - min) + 1;

    public override long MostBytes => sizeof(int);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<int>)column;
        var random = run.Random;
        var range = _range;
        foreach (ref var value in values.Values.AsSpan(start, count))
        {
            // The range has at most 33 bits and is multiplied by 32: nothing is lost.
            value = (int)(min + (long)(((random.Next() >> 32) * range) >> 32));
        }

        values.Nulls.AsSpan(start, count).Clear();
        run.Random = random;
        return (long)count * sizeof(int);
    }
}

/// <summary>BIGINT and milliseconds. Both ends belong to the range.</summary>
internal sealed class RandomLong(long min, long max) : Generator
{
    private readonly ulong _range = (ulong)(max - min) + 1;

    public override long MostBytes => sizeof(long);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<long>)column;
        var random = run.Random;
        var range = _range;
        foreach (ref var value in values.Values.AsSpan(start, count))
        {
            value = min + (long)random.Below(range);
        }

        values.Nulls.AsSpan(start, count).Clear();
        run.Random = random;
        return (long)count * sizeof(long);
    }
}

internal sealed class RandomFloat(float min, float max) : Generator
{
    public override long MostBytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<float>)column;
        var random = run.Random;
        var (from, to) = ((double)min, (double)max);
        foreach (ref var value in values.Values.AsSpan(start, count))
        {
            var share = random.NextDouble();
            value = (float)((from * (1 - share)) + (to * share));
        }

        values.Nulls.AsSpan(start, count).Clear();
        run.Random = random;
        return (long)count * sizeof(float);
    }
}

internal sealed class RandomDouble(double min, double max) : Generator
{
    public override long MostBytes => sizeof(double);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<double>)column;
        var random = run.Random;
        foreach (ref var value in values.Values.AsSpan(start, count))
        {
            // Two products, because the difference of the ends may be more than a double holds.
            var share = random.NextDouble();
            value = Math.Clamp((min * (1 - share)) + (max * share), min, max);
        }

        values.Nulls.AsSpan(start, count).Clear();
        run.Random = random;
        return (long)count * sizeof(double);
    }
}

/// <summary>Both ends belong to the range; 64 random bits are spread over it.</summary>
/// <param name="min">Without the point: 1.50 at scale 2 is 150.</param>
internal sealed class RandomDecimal(Int128 min, Int128 max, int scale) : Generator
{
    private readonly UInt128 _range = (UInt128)(max - min) + 1;

    public override long MostBytes => 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<SqlDecimal>)column;
        var random = run.Random;
        var (high, low) = ((ulong)(_range >> 64), (ulong)_range);
        foreach (ref var value in values.Values.AsSpan(start, count))
        {
            var bits = random.Next();
            var above = high == 0 ? UInt128.Zero : (UInt128)bits * high;
            value = new SqlDecimal(min + (Int128)(above + Math.BigMul(bits, low, out _)), scale);
        }

        values.Nulls.AsSpan(start, count).Clear();
        run.Random = random;
        return (long)count * MostBytes;
    }
}

internal sealed class RandomBoolean : Generator
{
    public override long MostBytes => sizeof(bool);

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<bool>)column;
        var random = run.Random;
        var bits = 0UL;
        for (var i = 0; i < count; i++)
        {
            bits = i % 64 == 0 ? random.Next() : bits >> 1;
            values.Values[start + i] = (bits & 1) != 0;
        }

        values.Nulls.AsSpan(start, count).Clear();
        run.Random = random;
        return count;
    }
}
