using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Json;

/// <summary>Writes values of one type as JSON, decided once for the type: numbers and booleans as such, binaries as base64, times as their
/// SQL text, arrays, maps and rows with the keys in alphabetical order.</summary>
internal sealed class JsonText
{
    private readonly Action<Column, int, ByteHeap> _write;

    /// <param name="zone">For moments.</param>
    /// <param name="isJson">The value is JSON already, of JSON_OBJECT or JSON_ARRAY, and goes in as it is.</param>
    public JsonText(SqlType type, TimeZoneInfo zone, bool isJson = false) => _write = isJson ? WriteRaw : For(type, zone);

    /// <summary>Appends the JSON of a value; of a null <c>null</c>.</summary>
    public void Append(Column column, int row, ByteHeap heap)
    {
        if (column.IsNull(row))
        {
            heap.Append("null"u8);
        }
        else
        {
            _write(column, row, heap);
        }
    }

    private static Action<Column, int, ByteHeap> For(SqlType type, TimeZoneInfo zone)
    {
        switch (type.Storage)
        {
            case Storage.Boolean:
                return (column, row, heap) => heap.Append(((ValueColumn<bool>)column).Values[row] ? "true"u8 : "false"u8);
            case Storage.Float:
                return (column, row, heap) => AppendDouble(((ValueColumn<float>)column).Values[row], column, row, type, heap);
            case Storage.Double:
                return (column, row, heap) => AppendDouble(((ValueColumn<double>)column).Values[row], column, row, type, heap);
            case Storage.Decimal:
                return AppendDecimal;
            case Storage.Array:
                return ForArray(new JsonText(type.Element!, zone));
            case Storage.Map:
                return ForMap(type, zone);
            case Storage.Row:
                return ForRow(type, zone);
            case Storage.Text when type.IsBinary:
                return AppendBase64;
            case Storage.Text:
                return (column, row, heap) => JsonQuoting.Append(((TextColumn)column)[row], heap);
            default:
                return type.IsInteger
                    ? (column, row, heap) => TextForm.Append(column, row, type, heap)
                    : (column, row, heap) => AppendQuoted(column, row, type, zone, heap);
        }
    }

    private static void WriteRaw(Column column, int row, ByteHeap heap) => heap.Append(((TextColumn)column)[row]);

    private static void AppendQuoted(Column column, int row, SqlType type, TimeZoneInfo zone, ByteHeap heap)
    {
        heap.Append("\""u8);
        TextForm.Append(column, row, type, heap, zone);
        heap.Append("\""u8);
    }

    // NaN and the infinities are no JSON numbers: they stand in quotes.
    private static void AppendDouble(double value, Column column, int row, SqlType type, ByteHeap heap)
    {
        if (double.IsFinite(value))
        {
            TextForm.Append(column, row, type, heap);
        }
        else
        {
            heap.Append(double.IsNaN(value) ? "\"NaN\""u8 : value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
        }
    }

    private static void AppendDecimal(Column column, int row, ByteHeap heap)
    {
        var value = ((ValueColumn<SqlDecimal>)column).Values[row];
        var digits = Int128.Abs(value.Unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(value.Scale + 1, '0');
        var text = value.Scale == 0 ? digits : $"{digits[..^value.Scale]}.{digits[^value.Scale..]}";
        heap.Append(Encoding.ASCII.GetBytes(value.Unscaled < 0 ? "-" + text : text));
    }

    private static void AppendBase64(Column column, int row, ByteHeap heap)
    {
        var bytes = ((TextColumn)column).At(row);
        heap.Append("\""u8);
        Base64.EncodeToUtf8(bytes.Span, heap.Reserve(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        heap.Take(written);
        heap.Append("\""u8);
    }

    private static Action<Column, int, ByteHeap> ForArray(JsonText element) => (column, row, heap) =>
    {
        var array = (ArrayColumn)column;
        heap.Append("["u8);
        for (var i = 0; i < array.Length[row]; i++)
        {
            if (i > 0)
            {
                heap.Append(","u8);
            }

            element.Append(array.Elements, array.Start[row] + i, heap);
        }

        heap.Append("]"u8);
    };

    private static Action<Column, int, ByteHeap> ForMap(SqlType type, TimeZoneInfo zone)
    {
        var key = type.Key ?? type.Element!;
        var value = new JsonText(type.Key is null ? SqlType.Int : type.Element!, zone);
        return (column, row, heap) =>
        {
            var map = (MapColumn)column;
            var entries = new SortedDictionary<string, int>(StringComparer.Ordinal);
            for (var i = map.Start[row]; i < map.Start[row] + map.Length[row]; i++)
            {
                entries[TextForm.Of(map.Keys, i, key) ?? "null"] = i;
            }

            var next = "{"u8;
            foreach (var (name, index) in entries)
            {
                heap.Append(next);
                JsonQuoting.Append(Encoding.UTF8.GetBytes(name), heap);
                heap.Append(":"u8);
                value.Append(map.Values, index, heap);
                next = ","u8;
            }

            heap.Append(entries.Count == 0 ? "{}"u8 : "}"u8);
        };
    }

    private static Action<Column, int, ByteHeap> ForRow(SqlType type, TimeZoneInfo zone)
    {
        var fields = type.Fields.Select((field, index) => (field.Name, Index: index, Text: new JsonText(field.Type, zone)))
            .OrderBy(field => field.Name, StringComparer.Ordinal).ToArray();
        var names = fields.Select(field => Quoted(field.Name)).ToArray();
        return (column, row, heap) =>
        {
            heap.Append("{"u8);
            for (var i = 0; i < fields.Length; i++)
            {
                if (i > 0)
                {
                    heap.Append(","u8);
                }

                heap.Append(names[i]);
                fields[i].Text.Append(((RowColumn)column).Fields[fields[i].Index], row, heap);
            }

            heap.Append("}"u8);
        };
    }

    /// <summary>A key with its quotes and the colon.</summary>
    public static byte[] Quoted(string key)
    {
        var heap = new ByteHeap(32);
        JsonQuoting.Append(Encoding.UTF8.GetBytes(key), heap);
        heap.Append(":"u8);
        return heap.Bytes.AsSpan(0, heap.Used).ToArray();
    }
}
