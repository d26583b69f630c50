using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Datagen;

/// <summary>Counts upwards: row n of the table has the n-th number, whichever task makes it.</summary>
internal abstract class Sequence(long start, long end) : Generator
{
    /// <summary>A sequence of all 2^64 numbers is cut short by one half.</summary>
    public override long? Rows { get; } = (long)Math.Min((ulong)(end - start), long.MaxValue - 1) + 1;

    protected long From(FillRun run) => start + run.FirstRow;
}

/// <summary>Numbers in a column of their own kind.</summary>
internal sealed class NumberSequence<T>(long start, long end) : Sequence(start, end)
    where T : unmanaged, INumberBase<T>
{
    public override long MostBytes => Unsafe.SizeOf<T>();

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<T>)column;
        var next = From(run);
        foreach (ref var value in values.Values.AsSpan(start, count))
        {
            value = T.CreateTruncating(next++);
        }

        values.Nulls.AsSpan(start, count).Clear();
        return count * MostBytes;
    }
}

internal sealed class DecimalSequence(long start, long end, int scale) : Sequence(start, end)
{
    private readonly Int128 _unit = DecimalRange.PowerOfTen(scale);

    public override long MostBytes => 16;

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<SqlDecimal>)column;
        var next = From(run);
        foreach (ref var value in values.Values.AsSpan(start, count))
        {
            value = new SqlDecimal(next++ * _unit, scale);
        }

        values.Nulls.AsSpan(start, count).Clear();
        return count * MostBytes;
    }
}

/// <summary>The digits of each number.</summary>
internal sealed class TextSequence(long start, long end) : Sequence(start, end)
{
    /// <summary>As long as <see cref="long.MinValue"/>.</summary>
    public override long MostBytes => 20;

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var texts = (TextColumn)column;
        var (next, bytes) = (From(run), 0L);
        for (var row = start; row < start + count; row++)
        {
            (next++).TryFormat(texts.Heap.Reserve((int)MostBytes), out var length, provider: CultureInfo.InvariantCulture);
            texts.Start[row] = texts.Heap.Take(length);
            texts.Length[row] = length;
            bytes += length;
        }

        return bytes;
    }
}

/// <summary>Eight bytes for each number, the highest first.</summary>
internal sealed class ByteSequence(long start, long end) : Sequence(start, end)
{
    public const int Length = sizeof(long);

    public override long MostBytes => Length;

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var texts = (TextColumn)column;
        var next = From(run);
        for (var row = start; row < start + count; row++)
        {
            texts.Start[row] = texts.Heap.Take(Length);
            texts.Length[row] = Length;
            BinaryPrimitives.WriteInt64BigEndian(texts.Heap.Bytes.AsSpan(texts.Start[row]), next++);
        }

        return count * MostBytes;
    }
}
