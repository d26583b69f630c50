using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Json;

/// <summary>STRING: a text; the text of a number, true or false; an object or array as JSON without white space.</summary>
internal sealed class JsonString : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        var text = (TextColumn)column;
        if (reader.TokenType == JsonTokenType.String)
        {
            ReadName(ref reader, text, row);
        }
        else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            var heap = text.Heap;
            var start = heap.Used;
            AppendCompact(ref reader, heap);
            (text.Start[row], text.Length[row]) = (start, heap.Used - start);
        }
        else
        {
            text.Set(row, reader.ValueSpan);
        }

        return true;
    }

    /// <summary>The name of a field, as a text.</summary>
    public void ReadName(ref Utf8JsonReader reader, TextColumn text, int row)
    {
        if (!reader.ValueIsEscaped)
        {
            text.Set(row, reader.ValueSpan);
        }
        else
        {
            SetUnescaped(ref reader, text, row);
        }
    }

    /// <summary>What is unescaped is not longer than it was.</summary>
    private void SetUnescaped(ref Utf8JsonReader reader, TextColumn text, int row)
    {
        var heap = text.Heap;
        if (JsonEscapes.TryUnescape(ref reader, heap.Reserve(reader.ValueSpan.Length), out var length))
        {
            (text.Start[row], text.Length[row]) = (heap.Take(length), length);
        }
        else
        {
            text.Set(row, Unescape(ref reader));
        }
    }

    private void AppendCompact(ref Utf8JsonReader reader, ByteHeap to)
    {
        var end = reader.CurrentDepth;
        var first = true;
        do
        {
            var type = reader.TokenType;
            if (!first && type is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                to.Append(","u8);
            }

            first = false;
            switch (type)
            {
                case JsonTokenType.PropertyName:
                    AppendString(ref reader, to);
                    to.Append(":"u8);
                    first = true;
                    break;
                case JsonTokenType.String:
                    AppendString(ref reader, to);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    to.Append(reader.ValueSpan);
                    first = true;
                    break;
                default:
                    to.Append(reader.ValueSpan);
                    break;
            }
        }
        while ((reader.CurrentDepth > end || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && reader.Read());
    }

    private void AppendString(ref Utf8JsonReader reader, ByteHeap to)
    {
        if (reader.ValueIsEscaped)
        {
            JsonText.Append(Unescape(ref reader), to);
            return;
        }

        to.Append("\""u8);
        to.Append(reader.ValueSpan);
        to.Append("\""u8);
    }
}

/// <summary>BYTES: base64.</summary>
internal sealed class JsonBytes : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text) || reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        var bytes = (TextColumn)column;
        var at = bytes.Heap.Reserve(Base64.GetMaxDecodedFromUtf8Length(text.Length));
        if (Base64.DecodeFromUtf8(text, at, out _, out var length) != OperationStatus.Done)
        {
            return false;
        }

        (bytes.Start[row], bytes.Length[row]) = (bytes.Heap.Take(length), length);
        return true;
    }
}

/// <summary>BOOLEAN: true, false, and both as a text in any case. Anything else is an error, where Flink takes it for false.</summary>
internal sealed class JsonBoolean : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text))
        {
            return false;
        }

        text = TextParser.Trim(text);
        var value = System.Text.Ascii.EqualsIgnoreCase(text, "true"u8);
        ((ValueColumn<bool>)column).Set(row, value);
        return value || System.Text.Ascii.EqualsIgnoreCase(text, "false"u8);
    }
}
