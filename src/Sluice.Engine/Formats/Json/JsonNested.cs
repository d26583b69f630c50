using System.Text.Json;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Json;

/// <summary>ROW: an object.</summary>
internal sealed class JsonRow(JsonObject fields) : JsonValue
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var nested = (RowColumn)column;
        nested.Set(row);
        fields.Read(ref reader, nested.Fields, row);
        return true;
    }
}

/// <summary>ARRAY: an array. An element that is no value of its type is null where errors are ignored; else the array is none.</summary>
internal sealed class JsonArray(JsonValue element, bool ignoreErrors) : JsonValue
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        var array = (ArrayColumn)column;
        var elements = array.Elements;
        array.Begin(row);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var index = array.Add(row);
            if (reader.TokenType == JsonTokenType.Null)
            {
                elements.SetNull(index);
            }
            else if (!element.TryRead(ref reader, elements, index))
            {
                if (!ignoreErrors)
                {
                    return false;
                }

                elements.SetNull(index);
            }
        }

        return true;
    }
}

/// <summary>MAP and MULTISET: an object. Of a key that occurs twice the last value counts.</summary>
internal sealed class JsonMap(JsonValue value, bool ignoreErrors) : JsonValue
{
    /// <summary>Entries up to which keys are compared one by one.</summary>
    private const int FewEntries = 16;

    private readonly JsonString _key = new();
    private readonly Dictionary<Utf8, int> _entries = [];

    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var map = (MapColumn)column;
        var keys = (TextColumn)map.Keys;
        map.Begin(row);
        _entries.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var entry = EntryOf(ref reader, map, keys, row);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                map.Values.SetNull(entry);
            }
            else if (!value.TryRead(ref reader, map.Values, entry))
            {
                if (!ignoreErrors)
                {
                    return false;
                }

                map.Values.SetNull(entry);
            }
        }

        return true;
    }

    /// <summary>The entry of the key that the reader stands on: a new one, or that of the same key before.</summary>
    private int EntryOf(ref Utf8JsonReader reader, MapColumn map, TextColumn keys, int row)
    {
        var entry = map.Add(row);
        _key.ReadName(ref reader, keys, entry);
        var earlier = Earlier(keys, map.Start[row], entry);
        if (earlier < 0)
        {
            return entry;
        }

        map.Used--;
        map.Length[row]--;
        return earlier;
    }

    private int Earlier(TextColumn keys, int start, int entry)
    {
        if (entry - start < FewEntries)
        {
            for (var i = start; i < entry; i++)
            {
                if (keys[i].SequenceEqual(keys[entry]))
                {
                    return i;
                }
            }

            return -1;
        }

        for (var i = start + _entries.Count; i < entry; i++)
        {
            _entries[keys.At(i)] = i;
        }

        return _entries.GetValueOrDefault(keys.At(entry), -1);
    }
}
