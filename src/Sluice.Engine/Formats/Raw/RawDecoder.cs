using System.Buffers.Binary;
using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Raw;

/// <summary>A row of one value. An empty message is an empty text, or an error where a number is expected.</summary>
internal sealed class RawDecoder(FormatColumn column, RawLayout layout) : Decoder
{
    /// <summary>A unit of UTF-16 has no more bytes in UTF-8 than this.</summary>
    private const int MostUtf8BytesPerUnit = 3;

    private char[] _units = [];

    public override int Decode(ReadOnlySpan<byte> message, RowBatch into)
    {
        if (layout.Size > 0 && message.Length != layout.Size)
        {
            throw new DataException($"the message has {message.Length} bytes, and {layout.Type.Nullable()} of column '{column.Name}' has {layout.Size}");
        }

        if (into.Count >= into.Capacity)
        {
            into.Grow(into.Count + 1);
        }

        if (column.Target >= 0)
        {
            Set(message, into.Columns[column.Target], into.Count);
        }

        return 1;
    }

    private void Set(ReadOnlySpan<byte> message, Column target, int row)
    {
        switch (layout.Type.Kind)
        {
            case TypeKind.Boolean:
                ((ValueColumn<bool>)target).Set(row, message[0] != 0);
                break;
            case TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int:
                ((ValueColumn<int>)target).Set(row, (int)Number(message));
                break;
            case TypeKind.BigInt:
                ((ValueColumn<long>)target).Set(row, Number(message));
                break;
            case TypeKind.Float:
                ((ValueColumn<float>)target).Set(row, BitConverter.Int32BitsToSingle((int)Number(message)));
                break;
            case TypeKind.Double:
                ((ValueColumn<double>)target).Set(row, BitConverter.Int64BitsToDouble(Number(message)));
                break;
            default:
                SetText(message, (TextColumn)target, row);
                break;
        }
    }

    private long Number(ReadOnlySpan<byte> bytes) => (bytes.Length, layout.LittleEndian) switch
    {
        (1, _) => (sbyte)bytes[0],
        (2, false) => BinaryPrimitives.ReadInt16BigEndian(bytes),
        (2, true) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        (4, false) => BinaryPrimitives.ReadInt32BigEndian(bytes),
        (4, true) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (_, false) => BinaryPrimitives.ReadInt64BigEndian(bytes),
        (_, true) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
    };

    private void SetText(ReadOnlySpan<byte> message, TextColumn target, int row)
    {
        if (!layout.HasCharset)
        {
            target.Set(row, message);
            return;
        }

        var most = layout.Charset!.GetMaxCharCount(message.Length);
        if (_units.Length < most)
        {
            _units = new char[most];
        }

        var units = layout.Charset.GetChars(message, _units);
        var length = Encoding.UTF8.GetBytes(_units.AsSpan(0, units), target.Heap.Reserve(units * MostUtf8BytesPerUnit));
        (target.Start[row], target.Length[row]) = (target.Heap.Take(length), length);
    }
}
