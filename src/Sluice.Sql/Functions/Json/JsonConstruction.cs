using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Json;

/// <summary>JSON_OBJECT and JSON_ARRAY. One instance for each place of call, made by the binder, which hands over the values as cells.</summary>
internal sealed class JsonConstruction
{
    private readonly JsonText[] _texts;
    private readonly byte[][]? _keys;
    private readonly int[] _order;
    private readonly bool _absentOnNull;

    private JsonConstruction(IReadOnlyList<JsonPart> parts, byte[][]? keys, int[] order, bool absentOnNull, TimeZoneInfo zone)
    {
        _texts = [.. parts.Select(part => new JsonText(part.Type, zone, part.IsJson))];
        _keys = keys;
        _order = order;
        _absentOnNull = absentOnNull;
    }

    /// <summary>JSON_OBJECT: its keys come in alphabetical order, of equal ones the last counts.</summary>
    public static JsonConstruction Object(IReadOnlyList<string> keys, IReadOnlyList<JsonPart> values, bool absentOnNull, TimeZoneInfo zone)
    {
        var order = Enumerable.Range(0, keys.Count).Where(i => !keys.Skip(i + 1).Contains(keys[i], StringComparer.Ordinal))
            .OrderBy(i => keys[i], StringComparer.Ordinal).ToArray();
        return new JsonConstruction(values, [.. keys.Select(JsonText.Quoted)], order, absentOnNull, zone);
    }

    /// <summary>JSON_ARRAY.</summary>
    public static JsonConstruction Array(IReadOnlyList<JsonPart> values, bool absentOnNull, TimeZoneInfo zone) =>
        new(values, null, [.. Enumerable.Range(0, values.Count)], absentOnNull, zone);

    /// <param name="values">One for each part, in the order in which they were given.</param>
    public Utf8 Write(Cell[] values, ByteHeap heap)
    {
        var start = heap.Used;
        heap.Append(_keys is null ? "["u8 : "{"u8);
        var any = false;
        foreach (var i in _order)
        {
            if (_absentOnNull && values[i].IsNull)
            {
                continue;
            }

            if (any)
            {
                heap.Append(","u8);
            }

            any = true;
            if (_keys is not null)
            {
                heap.Append(_keys[i]);
            }

            _texts[i].Append(values[i].Column, values[i].Row, heap);
        }

        heap.Append(_keys is null ? "]"u8 : "}"u8);
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }
}

/// <summary>A value of JSON_OBJECT or JSON_ARRAY.</summary>
/// <param name="IsJson">It comes from JSON_OBJECT, JSON_ARRAY or JSON and goes in as it is.</param>
internal sealed record JsonPart(SqlType Type, bool IsJson);
