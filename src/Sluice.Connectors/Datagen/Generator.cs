using Sluice.Engine.Rows;

namespace Sluice.Connectors.Datagen;

/// <summary>Makes the values of a column, or of the elements of one. Holds no state, so that all readers share it.</summary>
internal abstract class Generator
{
    /// <summary>Bytes that one value takes at most: they bound the rows of a batch.</summary>
    public abstract long MostBytes { get; }

    /// <summary>How many values there are; null where there is no end.</summary>
    public virtual long? Rows => null;

    /// <summary>Sets <paramref name="count"/> values from <paramref name="start"/> on; returns their bytes.</summary>
    public abstract long Fill(Column column, int start, int count, FillRun run);
}

/// <summary>What the generators of a reader share while they fill a batch.</summary>
internal sealed class FillRun(ulong seed)
{
    public FastRandom Random = new(seed);

    /// <summary>The number of the batch's first row in the whole table, from 0.</summary>
    public long FirstRow { get; set; }

    /// <summary>The moment of the batch, in milliseconds since 1970-01-01 UTC.</summary>
    public long NowMillis { get; set; }

    /// <summary>The same moment in the session's time zone.</summary>
    public DateTime LocalNow { get; set; }
}

/// <summary>Makes some of the values of another generator null.</summary>
internal sealed class SometimesNull(Generator inner, double rate) : Generator
{
    private readonly ulong _threshold = rate >= 1 ? ulong.MaxValue : (ulong)(rate * ulong.MaxValue);

    public override long MostBytes => inner.MostBytes;

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var bytes = inner.Fill(column, start, count, run);
        var random = run.Random;
        for (var row = start; row < start + count; row++)
        {
            if (random.Next() <= _threshold)
            {
                bytes -= column is TextColumn texts ? texts.Length[row] : inner.MostBytes;
                column.SetNull(row);
            }
        }

        run.Random = random;
        return Math.Max(0, bytes);
    }
}
