using System.Text;
using System.Text.Json;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Json;

/// <summary>JSON as Flink writes it again: without blanks, keys in alphabetical order, the last of several equal keys.</summary>
internal static class JsonCanonical
{
    /// <summary>Appends what a search found.</summary>
    public static void Append(Utf8 json, JsonCall call, ByteHeap heap)
    {
        if (!call.IsList)
        {
            Append(json.Span, call.Match, heap);
            return;
        }

        heap.Append("["u8);
        for (var i = 0; i < call.Items.Count; i++)
        {
            if (i > 0)
            {
                heap.Append(","u8);
            }

            Append(json.Span, call.Items[i], heap);
        }

        heap.Append("]"u8);
    }

    public static void Append(ReadOnlySpan<byte> json, JsonMatch value, ByteHeap heap)
    {
        var raw = json.Slice(value.Start, value.Length);
        switch (value.Type)
        {
            case JsonTokenType.StartObject:
                AppendObject(json, value, heap);
                break;
            case JsonTokenType.StartArray:
                AppendArray(json, value, heap);
                break;
            case JsonTokenType.String when raw.IndexOf((byte)'\\') >= 0:
                var reader = new Utf8JsonReader(raw);
                reader.Read();
                JsonQuoting.Append(Encoding.UTF8.GetBytes(reader.GetString()!), heap);
                break;
            case JsonTokenType.Number:
                heap.Append(JsonNumbers.Text(Utf8.Of(raw.ToArray()), heap: new ByteHeap(32)).Span);
                break;
            default:
                heap.Append(raw);
                break;
        }
    }

    private static void AppendObject(ReadOnlySpan<byte> json, JsonMatch value, ByteHeap heap)
    {
        var properties = new List<(string Name, JsonMatch Value)>();
        JsonProperties.Read(json, value, properties);
        properties.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        heap.Append("{"u8);
        for (var i = 0; i < properties.Count; i++)
        {
            if (i > 0)
            {
                heap.Append(","u8);
            }

            JsonQuoting.Append(Encoding.UTF8.GetBytes(properties[i].Name), heap);
            heap.Append(":"u8);
            Append(json, properties[i].Value, heap);
        }

        heap.Append("}"u8);
    }

    private static void AppendArray(ReadOnlySpan<byte> json, JsonMatch value, ByteHeap heap)
    {
        var elements = new List<JsonMatch>();
        JsonProperties.AddChildren(json, value, elements);
        heap.Append("["u8);
        for (var i = 0; i < elements.Count; i++)
        {
            if (i > 0)
            {
                heap.Append(","u8);
            }

            Append(json, elements[i], heap);
        }

        heap.Append("]"u8);
    }
}
