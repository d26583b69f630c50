using System.Buffers.Text;
using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Json;

/// <summary>How the values of each type are written as JSON. Which way is decided once per column.</summary>
internal static class JsonAppenders
{
    /// <summary>Bytes of a timestamp with its quotes.</summary>
    private const int MostTimestampBytes = 48;

    public static TextAppender Of(SqlType type, JsonSettings settings) => type.Kind switch
    {
        TypeKind.Boolean => static (column, row, to) => to.Append(((ValueColumn<bool>)column).Values[row] ? "true"u8 : "false"u8),
        TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int or TypeKind.IntervalYearMonth
            => static (column, row, to) => TextForm.AppendLong(((ValueColumn<int>)column).Values[row], to),
        TypeKind.BigInt or TypeKind.IntervalDayTime => static (column, row, to) => TextForm.AppendLong(((ValueColumn<long>)column).Values[row], to),
        TypeKind.Float => static (column, row, to) => AppendFloat(((ValueColumn<float>)column).Values[row], to),
        TypeKind.Double => static (column, row, to) => AppendDouble(((ValueColumn<double>)column).Values[row], to),
        TypeKind.Decimal when settings.PlainDecimals => static (column, row, to) => TextForm.AppendDecimal(((ValueColumn<SqlDecimal>)column).Values[row], to),
        TypeKind.Decimal => static (column, row, to) => JavaNumbers.Append(((ValueColumn<SqlDecimal>)column).Values[row], to),
        TypeKind.Binary or TypeKind.Varbinary => static (column, row, to) => AppendBase64(((TextColumn)column)[row], to),
        TypeKind.Date => static (column, row, to) => AppendDate(((ValueColumn<int>)column).Values[row], to),
        TypeKind.Time => static (column, row, to) => AppendTime(((ValueColumn<int>)column).Values[row], to),
        TypeKind.Timestamp or TypeKind.TimestampLtz => TimestampAppender(settings.TimestampSeparator, type.Kind == TypeKind.TimestampLtz),
        TypeKind.Array => ArrayAppender(Nested(type.Element!, settings)),
        TypeKind.Map => MapAppender(Nested(type.Element!, settings), settings),
        TypeKind.Multiset => MapAppender(Nested(SqlType.Int, settings), settings),
        TypeKind.Row => RowAppender(JsonObjectWriter.Of(type.Fields, settings)),
        _ => static (column, row, to) => JsonText.Append(((TextColumn)column)[row], to),
    };

    /// <summary>JSON has no NaN and no infinity: they are written as texts.</summary>
    private static void AppendDouble(double value, ByteHeap to)
    {
        var quote = double.IsFinite(value) ? default : "\""u8;
        to.Append(quote);
        TextForm.AppendDouble(value, to);
        to.Append(quote);
    }

    private static void AppendFloat(float value, ByteHeap to)
    {
        var quote = float.IsFinite(value) ? default : "\""u8;
        to.Append(quote);
        TextForm.AppendFloat(value, to);
        to.Append(quote);
    }

    private static void AppendBase64(ReadOnlySpan<byte> value, ByteHeap to)
    {
        to.Append("\""u8);
        Base64.EncodeToUtf8(value, to.Reserve(Base64.GetMaxEncodedToUtf8Length(value.Length)), out _, out var written);
        to.Take(written);
        to.Append("\""u8);
    }

    private static void AppendDate(int days, ByteHeap to)
    {
        to.Append("\""u8);
        TextForm.AppendDate(days, to);
        to.Append("\""u8);
    }

    /// <summary>A fraction only where there is one.</summary>
    private static void AppendTime(int millis, ByteHeap to)
    {
        to.Append("\""u8);
        TextForm.AppendTime(millis, millis % 1000 == 0 ? 0 : 3, to);
        to.Append("\""u8);
    }

    private static TextAppender TimestampAppender(byte separator, bool isMoment) => (column, row, to) =>
    {
        var at = to.Reserve(MostTimestampBytes);
        at[0] = (byte)'"';
        var used = 1 + TemporalForm.PutTimestamp(at[1..], ((ValueColumn<Timestamp>)column).Values[row], separator, 0, 9);
        if (isMoment)
        {
            at[used++] = (byte)'Z';
        }

        at[used++] = (byte)'"';
        to.Take(used);
    };

    private static TextAppender ArrayAppender(TextAppender element) => (column, row, to) =>
    {
        var array = (ArrayColumn)column;
        to.Append("["u8);
        for (var i = 0; i < array.Length[row]; i++)
        {
            to.Append(i == 0 ? default : ","u8);
            element(array.Elements, array.Start[row] + i, to);
        }

        to.Append("]"u8);
    };

    private static TextAppender MapAppender(TextAppender value, JsonSettings settings)
    {
        var literal = Encoding.UTF8.GetBytes(settings.NullKeyLiteral);
        return (column, row, to) =>
        {
            var map = (MapColumn)column;
            to.Append("{"u8);
            var first = true;
            for (var i = map.Start[row]; i < map.Start[row] + map.Length[row]; i++)
            {
                var isNull = map.Keys.IsNull(i);
                if (isNull && settings.NullKeys == NullKeyMode.Drop)
                {
                    continue;
                }

                if (isNull && settings.NullKeys == NullKeyMode.Fail)
                {
                    throw new DataException($"JSON has no key that is NULL; '{settings.Format}.map-null-key.mode' = 'DROP' leaves such entries out, 'LITERAL' names them");
                }

                to.Append(first ? default : ","u8);
                first = false;
                JsonText.Append(isNull ? literal : ((TextColumn)map.Keys)[i], to);
                to.Append(":"u8);
                value(map.Values, i, to);
            }

            to.Append("}"u8);
        };
    }

    private static TextAppender RowAppender(JsonObjectWriter writer) => (column, row, to) => writer.Append(((RowColumn)column).Fields, row, to);

    /// <summary>The same for values that may be null.</summary>
    private static TextAppender Nested(SqlType type, JsonSettings settings)
    {
        var value = Of(type, settings);
        return (column, row, to) =>
        {
            if (column.IsNull(row))
            {
                to.Append("null"u8);
            }
            else
            {
                value(column, row, to);
            }
        };
    }
}
