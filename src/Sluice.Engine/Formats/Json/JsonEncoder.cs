using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Json;

/// <summary>Rows as JSON objects.</summary>
internal sealed class JsonEncoder(JsonSettings settings, IReadOnlyList<FormatColumn> columns) : Encoder
{
    private readonly JsonObjectWriter _row = JsonObjectWriter.Of(columns, settings);

    public override bool Encode(RowBatch rows, int row, ByteHeap to)
    {
        _row.Append(rows.Columns, row, to);
        return true;
    }
}

/// <summary>Writes the fields of one row as an object.</summary>
internal sealed class JsonObjectWriter
{
    private readonly byte[][] _names;
    private readonly TextAppender[] _values;
    private readonly int[] _targets;
    private readonly bool _ignoreNulls;

    private JsonObjectWriter(IReadOnlyList<(string Name, SqlType Type, int Target)> fields, JsonSettings settings)
    {
        _names = [.. fields.Select(f => NameOf(f.Name))];
        _values = [.. fields.Select(f => JsonAppenders.Of(f.Type, settings))];
        _targets = [.. fields.Select(f => f.Target)];
        _ignoreNulls = settings.IgnoreNullFields;
    }

    public static JsonObjectWriter Of(IReadOnlyList<FormatColumn> columns, JsonSettings settings) =>
        new([.. columns.Where(c => c.Target >= 0).Select(c => (c.Name, c.Type, c.Target))], settings);

    public static JsonObjectWriter Of(IReadOnlyList<RowField> fields, JsonSettings settings) =>
        new([.. fields.Select((f, i) => (f.Name, f.Type, i))], settings);

    public void Append(Column[] columns, int row, ByteHeap to)
    {
        to.Append("{"u8);
        var first = true;
        for (var i = 0; i < _names.Length; i++)
        {
            var column = columns[_targets[i]];
            var isNull = column.IsNull(row);
            if (isNull && _ignoreNulls)
            {
                continue;
            }

            // Each name begins with the comma that separates it from the one before.
            to.Append(first ? _names[i].AsSpan(1) : _names[i]);
            first = false;
            if (isNull)
            {
                to.Append("null"u8);
            }
            else
            {
                _values[i](column, row, to);
            }
        }

        to.Append("}"u8);
    }

    /// <summary><c>,"name":</c>.</summary>
    private static byte[] NameOf(string name)
    {
        var heap = new ByteHeap(64);
        heap.Append(","u8);
        JsonText.Append(Encoding.UTF8.GetBytes(name), heap);
        heap.Append(":"u8);
        return heap.Bytes.AsSpan(0, heap.Used).ToArray();
    }
}
