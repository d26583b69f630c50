using System.Buffers.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Csv;

/// <summary>How the values of each type are written as fields, before they are quoted.</summary>
internal static class CsvAppenders
{
    private const int MostTimestampBytes = 48;

    /// <summary>Numbers and booleans are never quoted.</summary>
    public static bool IsText(SqlType type) => !type.IsNumeric && !type.IsInterval && type.Kind != TypeKind.Boolean;

    public static TextAppender Of(SqlType type, CsvSettings settings) => type.Kind switch
    {
        TypeKind.Boolean => static (column, row, to) => to.Append(((ValueColumn<bool>)column).Values[row] ? "true"u8 : "false"u8),
        TypeKind.IntervalYearMonth => static (column, row, to) => TextForm.AppendLong(((ValueColumn<int>)column).Values[row], to),
        TypeKind.IntervalDayTime => static (column, row, to) => TextForm.AppendLong(((ValueColumn<long>)column).Values[row], to),
        TypeKind.Decimal when settings.ScientificDecimals => static (column, row, to) => JavaNumbers.AppendStripped(((ValueColumn<SqlDecimal>)column).Values[row], to),
        TypeKind.Binary or TypeKind.Varbinary => static (column, row, to) => AppendBase64(((TextColumn)column)[row], to),
        TypeKind.Time => static (column, row, to) => AppendTime(((ValueColumn<int>)column).Values[row], to),
        TypeKind.Timestamp => static (column, row, to) => AppendTimestamp(((ValueColumn<Timestamp>)column).Values[row], to),
        TypeKind.TimestampLtz => static (column, row, to) =>
        {
            AppendTimestamp(((ValueColumn<Timestamp>)column).Values[row], to);
            to.Append("Z"u8);
        }
        ,
        TypeKind.Array => Array(Of(type.Element!, settings), settings),
        TypeKind.Row => Row([.. type.Fields.Select(f => Of(f.Type, settings))], settings),
        _ => TextForm.Appender(type),
    };

    private static void AppendBase64(ReadOnlySpan<byte> value, ByteHeap to)
    {
        Base64.EncodeToUtf8(value, to.Reserve(Base64.GetMaxEncodedToUtf8Length(value.Length)), out _, out var written);
        to.Take(written);
    }

    private static void AppendTime(int millis, ByteHeap to) => TextForm.AppendTime(millis, millis % 1000 == 0 ? 0 : 3, to);

    private static void AppendTimestamp(Timestamp value, ByteHeap to) => to.Take(TemporalForm.PutTimestamp(to.Reserve(MostTimestampBytes), value, (byte)' ', 0, 9));

    private static TextAppender Array(TextAppender element, CsvSettings settings) => (column, row, to) =>
    {
        var array = (ArrayColumn)column;
        for (var i = 0; i < array.Length[row]; i++)
        {
            AppendElement(element, array.Elements, array.Start[row] + i, i == 0, settings, to);
        }
    };

    private static TextAppender Row(TextAppender[] fields, CsvSettings settings) => (column, row, to) =>
    {
        for (var i = 0; i < fields.Length; i++)
        {
            AppendElement(fields[i], ((RowColumn)column).Fields[i], row, i == 0, settings, to);
        }
    };

    private static void AppendElement(TextAppender element, Column column, int row, bool isFirst, CsvSettings settings, ByteHeap to)
    {
        to.Append(isFirst ? default : settings.ElementDelimiter);
        if (column.IsNull(row))
        {
            to.Append(settings.NullLiteral);
        }
        else
        {
            element(column, row, to);
        }
    }
}
