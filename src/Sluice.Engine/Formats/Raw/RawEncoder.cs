using System.Buffers.Binary;
using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Raw;

/// <summary>The bytes of the one value. NULL is a message without value.</summary>
internal sealed class RawEncoder(FormatColumn column, RawLayout layout) : Encoder
{
    private char[] _units = [];

    public override bool Encode(RowBatch rows, int row, ByteHeap to)
    {
        var source = rows.Columns[column.Target];
        if (source.IsNull(row))
        {
            return false;
        }

        switch (layout.Type.Kind)
        {
            case TypeKind.Boolean:
                Put(((ValueColumn<bool>)source).Values[row] ? 1 : 0, to);
                break;
            case TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int:
                Put(((ValueColumn<int>)source).Values[row], to);
                break;
            case TypeKind.BigInt:
                Put(((ValueColumn<long>)source).Values[row], to);
                break;
            case TypeKind.Float:
                Put(BitConverter.SingleToInt32Bits(((ValueColumn<float>)source).Values[row]), to);
                break;
            case TypeKind.Double:
                Put(BitConverter.DoubleToInt64Bits(((ValueColumn<double>)source).Values[row]), to);
                break;
            default:
                PutText(((TextColumn)source)[row], to);
                break;
        }

        return true;
    }

    /// <summary>The lowest bytes of the number.</summary>
    private void Put(long value, ByteHeap to)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        if (layout.LittleEndian)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            to.Append(bytes[..layout.Size]);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            to.Append(bytes[^layout.Size..]);
        }
    }

    private void PutText(ReadOnlySpan<byte> text, ByteHeap to)
    {
        if (!layout.HasCharset)
        {
            to.Append(text);
            return;
        }

        if (_units.Length < text.Length)
        {
            _units = new char[text.Length];
        }

        var units = Encoding.UTF8.GetChars(text, _units);
        to.Take(layout.Charset!.GetBytes(_units.AsSpan(0, units), to.Reserve(layout.Charset.GetMaxByteCount(units))));
    }
}
