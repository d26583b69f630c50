using System.Text.Json;

namespace Sluice.Sql.Functions.Json;

/// <summary>Reads the children of a JSON value, as places in the text. Of properties with the same name the last counts.</summary>
internal static class JsonProperties
{
    /// <summary>Deeper documents count as invalid.</summary>
    public const int MaxDepth = 1000;

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = MaxDepth };

    /// <summary>Checks the whole document.</summary>
    /// <exception cref="JsonException">No JSON.</exception>
    public static JsonMatch Root(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, s_options);
        reader.Read();
        var type = reader.TokenType;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var end = (int)reader.BytesConsumed;
        reader.Read();
        return new JsonMatch(type, start, end - start);
    }

    /// <summary>The value of a property; false where the object has none of the name.</summary>
    public static bool TryGet(ReadOnlySpan<byte> json, JsonMatch parent, ReadOnlySpan<byte> name, out JsonMatch value)
    {
        value = default;
        var found = false;
        var reader = Open(json, parent);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var same = reader.ValueTextEquals(name);
            reader.Read();
            var at = ReadValue(ref reader, parent.Start);
            if (same)
            {
                (value, found) = (at, true);
            }
        }

        return found;
    }

    /// <summary>The element at an index from 0; false where there is none.</summary>
    public static bool TryGet(ReadOnlySpan<byte> json, JsonMatch parent, int index, out JsonMatch value)
    {
        value = default;
        if (index < 0)
        {
            index += Count(json, parent);
            if (index < 0)
            {
                return false;
            }
        }

        var reader = Open(json, parent);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            value = ReadValue(ref reader, parent.Start);
            if (index-- == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The elements of an array or the values of an object.</summary>
    public static void AddChildren(ReadOnlySpan<byte> json, JsonMatch parent, List<JsonMatch> to)
    {
        if (parent.Type == JsonTokenType.StartObject)
        {
            var properties = new List<(string Name, JsonMatch Value)>();
            Read(json, parent, properties);
            to.AddRange(properties.Select(p => p.Value));
            return;
        }

        var reader = Open(json, parent);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            to.Add(ReadValue(ref reader, parent.Start));
        }
    }

    /// <summary>The properties of an object, in order of their first mention.</summary>
    public static void Read(ReadOnlySpan<byte> json, JsonMatch parent, List<(string Name, JsonMatch Value)> to)
    {
        var reader = Open(json, parent);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var value = ReadValue(ref reader, parent.Start);
            var before = to.FindIndex(p => p.Name == name);
            if (before < 0)
            {
                to.Add((name, value));
            }
            else
            {
                to[before] = (name, value);
            }
        }
    }

    public static int Count(ReadOnlySpan<byte> json, JsonMatch parent)
    {
        var count = 0;
        var reader = Open(json, parent);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            count++;
        }

        return count;
    }

    private static Utf8JsonReader Open(ReadOnlySpan<byte> json, JsonMatch parent)
    {
        var reader = new Utf8JsonReader(json.Slice(parent.Start, parent.Length), s_options);
        reader.Read();
        return reader;
    }

    private static JsonMatch ReadValue(ref Utf8JsonReader reader, int offset)
    {
        var type = reader.TokenType;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new JsonMatch(type, offset + start, (int)reader.BytesConsumed - start);
    }
}
