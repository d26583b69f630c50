using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Sluice.Connectors.MySql.Native;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.MySql;

/// <summary>Copies rows of a result into batches; allocates nothing. What depends on a column's type is decided here once.</summary>
internal sealed unsafe class RowFiller
{
    /// <summary>Before each value stand 1 to 9 bytes with its length.</summary>
    private const int MostLengthBytes = 9;

    private const int MostDigits = 20;

    private readonly nint _result;
    private readonly int[] _bitColumns;

    public RowFiller(MySqlResult result)
    {
        _result = result.Handle;
        _bitColumns = [.. Enumerable.Range(0, result.Columns.Count).Where(i => result.Columns[i].FieldType == MySqlFieldType.Bit)];
    }

    /// <summary>Fills an empty batch. False: no row is left, or the connection broke.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Fill(RowBatch batch)
    {
        var columns = batch.Texts;
        var row = 0;
        var bytes = 0L;
        var more = true;
        while (row < batch.Capacity && batch.Heap.Used < batch.ByteLimit)
        {
            var values = LibMariaDb.FetchRow(_result);
            if (values == null)
            {
                more = false;
                break;
            }

            bytes += Copy(columns, batch.Heap, row, values, LibMariaDb.FetchLengths(_result));
            if (_bitColumns.Length > 0)
            {
                WriteBits(columns, batch.Heap, row);
            }

            row++;
        }

        batch.Count = row;
        batch.ValueBytes = bytes;
        return more;
    }

    /// <summary>Copies one row and returns the bytes of its values. They lie in one buffer in their order, only their lengths
    /// between them: one copy takes them all. Where that should ever not hold, each is copied by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static long Copy(TextColumn[] columns, ByteHeap heap, int row, byte** values, nuint* lengths)
    {
        byte* first = null;
        byte* end = null;
        var sum = 0L;
        var inOrder = true;
        var start = heap.Used;
        for (var i = 0; i < columns.Length; i++)
        {
            var value = values[i];
            var column = columns[i];
            if (value == null)
            {
                column.SetNull(row);
                continue;
            }

            first = first == null ? value : first;
            inOrder &= value >= end;
            end = value + lengths[i];
            sum += (long)lengths[i];
            column.Start[row] = start + (int)(value - first);
            column.Length[row] = (int)lengths[i];
        }

        if (!inOrder || end - first > sum + ((long)MostLengthBytes * columns.Length))
        {
            CopyEach(columns, row, values, lengths);
            return sum;
        }

        heap.Append(new ReadOnlySpan<byte>(first, (int)(end - first)));
        return sum;
    }

    private static void CopyEach(TextColumn[] columns, int row, byte** values, nuint* lengths)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (values[i] == null)
            {
                columns[i].SetNull(row);
            }
            else
            {
                columns[i].Set(row, new ReadOnlySpan<byte>(values[i], (int)lengths[i]));
            }
        }
    }

    /// <summary>BIT comes as up to 8 bytes, highest first; it travels as an integer.</summary>
    private void WriteBits(TextColumn[] columns, ByteHeap heap, int row)
    {
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        foreach (var i in _bitColumns)
        {
            var column = columns[i];
            if (column.IsNull(row))
            {
                continue;
            }

            padded.Clear();
            var value = column[row];
            value.CopyTo(padded[(sizeof(ulong) - value.Length)..]);
            Utf8Formatter.TryFormat(BinaryPrimitives.ReadUInt64BigEndian(padded), heap.Reserve(MostDigits), out var written);
            column.Start[row] = heap.Take(written);
            column.Length[row] = written;
        }
    }
}
