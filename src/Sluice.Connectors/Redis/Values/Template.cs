using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Engine.Rows;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Values;

/// <summary>Constant pieces with a column's value between each two: a joined key, a joined value, a JSON object.
/// <paramref name="pieces"/> has one element more than there are columns. Null values are empty.</summary>
internal sealed class Template(byte[][] pieces)
{
    private readonly int _constant = pieces.Sum(p => p.Length);

    public static Template Joined(int columns, byte[] delimiter) =>
        new([.. Enumerable.Range(0, columns + 1).Select(i => i == 0 || i == columns ? [] : delimiter)]);

    /// <summary>Fills <paramref name="to"/> for the live rows of the block.</summary>
    public void Fill(WriteBlock block, ReadOnlySpan<TextColumn> columns, TextColumn to)
    {
        var count = block.Rows!.Count;
        for (var row = 0; row < count; row++)
        {
            if (block.States[row] != RowState.Live)
            {
                continue;
            }

            var length = _constant;
            foreach (var column in columns)
            {
                length += Math.Max(0, column.Length[row]);
            }

            var start = block.Heap.Take(length);
            Write(columns, row, block.Heap.Bytes.AsSpan(start, length));
            to.Start[row] = start;
            to.Length[row] = length;
        }
    }

    /// <summary>Writes one row's text as an argument, straight from the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WriteBulk(RespWriter to, TextColumn[] columns, int row)
    {
        var length = _constant;
        foreach (var column in columns)
        {
            length += Math.Max(0, column.Length[row]);
        }

        ref var target = ref MemoryMarshal.GetReference(to.BeginBulk(length));
        for (var i = 0; i < columns.Length; i++)
        {
            target = ref Append(ref target, pieces[i]);
            var column = columns[i];
            var size = column.Length[row];
            if (size > 0)
            {
                RespWriter.Copy(column.Heap.Bytes, column.Start[row], size, ref target);
                target = ref Unsafe.Add(ref target, size);
            }
        }

        Append(ref target, pieces[^1]);
        to.EndBulk(length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte Append(ref byte target, byte[] piece)
    {
        if (piece.Length == 1)
        {
            target = piece[0];
        }
        else if (piece.Length > 0)
        {
            RespWriter.Copy(piece, 0, piece.Length, ref target);
        }

        return ref Unsafe.Add(ref target, piece.Length);
    }

    private void Write(ReadOnlySpan<TextColumn> columns, int row, Span<byte> target)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            pieces[i].CopyTo(target);
            target = target[pieces[i].Length..];
            var value = columns[i][row];
            value.CopyTo(target);
            target = target[value.Length..];
        }

        pieces[^1].CopyTo(target);
    }
}
