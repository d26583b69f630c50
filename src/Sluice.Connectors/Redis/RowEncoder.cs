using System.Text;
using Sluice.Connectors.Redis.Values;
using Sluice.Connectors.Redis.Writes;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis;

/// <summary>Everything about a job's columns that can be decided before the first row: which make the key, which the values,
/// what is converted on the way. Then: batch in, commands out. Safe for all tasks at once; what changes stands in the block.</summary>
internal sealed class RowEncoder
{
    /// <summary>Redis takes no longer value.</summary>
    private const int MaxValueLength = RespReader.MaxBulkLength;

    private readonly RedisWriterSettings _settings;
    private readonly Schema _schema;
    private readonly int[] _keys;
    private readonly int[] _values;
    private readonly bool[] _isDate;
    private readonly Template? _keyTemplate;
    private readonly Template? _valueTemplate;
    private readonly JsonLiteral[] _json;
    private readonly RespConstant[] _fields;

    /// <exception cref="ConfigException">An index out of range, or a wrong number of value columns.</exception>
    public RowEncoder(RedisWriterSettings settings, Schema schema)
    {
        (_settings, _schema) = (settings, schema);
        _keys = [.. settings.KeyIndexes.Select(i => Check(i, settings.KeyIndexesPlace, "keyIndexes"))];
        _values = settings.Columns is { } columns
            ? [.. columns.Select(c => Check(c.Index, c.Place, "index"))]
            : [.. Enumerable.Range(0, schema.Count).Except(_keys)];
        CheckCount();
        _isDate = [.. schema.Fields.Select(f => settings.DateFormat is not null && f.Type is DataType.Date or DataType.DateTime or DataType.Timestamp)];
        _keyTemplate = _keys.Length > 1 ? Template.Joined(_keys.Length, settings.KeyDelimiter) : null;
        var named = settings.Columns ?? [];
        var isHash = settings.Mode.Type == "hash";
        _fields = isHash ? [.. named.Select(c => new RespConstant(c.Name))] : [];
        _json = isHash ? [] : [.. named.Select(c => JsonLiteral.For(c.Type, schema[c.Index].Type))];
        _valueTemplate = settings.Mode.Shape != ValueShape.Joined ? null
            : _json.Length > 0 ? new Template(JsonPieces(named))
            : _values.Length > 1 ? Template.Joined(_values.Length, settings.ValueDelimiter) : null;
    }

    /// <summary>Fills the block from its rows. Rows that cannot be written are in its rejects.</summary>
    public void Encode(WriteBlock block)
    {
        var rows = block.Rows!;
        block.States.AsSpan(0, rows.Count).Clear();
        Prepare(block, rows);
        // In a cluster keys share a command only where they share a slot, which of 16384 few do.
        var run = Math.Min(_settings.Mode.RunLength(_settings.Expiry), _settings.Server.Cluster is null ? int.MaxValue : 1);
        if (run > 0)
        {
            RowGroups.Runs(block, run);
        }
        else
        {
            block.Grouping.ByKey(block);
        }

        _settings.Mode.Encode(block);
    }

    /// <summary>The same for a single row, for <c>--dry-run</c>.</summary>
    public void EncodeOnly(WriteBlock block, int row)
    {
        block.States.AsSpan(0, block.Rows!.Count).Fill(RowState.Skipped);
        block.States[row] = RowState.Live;
        Prepare(block, block.Rows);
        RowGroups.Runs(block, 1);
        _settings.Mode.Encode(block);
    }

    private void Prepare(WriteBlock block, RowBatch rows)
    {
        block.Expiry = _settings.Expiry;
        block.Fields = _fields;
        var inputs = Dates(block, rows);
        foreach (var key in _keys)
        {
            RefuseNulls(block, inputs[key], key, "a key column is null");
        }

        RefuseHuge(block, rows);
        block.Keys = KeysOf(block, inputs);
        block.Values = ValuesOf(block, inputs);
    }

    private TextColumn[] Dates(WriteBlock block, RowBatch rows)
    {
        if (!_isDate.AsSpan().Contains(true))
        {
            return rows.Texts;
        }

        var inputs = new TextColumn[rows.Texts.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = rows.Texts[i];
            if (_isDate[i] && (_keys.AsSpan().Contains(i) || _values.AsSpan().Contains(i)))
            {
                var formatted = block.Scratch();
                _settings.DateFormat!.Convert(block, i, inputs[i], formatted);
                inputs[i] = formatted;
            }
        }

        return inputs;
    }

    private TextColumn[] ValuesOf(WriteBlock block, TextColumn[] inputs)
    {
        if (_settings.Mode.Shape == ValueShape.Joined)
        {
            block.Joint = _valueTemplate;
            return _json.Length > 0 ? JsonOf(block, inputs) : [.. _values.Select(i => inputs[i])];
        }

        TextColumn[] values = [.. _values.Select(i => inputs[i])];
        if (_fields.Length > 0)
        {
            SkipEmpty(block, values);
            return values;
        }

        var (first, second) = _settings.Mode.PairNames;
        RefuseNulls(block, values[0], _values[0], $"the {first} is null");
        if (_settings.Mode.RefusesNullSecond)
        {
            RefuseNulls(block, values[1], _values[1], $"the {second} is null");
        }

        return values;
    }

    private TextColumn[] JsonOf(WriteBlock block, TextColumn[] inputs)
    {
        var parts = new TextColumn[_json.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = block.Scratch();
            _json[i].Convert(block, _values[i], inputs[_values[i]], parts[i]);
        }

        return parts;
    }

    private TextColumn KeysOf(WriteBlock block, TextColumn[] inputs)
    {
        if (_keyTemplate is null)
        {
            return inputs[_keys[0]];
        }

        var joined = block.Scratch();
        _keyTemplate.Fill(block, [.. _keys.Select(i => inputs[i])], joined);
        return joined;
    }

    private static void RefuseNulls(WriteBlock block, TextColumn column, int index, string reason)
    {
        var lengths = column.Length.AsSpan(0, block.Rows!.Count);
        for (var row = lengths.IndexOf(TextColumn.NullLength); row >= 0 && row < lengths.Length; row++)
        {
            if (lengths[row] < 0 && block.States[row] == RowState.Live)
            {
                block.Refuse(row, index, reason);
            }
        }
    }

    private static void RefuseHuge(WriteBlock block, RowBatch rows)
    {
        // All values of the batch together are hardly ever that long.
        if (rows.Heap.Used <= MaxValueLength)
        {
            return;
        }

        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Texts.Sum(c => (long)Math.Max(0, c.Length[row])) > MaxValueLength)
            {
                block.Refuse(row, -1, $"the record is longer than the {MaxValueLength} bytes that Redis takes as one value");
            }
        }
    }

    /// <summary>A hash without any field cannot be: rows whose named columns are all null are left out.</summary>
    private static void SkipEmpty(WriteBlock block, TextColumn[] values)
    {
        for (var row = 0; row < block.Rows!.Count; row++)
        {
            if (block.States[row] == RowState.Live && IsEmpty(values, row))
            {
                block.States[row] = RowState.Skipped;
            }
        }
    }

    private static bool IsEmpty(TextColumn[] values, int row)
    {
        foreach (var value in values)
        {
            if (!value.IsNull(row))
            {
                return false;
            }
        }

        return true;
    }

    private int Check(int index, Place place, string option) => index < _schema.Count
        ? index
        : throw new ConfigException(place, $"'{option}' names column {index}; the source has {_schema.Count} ({_schema}), counted from 0");

    private void CheckCount()
    {
        if (_settings.Columns is not null)
        {
            return;
        }

        if (_values.Length == 0)
        {
            throw new ConfigException(_settings.KeyIndexesPlace, $"'keyIndexes' takes all {_schema.Count} columns of the source; at least one must be left for the value");
        }

        var mode = _settings.Mode;
        if (mode.Shape == ValueShape.Pair && _values.Length != 2)
        {
            var (first, second) = mode.PairNames;
            throw new ConfigException(_settings.KeyIndexesPlace,
                $"type {mode.Type} takes exactly two value columns, {first} then {second}; beside the key the source has {_values.Length}"
                + $" ({string.Join(", ", _values.Select(i => _schema[i].Name))})"
                + (mode.TakesColumns ? "; or name the fields with 'column'" : ""));
        }
    }

    private static byte[][] JsonPieces(IReadOnlyList<NamedColumn> columns)
    {
        var names = columns.Select(c => $"\"{System.Text.Json.JsonEncodedText.Encode(c.Name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\":").ToList();
        return [.. names.Select((name, i) => Encoding.UTF8.GetBytes((i == 0 ? "{" : ",") + name)), "}"u8.ToArray()];
    }
}
