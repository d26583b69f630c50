using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Lookup;

/// <summary>Rows of a dimension table as runs of bytes, which caches can keep: one field after the other, each as its column's storage is.
/// A text, and each element of an array of texts, is its length in four bytes (-1 is null) and its bytes; an array is the number of its
/// elements (-1 is null) and the elements; any other value is a byte (1 is null) and the value as it lies in memory.</summary>
public sealed class RecordLayout
{
    private const int Null = -1;

    private readonly FieldCopy[] _copies;

    /// <param name="schema">Columns of scalar types and arrays of texts.</param>
    public RecordLayout(Schema schema)
    {
        Schema = schema;
        _copies = [.. schema.Fields.Select(f => CopyOf(f.Sql!))];
    }

    /// <summary>Reads a field into a row of a column, which may be null to leave it out; returns the bytes that follow it.</summary>
    private delegate ReadOnlySpan<byte> FieldCopy(ReadOnlySpan<byte> record, Column? to, int row);

    public Schema Schema { get; }

    /// <summary>Copies the fields of a record into one row of the given columns, one for each column of the schema; those that are null are left out.</summary>
    public void CopyTo(ReadOnlySpan<byte> record, Column?[] columns, int row)
    {
        for (var i = 0; i < _copies.Length; i++)
        {
            record = _copies[i](record, columns[i], row);
        }
    }

    public static void AppendText(ByteHeap to, ReadOnlySpan<byte> text)
    {
        AppendCount(to, text.Length);
        to.Append(text);
    }

    /// <summary>The beginning of an array, whose elements follow: each an <see cref="AppendText"/>, or an <see cref="AppendCount"/> of -1.</summary>
    public static void AppendCount(ByteHeap to, int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.Reserve(sizeof(int)), count);
        to.Take(sizeof(int));
    }

    public static void AppendValue<T>(ByteHeap to, T value)
        where T : unmanaged
    {
        var start = to.Take(1 + Unsafe.SizeOf<T>());
        to.Bytes[start] = 0;
        MemoryMarshal.Write(to.Bytes.AsSpan(start + 1), value);
    }

    public void AppendNull(ByteHeap to, int column)
    {
        if (Schema[column].Sql!.Storage is Storage.Text or Storage.Array)
        {
            AppendCount(to, Null);
        }
        else
        {
            to.Append([1]);
        }
    }

    private static FieldCopy CopyOf(SqlType type) => type.Storage switch
    {
        Storage.Text => CopyText,
        Storage.Boolean => CopyValue<bool>,
        Storage.Int => CopyValue<int>,
        Storage.Long => CopyValue<long>,
        Storage.Float => CopyValue<float>,
        Storage.Double => CopyValue<double>,
        Storage.Decimal => CopyValue<SqlDecimal>,
        Storage.Timestamp => CopyValue<Timestamp>,
        Storage.Array when type.Element!.Storage == Storage.Text => CopyArray,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static ReadOnlySpan<byte> CopyText(ReadOnlySpan<byte> record, Column? to, int row)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(record);
        record = record[sizeof(int)..];
        if (length < 0)
        {
            to?.SetNull(row);
            return record;
        }

        ((TextColumn?)to)?.Set(row, record[..length]);
        return record[length..];
    }

    private static ReadOnlySpan<byte> CopyArray(ReadOnlySpan<byte> record, Column? to, int row)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(record);
        record = record[sizeof(int)..];
        var array = (ArrayColumn?)to;
        if (count < 0)
        {
            array?.SetNull(row);
            return record;
        }

        array?.Begin(row);
        for (var i = 0; i < count; i++)
        {
            record = CopyText(record, array?.Elements, array?.Add(row) ?? 0);
        }

        return record;
    }

    private static ReadOnlySpan<byte> CopyValue<T>(ReadOnlySpan<byte> record, Column? to, int row)
        where T : unmanaged
    {
        if (record[0] != 0)
        {
            to?.SetNull(row);
            return record[1..];
        }

        ((ValueColumn<T>?)to)?.Set(row, MemoryMarshal.Read<T>(record[1..]));
        return record[(1 + Unsafe.SizeOf<T>())..];
    }
}
