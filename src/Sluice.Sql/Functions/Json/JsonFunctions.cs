using System.Text.Json;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Json;

/// <summary>JSON functions with the plain form of a call.</summary>
internal static class JsonFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("JSON_STRING", [new([Family.Any], Returning.Text, String)]),
        new("JSON_QUOTE", [new([Family.Character], Returning.Text, JsonQuoting.Quote)]),
        new("JSON_UNQUOTE", [new([Family.Character], Returning.Text, JsonQuoting.Unquote)]),
    ];

    /// <summary><c>JSON(x)</c> as a value of JSON_OBJECT and JSON_ARRAY, the only places where it may stand: the text as JSON without blanks,
    /// null for an empty text.</summary>
    /// <exception cref="DataException">It is no JSON.</exception>
    public static Utf8? Json(Utf8 text, ByteHeap heap)
    {
        var json = text.Span.Trim(" \t\r\n"u8);
        if (json.IsEmpty)
        {
            return null;
        }

        try
        {
            var root = JsonProperties.Root(json);
            var start = heap.Used;
            JsonCanonical.Append(json, root, heap);
            return new Utf8(heap.Bytes, start, heap.Used - start);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DataException($"JSON: '{text}' is no JSON: {e.Message}", e);
        }
    }

    public static Utf8? String(Cell value, ByteHeap heap, FunctionContext context, SqlType[] types, JsonStringState state)
    {
        if (value.IsNull)
        {
            return null;
        }

        state.Text ??= new JsonText(types[0], context.Zone);
        var start = heap.Used;
        state.Text.Append(value.Column, value.Row, heap);
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }
}

internal sealed class JsonStringState
{
    public JsonText? Text { get; set; }
}
