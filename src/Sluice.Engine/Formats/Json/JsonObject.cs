using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Json;

/// <summary>One field of an object that somebody wants.</summary>
/// <param name="Target">The index of its column.</param>
internal sealed record JsonField(string Name, SqlType Type, int Target, JsonValue Value);

/// <summary>Reads the fields of an object into one row of columns. Names are compared as bytes, first with the one that is expected
/// next, as messages of one topic mostly keep their order. Of a name that occurs twice the last one counts.</summary>
internal sealed class JsonObject
{
    private readonly JsonField[] _fields;
    private readonly byte[][] _names;
    private readonly JsonValue[] _values;
    private readonly int[] _targets;
    private readonly JsonNames _index;
    private readonly JsonSettings _settings;

    // Which object each field was last seen in.
    private readonly long[] _seen;
    private long _object;

    private JsonObject(IEnumerable<JsonField> fields, JsonSettings settings)
    {
        _fields = [.. fields];
        _settings = settings;
        _names = [.. _fields.Select(f => Encoding.UTF8.GetBytes(f.Name))];
        _values = [.. _fields.Select(f => f.Value)];
        _targets = [.. _fields.Select(f => f.Target)];
        _index = new JsonNames(_names);
        _seen = new long[_fields.Length];
    }

    /// <summary>The columns of a table; those that nobody needs are skipped.</summary>
    public static JsonObject Of(IReadOnlyList<FormatColumn> columns, JsonSettings settings) =>
        new(columns.Where(c => c.Target >= 0).Select(c => new JsonField(c.Name, c.Type, c.Target, JsonValue.Of(c.Type, settings))), settings);

    /// <summary>The fields of a ROW.</summary>
    public static JsonObject Of(IReadOnlyList<RowField> fields, JsonSettings settings) =>
        new(fields.Select((f, i) => new JsonField(f.Name, f.Type, i, JsonValue.Of(f.Type, settings))), settings);

    /// <summary>Reads the object that the reader stands at the beginning of, and leaves it at its end.</summary>
    /// <param name="fallback">The row from which fields are copied that the object lacks; -1: they are null.</param>
    /// <exception cref="DataException">A field that is no value of its type, or that is missing, where that is an error.</exception>
    public void Read(ref Utf8JsonReader reader, Column[] columns, int row, int fallback = -1)
    {
        var number = ++_object;
        var names = _names;
        var next = 0;
        var found = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var field = (uint)next < (uint)names.Length && !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(names[next])
                ? next
                : _index.Find(ref reader);
            if (field < 0)
            {
                reader.Skip();
                continue;
            }

            next = field + 1;
            if (_seen[field] != number)
            {
                _seen[field] = number;
                found++;
            }

            reader.Read();
            var column = columns[_targets[field]];
            if (reader.TokenType == JsonTokenType.Null)
            {
                column.SetNull(row);
            }
            else if (!_values[field].TryRead(ref reader, column, row))
            {
                Reject(ref reader, field, column, row);
            }
        }

        if (found < names.Length)
        {
            FillMissing(columns, row, fallback);
        }
    }

    private void FillMissing(Column[] columns, int row, int fallback)
    {
        for (var i = 0; i < _seen.Length; i++)
        {
            if (_seen[i] == _object)
            {
                continue;
            }

            var column = columns[_targets[i]];
            if (fallback >= 0)
            {
                column.CopyFrom(column, fallback, row);
            }
            else if (_settings.FailOnMissingField)
            {
                throw new DataException($"field '{_fields[i].Name}' is missing");
            }
            else
            {
                column.SetNull(row);
            }
        }
    }

    private void Reject(ref Utf8JsonReader reader, int field, Column column, int row)
    {
        if (!_settings.IgnoreParseErrors)
        {
            ThrowRejected(ref reader, _fields[field]);
        }

        column.SetNull(row);
    }

    [DoesNotReturn]
    private static void ThrowRejected(ref Utf8JsonReader reader, JsonField field) => Unreadable.Value(field.Name, field.Type, reader.TokenType switch
    {
        JsonTokenType.EndObject => "an object",
        JsonTokenType.EndArray => "an array",
        JsonTokenType.String => $"\"{Unreadable.Show(reader.ValueSpan)}\"",
        _ => Unreadable.Show(reader.ValueSpan),
    });
}
