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
    private readonly KeyTrack? _track;
    private readonly bool _cuts;
    private readonly int _columns;
    private readonly List<byte[]?[]> _carried = [];

    /// <param name="track">Follows the key of the rows; null where they come in no certain order.</param>
    public RowFiller(MySqlResult result, KeyTrack? track = null)
    {
        _result = result.Handle;
        (_track, _cuts, _columns) = (track, track?.Cuts == true, result.Columns.Count);
        _bitColumns = [.. Enumerable.Range(0, result.Columns.Count).Where(i => result.Columns[i].FieldType == MySqlFieldType.Bit)];
    }

    /// <summary>Fills an empty batch. False: no row is left, or the connection broke.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Fill(RowBatch batch)
    {
        var columns = batch.Texts;
        var row = _carried.Count;
        var bytes = row == 0 ? 0L : PutCarried(batch);
        byte** values = null;
        nuint* lengths = null;
        var more = true;
        while (row < batch.Capacity && batch.Heap.Used < batch.ByteLimit)
        {
            values = LibMariaDb.FetchRow(_result);
            if (values == null)
            {
                more = false;
                break;
            }

            lengths = LibMariaDb.FetchLengths(_result);
            bytes += Copy(columns, batch.Heap, row, values, lengths);
            if (_bitColumns.Length > 0)
            {
                WriteBits(columns, batch.Heap, row);
            }

            if (_cuts)
            {
                _track!.Note(row, values, lengths, _columns);
            }

            row++;
        }

        batch.Count = row;
        batch.ValueBytes = bytes;
        if (_track is not null && more)
        {
            Place(batch, values, lengths);
        }

        return more;
    }

    /// <summary>Ends a full batch where a position can be, if there is such a place in it.</summary>
    private void Place(RowBatch batch, byte** last, nuint* lengths)
    {
        if (!_cuts)
        {
            _track!.Take(batch.Count, last, lengths);
        }
        else if (_track!.Boundary == 0)
        {
            _track.LeaveOpen(batch.Count);
        }
        else
        {
            for (var row = _track.Boundary; row < batch.Count; row++)
            {
                _carried.Add([.. batch.Texts.Select(c => c.IsNull(row) ? null : c[row].ToArray())]);
            }

            batch.Count = _track.Boundary;
            batch.ValueBytes -= _carried.Sum(r => r.Sum(v => (long)(v?.Length ?? 0)));
            _track.Cut();
        }
    }

    /// <summary>The rows that did not go with the batch before.</summary>
    private long PutCarried(RowBatch batch)
    {
        var bytes = 0L;
        for (var row = 0; row < _carried.Count; row++)
        {
            for (var i = 0; i < batch.Texts.Length; i++)
            {
                if (_carried[row][i] is { } value)
                {
                    batch.Texts[i].Set(row, value);
                    bytes += value.Length;
                }
                else
                {
                    batch.Texts[i].SetNull(row);
                }
            }
        }

        _carried.Clear();
        return bytes;
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
