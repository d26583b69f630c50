using System.Runtime.CompilerServices;

namespace Sluice.Engine.Rows;

/// <summary>Values of a fixed size, and which of them are null.</summary>
public sealed class ValueColumn<T>(int capacity) : Column
    where T : unmanaged
{
    public T[] Values = new T[capacity];
    public bool[] Nulls = new bool[capacity];

    public override int Capacity => Values.Length;

    public override bool IsNull(int row) => Nulls[row];

    public override void SetNull(int row) => (Values[row], Nulls[row]) = (default, true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int row, T value)
    {
        Values[row] = value;
        Nulls[row] = false;
    }

    public override void Grow(int rows)
    {
        if (rows > Values.Length)
        {
            var size = Math.Max(rows, Values.Length * 2);
            Array.Resize(ref Values, size);
            Array.Resize(ref Nulls, size);
        }
    }

    public override void CopyFrom(Column source, int sourceRow, int row)
    {
        var from = (ValueColumn<T>)source;
        Values[row] = from.Values[sourceRow];
        Nulls[row] = from.Nulls[sourceRow];
    }

    public override void Gather(Column source, ReadOnlySpan<int> rows)
    {
        var from = (ValueColumn<T>)source;
        Grow(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            Values[i] = from.Values[rows[i]];
            Nulls[i] = from.Nulls[rows[i]];
        }
    }
}
