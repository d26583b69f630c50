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
