using System.Runtime.CompilerServices;

namespace Sluice.Engine.Rows;

/// <summary>The values of one column of a batch: views into a heap, so that a filter, a projection or a second use of a
/// value copies nothing. A length of -1 is null. Arrays are as long as the batch's capacity.</summary>
public sealed class TextColumn(ByteHeap heap, int capacity)
{
    public const int NullLength = -1;

    public readonly ByteHeap Heap = heap;
    public readonly int[] Start = new int[capacity];
    public readonly int[] Length = new int[capacity];

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

    public bool IsNull(int row) => Length[row] < 0;

    public void SetNull(int row)
    {
        Start[row] = 0;
        Length[row] = NullLength;
    }

    public void Set(int row, ReadOnlySpan<byte> value)
    {
        Start[row] = Heap.Append(value);
        Length[row] = value.Length;
    }
}
