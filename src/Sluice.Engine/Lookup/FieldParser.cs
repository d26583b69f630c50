using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Lookup;

/// <summary>Appends the field of a record that a text of the dimension table stands for.</summary>
/// <returns>Whether the text is a value of the field's type; if not, nothing is appended.</returns>
public delegate bool FieldParser(ReadOnlySpan<byte> text, ByteHeap record);

/// <summary>How texts become fields of each type: as <c>CAST(text AS type)</c> reads them (S-29).</summary>
public static class FieldParsers
{
    /// <param name="type">A scalar type.</param>
    /// <param name="zone">That of the session, which moments (TIMESTAMP_LTZ) are given in.</param>
    /// <returns>Null where SQL has no cast of texts to the type: an interval, or no scalar.</returns>
    public static FieldParser? For(SqlType type, TimeZoneInfo zone) => type.Kind switch
    {
        TypeKind.Char or TypeKind.Varchar => Text(type),
        TypeKind.Binary or TypeKind.Varbinary => Bytes(type),
        TypeKind.Boolean => static (text, record) => TextParser.TryParseBoolean(text, out var value) && Append(record, value),
        TypeKind.TinyInt => static (text, record) => TextParser.TryParseTinyInt(text, out var value) && Append(record, value),
        TypeKind.SmallInt => static (text, record) => TextParser.TryParseSmallInt(text, out var value) && Append(record, value),
        TypeKind.Int => static (text, record) => TextParser.TryParseInt(text, out var value) && Append(record, value),
        TypeKind.BigInt => static (text, record) => TextParser.TryParseBigInt(text, out var value) && Append(record, value),
        TypeKind.Float => static (text, record) => TextParser.TryParseFloat(text, out var value) && Append(record, value),
        TypeKind.Double => static (text, record) => TextParser.TryParseDouble(text, out var value) && Append(record, value),
        TypeKind.Decimal => (text, record) => TextParser.TryParseDecimal(text, type.Precision, type.Scale, out var value) && Append(record, value),
        TypeKind.Date => static (text, record) => TextParser.TryParseDate(text, out var value) && Append(record, value),
        TypeKind.Time => (text, record) => TextParser.TryParseTime(text, type.Precision, out var value) && Append(record, value),
        TypeKind.Timestamp => (text, record) => TextParser.TryParseTimestamp(text, type.Precision, out var value) && Append(record, value),
        TypeKind.TimestampLtz => (text, record) => TextParser.TryParseTimestampLtz(text, type.Precision, zone, out var value) && Append(record, value),
        _ => null,
    };

    private static FieldParser Text(SqlType type)
    {
        var (length, pads) = (type.Precision, type.Kind == TypeKind.Char);
        return length == SqlType.MaxLength && !pads
            ? Whole
            : (text, record) => Put(record, TextLength.Fit(text, length, out var missing), pads ? missing : 0, (byte)' ');
    }

    private static FieldParser Bytes(SqlType type)
    {
        var (length, pads) = (type.Precision, type.Kind == TypeKind.Binary);
        return length == SqlType.MaxLength
            ? Whole
            : (bytes, record) => Put(record, TextLength.FitBytes(bytes, length, out var missing), pads ? missing : 0, 0);
    }

    private static bool Whole(ReadOnlySpan<byte> text, ByteHeap record)
    {
        RecordLayout.AppendText(record, text);
        return true;
    }

    private static bool Put(ByteHeap record, ReadOnlySpan<byte> text, int padding, byte with)
    {
        RecordLayout.AppendCount(record, text.Length + padding);
        record.Append(text);
        record.Reserve(padding)[..padding].Fill(with);
        record.Take(padding);
        return true;
    }

    private static bool Append<T>(ByteHeap record, T value)
        where T : unmanaged
    {
        RecordLayout.AppendValue(record, value);
        return true;
    }
}
