using System.Text.Json;
using Sluice.Engine.Errors;

namespace Sluice.Engine.Formats.Json;

/// <summary>Where a value stands in a message, and what it begins with; <see cref="JsonTokenType.None"/> where there is none.</summary>
internal readonly record struct JsonSlice(int Start, int Length, JsonTokenType Kind)
{
    public bool IsMissing => Kind is JsonTokenType.None or JsonTokenType.Null;

    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> message) => message.Slice(Start, Length);

    /// <summary>A string without its quotes, with its escapes; empty for anything else.</summary>
    public ReadOnlySpan<byte> TextIn(ReadOnlySpan<byte> message) =>
        Kind == JsonTokenType.String ? message.Slice(Start + 1, Length - 2) : default;

    /// <summary>Finds the values of an object's fields, each the last of its name, and checks the whole object.</summary>
    /// <param name="message">One JSON value.</param>
    /// <param name="slices">One for each name.</param>
    /// <exception cref="JsonException">Not JSON.</exception>
    /// <exception cref="DataException">Not an object.</exception>
    public static void Find(Utf8JsonReader reader, ReadOnlySpan<byte[]> names, Span<JsonSlice> slices)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new DataException("an object is expected");
        }

        slices.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = 0;
            while (name < names.Length && !(JsonEscapes.IsSound(reader.ValueSpan) && reader.ValueTextEquals(names[name])))
            {
                name++;
            }

            reader.Read();
            var kind = reader.TokenType;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (name < names.Length)
            {
                slices[name] = new JsonSlice(start, (int)reader.BytesConsumed - start, kind);
            }
        }

        // Throws where anything but white space follows.
        reader.Read();
    }
}
