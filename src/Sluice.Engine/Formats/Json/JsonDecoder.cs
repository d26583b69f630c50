using System.Text.Json;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Json;

/// <summary>Rows of JSON objects, straight from the message's bytes into columns. In the steady state nothing is allocated.</summary>
internal sealed class JsonDecoder(JsonSettings settings, IReadOnlyList<FormatColumn> columns) : JsonMessageDecoder(settings)
{
    private readonly JsonObject _row = JsonObject.Of(columns, settings);

    protected override int DecodeText(ReadOnlySpan<byte> message, RowBatch into)
    {
        var reader = ReaderOf(message);
        reader.Read();
        var rows = 1;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            _row.Read(ref reader, into.Columns, into.Count);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            rows = ReadArray(ref reader, into);
        }
        else
        {
            throw new DataException("an object is expected, or an array of objects");
        }

        // Throws where anything but white space follows.
        reader.Read();
        return rows;
    }

    private int ReadArray(ref Utf8JsonReader reader, RowBatch into)
    {
        var rows = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                into.Grow(into.Count + rows + 1);
                _row.Read(ref reader, into.Columns, into.Count + rows++);
            }
            else if (Settings.IgnoreParseErrors)
            {
                reader.Skip();
            }
            else
            {
                throw new DataException("the array at the top holds something else than objects");
            }
        }

        return rows;
    }
}
