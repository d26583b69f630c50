using Sluice.Engine.Rows;

namespace Sluice.Connectors.Datagen;

/// <summary>Hexadecimal digits, as Flink makes them, or any bytes. The values of a batch stand side by side and are made at once.</summary>
/// <param name="length">Of each value, or of the longest one where lengths vary, from 1 on.</param>
internal sealed class RandomText(int length, bool varies, bool isBinary) : Generator
{
    public override long MostBytes => length;

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var texts = (TextColumn)column;
        var random = run.Random;
        var total = varies ? ChooseLengths(texts, start, count, ref random) : SameLengths(texts, start, count);
        var at = texts.Heap.Take(total);
        for (var row = start; row < start + count; row++)
        {
            texts.Start[row] = at;
            at += texts.Length[row];
        }

        var bytes = texts.Heap.Bytes.AsSpan(at - total, total);
        if (isBinary)
        {
            random.FillBytes(bytes);
        }
        else
        {
            random.FillHex(bytes);
        }

        run.Random = random;
        return total;
    }

    private int SameLengths(TextColumn texts, int start, int count)
    {
        texts.Length.AsSpan(start, count).Fill(length);
        return length * count;
    }

    private int ChooseLengths(TextColumn texts, int start, int count, ref FastRandom random)
    {
        var total = 0;
        for (var row = start; row < start + count; row++)
        {
            var chosen = 1 + (int)random.Below((ulong)length);
            texts.Length[row] = chosen;
            total += chosen;
        }

        return total;
    }
}
