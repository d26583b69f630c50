using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>Puts the text form of a column's values (S-22) into a block's heap. Which kind is chosen once per column.</summary>
internal abstract class TextStager
{
    /// <summary>The text of rows [row, row + count) becomes that of rows [at, at + count) of <paramref name="to"/>; null stays null.</summary>
    public abstract void Stage(Column from, int row, int count, TextColumn to, int at);

    /// <param name="prefix">Stands before each text.</param>
    public static TextStager For(SqlType type, byte[] prefix, TimeZoneInfo zone) => type.Storage switch
    {
        Storage.Text => new TextCopy(prefix),
        _ => new TextOf(TextForm.Appender(type, zone), prefix),
    };
}

/// <summary>Texts and binaries are copied.</summary>
internal sealed class TextCopy(byte[] prefix) : TextStager
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Stage(Column from, int row, int count, TextColumn to, int at)
    {
        var source = (TextColumn)from;
        var bytes = source.Heap.Bytes;
        var starts = source.Start.AsSpan(row, count);
        var lengths = source.Length.AsSpan(row, count);
        var toStarts = to.Start.AsSpan(at, count);
        var toLengths = to.Length.AsSpan(at, count);
        long total = 0;
        foreach (var length in lengths)
        {
            total += Math.Max(0, length) + prefix.Length;
        }

        // A copy may write beyond its end; what it spoils there is written next.
        var heap = to.Heap;
        heap.Reserve(checked((int)total + RespWriter.Slack));
        var next = heap.Used;
        for (var i = 0; i < lengths.Length; i++)
        {
            var length = lengths[i];
            if (length < 0)
            {
                (toStarts[i], toLengths[i]) = (0, TextColumn.NullLength);
                continue;
            }

            toStarts[i] = next;
            toLengths[i] = prefix.Length + length;
            if (prefix.Length > 0)
            {
                prefix.CopyTo(heap.Bytes, next);
                next += prefix.Length;
            }

            RespWriter.Copy(bytes, starts[i], length, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(heap.Bytes), next));
            next += length;
        }

        heap.Take(next - heap.Used);
    }
}

/// <summary>Everything else, as CAST(x AS STRING) gives it.</summary>
internal sealed class TextOf(TextAppender append, byte[] prefix) : TextStager
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Stage(Column from, int row, int count, TextColumn to, int at)
    {
        var heap = to.Heap;
        for (var i = 0; i < count; i++)
        {
            if (from.IsNull(row + i))
            {
                to.SetNull(at + i);
                continue;
            }

            var start = heap.Append(prefix);
            append(from, row + i, heap);
            (to.Start[at + i], to.Length[at + i]) = (start, heap.Used - start);
        }
    }
}
