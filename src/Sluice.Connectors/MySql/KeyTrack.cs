using System.Text;
using Sluice.Connectors.MySql.Slicing;
using Sluice.Engine.Connectors;

namespace Sluice.Connectors.MySql;

/// <summary>Follows the key of the rows of a slice, which come in its order, and says which position is behind a batch (S-27c).</summary>
/// <param name="keyIndex">The key's place among the columns of the result; its weight, where there is one, is the last column.</param>
/// <param name="start">Where the reader began.</param>
internal sealed unsafe class KeyTrack(KeyOrder order, int keyIndex, Position start)
{
    private byte[] _key = [];
    private byte[] _before = [];
    private byte[] _compared = [];
    private int _keyLength, _beforeLength;
    private int _comparedLength = -1;
    private long _rows = start.Ordinal;

    /// <summary>Whether batches end only between two keys.</summary>
    public bool Cuts => order.Cuts;

    /// <summary>The row of the batch with which the last key began; 0 where no other one came before it.</summary>
    public int Boundary { get; private set; }

    /// <summary>The position behind the last batch.</summary>
    public Position Position { get; private set; } = start;

    /// <summary>Whether the last batch has rows that <see cref="Position"/> does not cover.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Where batches are cut: looks at each row.</summary>
    /// <param name="columns">Of the result.</param>
    public void Note(int row, byte** values, nuint* lengths, int columns)
    {
        var index = order.Weight is null ? keyIndex : columns - 1;
        if (values[index] == null)
        {
            // A weight that the server could not make: nobody knows, so this row belongs to the one before.
            return;
        }

        var compared = new ReadOnlySpan<byte>(values[index], (int)lengths[index]);
        if (_comparedLength >= 0 && compared.SequenceEqual(_compared.AsSpan(0, _comparedLength)))
        {
            return;
        }

        if (_comparedLength >= 0)
        {
            Boundary = row;
            (_before, _beforeLength, _key) = (_key, _keyLength, _before);
        }

        Keep(compared, ref _compared, out _comparedLength);
        Keep(new ReadOnlySpan<byte>(values[keyIndex], (int)lengths[keyIndex]), ref _key, out _keyLength);
    }

    /// <summary>A batch ends before <see cref="Boundary"/>; the rows from there on are the first of the next.</summary>
    public void Cut()
    {
        _rows += Boundary;
        Position = new Position(_rows, KeyPosition.After(SqlLiteral.Of(order.Column, _before.AsSpan(0, _beforeLength)), covers: true));
        (Boundary, IsOpen) = (0, false);
    }

    /// <summary>A batch ends within rows of the same key.</summary>
    public void LeaveOpen(int rows)
    {
        _rows += rows;
        IsOpen = true;
    }

    /// <summary>A batch ends behind its last row, which is here.</summary>
    public void Take(int rows, byte** last, nuint* lengths)
    {
        _rows += rows;
        if (last[keyIndex] != null)
        {
            // NULLs come first: before another key has come, nothing is covered.
            var literal = SqlLiteral.Of(order.Column, new ReadOnlySpan<byte>(last[keyIndex], (int)lengths[keyIndex]));
            Position = new Position(_rows, KeyPosition.After(literal, order.IsUnique));
        }
    }

    /// <summary>No more rows come.</summary>
    /// <returns>The position at the end of the slice.</returns>
    public Position End(int rows)
    {
        _rows += rows;
        return new Position(_rows, null, IsEnd: true);
    }

    private static void Keep(ReadOnlySpan<byte> bytes, ref byte[] to, out int length)
    {
        if (to.Length < bytes.Length)
        {
            to = new byte[Math.Max(bytes.Length, to.Length * 2)];
        }

        bytes.CopyTo(to);
        length = bytes.Length;
    }
}
