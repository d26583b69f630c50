using System.Runtime.CompilerServices;

namespace Sluice.Engine.Rows;

/// <summary>The values of one column of a batch: views into a heap, so that a filter, a projection or a second use of a
/// value copies nothing. A length of -1 is null. Arrays are as long as the batch's capacity.</summary>
public sealed class TextColumn : Column
{
    public const int NullLength = -1;

    /// <summary>Where the values stand: the column's own heap, or for the time of a batch that of the column it was gathered from.</summary>
    public ByteHeap Heap;
    public int[] Start;
    public int[] Length;

    private readonly ByteHeap _own;

    public TextColumn(ByteHeap heap, int capacity)
    {
        Heap = _own = heap;
        Start = new int[capacity];
        Length = new int[capacity];
    }

    public override int Capacity => Start.Length;

    /// <summary>The bytes of a value; empty for null.</summary>
    public ReadOnlySpan<byte> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var length = Length[row];
            return length <= 0 ? default : new ReadOnlySpan<byte>(Heap.Bytes, Start[row], length);
        }
    }

    public override bool IsNull(int row) => Length[row] < 0;

    public override void SetNull(int row)
    {
        Start[row] = 0;
        Length[row] = NullLength;
    }

    public void Set(int row, ReadOnlySpan<byte> value)
    {
        Start[row] = Heap.Append(value);
        Length[row] = value.Length;
    }

    /// <summary>The value of a row that is not null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Utf8 At(int row) => new(Heap.Bytes, Start[row], Length[row]);

    /// <summary>Takes a value over, without copying where it stands in this column's heap already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int row, Utf8 value)
    {
        Start[row] = ReferenceEquals(value.Array, Heap.Bytes) ? value.Start : Heap.Append(value.Span);
        Length[row] = value.Length;
    }

    public override void Grow(int rows)
    {
        if (rows > Start.Length)
        {
            var size = Math.Max(rows, Start.Length * 2);
            Array.Resize(ref Start, size);
            Array.Resize(ref Length, size);
        }
    }

    public override void CopyFrom(Column source, int sourceRow, int row)
    {
        var from = (TextColumn)source;
        if (from.Length[sourceRow] < 0)
        {
            SetNull(row);
        }
        else
        {
            Set(row, from.At(sourceRow));
        }
    }

    public override void Gather(Column source, ReadOnlySpan<int> rows)
    {
        var from = (TextColumn)source;
        Grow(rows.Length);
        Heap = from.Heap;
        for (var i = 0; i < rows.Length; i++)
        {
            Start[i] = from.Start[rows[i]];
            Length[i] = from.Length[rows[i]];
        }
    }

    public override void Clear() => Heap = _own;
}
