using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Functions.Json;

/// <summary>What JSON_EXISTS, JSON_VALUE and JSON_QUERY find. The binder decides by the outcome what ON EMPTY and ON ERROR give.</summary>
internal static class JsonSearch
{
    /// <summary>JSON_EXISTS; <paramref name="onError"/> is TRUE, FALSE (also where nothing is said), UNKNOWN or ERROR.</summary>
    public static bool? Exists(Utf8 json, Utf8 path, JsonBehaviorKind onError, JsonCall call) => call.Find(json, path) switch
    {
        JsonOutcome.Value => true,
        JsonOutcome.Empty => false,
        _ => onError switch
        {
            JsonBehaviorKind.True => true,
            JsonBehaviorKind.Unknown => null,
            JsonBehaviorKind.Error => throw Failure("JSON_EXISTS", call),
            _ => false,
        },
    };

    /// <summary>JSON_VALUE as text: a string without its quotes, a number or boolean as Flink prints it.</summary>
    public static JsonFound<Utf8> Text(Utf8 json, Utf8 path, JsonCall call, ByteHeap heap)
    {
        var outcome = Scalar(json, path, call);
        return outcome == JsonOutcome.Value ? new JsonFound<Utf8>(outcome, JsonScalars.Text(json, call.Match, heap)) : new JsonFound<Utf8>(outcome, default);
    }

    /// <summary>JSON_VALUE ... RETURNING BOOLEAN.</summary>
    public static JsonFound<bool> Boolean(Utf8 json, Utf8 path, JsonCall call)
    {
        var outcome = Scalar(json, path, call);
        return outcome != JsonOutcome.Value ? new JsonFound<bool>(outcome, false)
            : call.Match.Type is JsonTokenType.True or JsonTokenType.False ? new JsonFound<bool>(outcome, call.Match.Type == JsonTokenType.True)
            : JsonScalars.TryBoolean(json, call.Match, out var value) ? new JsonFound<bool>(outcome, value)
            : new JsonFound<bool>(call.Fail($"{JsonScalars.Raw(json, call.Match)} is no BOOLEAN"), false);
    }

    /// <summary>JSON_VALUE ... RETURNING a whole number between the bounds; a fraction is cut.</summary>
    public static JsonFound<long> Long(Utf8 json, Utf8 path, long min, long max, JsonCall call)
    {
        var outcome = Scalar(json, path, call);
        return outcome != JsonOutcome.Value ? new JsonFound<long>(outcome, 0)
            : JsonScalars.TryNumber(json, call.Match, out decimal value) && decimal.Truncate(value) is var whole && whole >= min && whole <= max ? new JsonFound<long>(outcome, (long)whole)
            : new JsonFound<long>(call.Fail($"{JsonScalars.Raw(json, call.Match)} is no whole number between {min} and {max}"), 0);
    }

    /// <summary>JSON_VALUE ... RETURNING DOUBLE.</summary>
    public static JsonFound<double> Double(Utf8 json, Utf8 path, JsonCall call)
    {
        var outcome = Scalar(json, path, call);
        return outcome != JsonOutcome.Value ? new JsonFound<double>(outcome, 0)
            : JsonScalars.TryNumber(json, call.Match, out double value) ? new JsonFound<double>(outcome, value)
            : new JsonFound<double>(call.Fail($"{JsonScalars.Raw(json, call.Match)} is no DOUBLE"), 0);
    }

    /// <summary>JSON_QUERY as text, its objects' keys in alphabetical order.</summary>
    public static JsonFound<Utf8> Query(Utf8 json, Utf8 path, JsonWrapper wrapper, JsonCall call, ByteHeap heap)
    {
        var outcome = Structure(json, path, wrapper, call, out var wrap);
        if (outcome != JsonOutcome.Value)
        {
            return new JsonFound<Utf8>(outcome, default);
        }

        var start = heap.Used;
        if (wrap)
        {
            heap.Append("["u8);
        }

        JsonCanonical.Append(json, call, heap);
        if (wrap)
        {
            heap.Append("]"u8);
        }

        return new JsonFound<Utf8>(JsonOutcome.Value, new Utf8(heap.Bytes, start, heap.Used - start));
    }

    /// <summary>JSON_QUERY ... RETURNING ARRAY&lt;STRING&gt;: scalars as text, anything else as JSON.</summary>
    public static JsonFound<ArrayView> QueryArray(Utf8 json, Utf8 path, JsonWrapper wrapper, JsonCall call, ByteHeap heap, ArrayColumn result)
    {
        var outcome = Structure(json, path, wrapper, call, out var wrap);
        if (outcome == JsonOutcome.Value && !wrap && !call.IsList && call.Match.Type != JsonTokenType.StartArray)
        {
            outcome = call.Fail("the result is no array");
        }

        if (outcome != JsonOutcome.Value)
        {
            return new JsonFound<ArrayView>(outcome, default);
        }

        var builder = new ArrayBuilder(result);
        if (wrap && !call.IsList)
        {
            Add(json, call.Match, builder, heap);
        }
        else
        {
            if (!call.IsList)
            {
                call.Items.Clear();
                JsonProperties.AddChildren(json.Span, call.Match, call.Items);
            }

            foreach (var item in call.Items)
            {
                Add(json, item, builder, heap);
            }
        }

        return new JsonFound<ArrayView>(outcome, builder.View);
    }

    /// <summary>The error of <c>ERROR ON EMPTY</c> and <c>ERROR ON ERROR</c>.</summary>
    public static DataException Failure(string function, JsonCall call) =>
        new($"{function} failed and says ERROR ON ERROR: {call.Reason}");

    public static DataException EmptyFailure(string function) => new($"{function} found nothing and says ERROR ON EMPTY");

    private static JsonOutcome Scalar(Utf8 json, Utf8 path, JsonCall call)
    {
        var outcome = call.Find(json, path);
        return outcome != JsonOutcome.Value || (!call.IsList && call.Match.IsScalar) ? outcome
            : call.Strict ? call.Fail("the result is no scalar") : JsonOutcome.Empty;
    }

    private static JsonOutcome Structure(Utf8 json, Utf8 path, JsonWrapper wrapper, JsonCall call, out bool wrap)
    {
        var outcome = call.Find(json, path);
        var isArray = call.IsList || call.Match.Type == JsonTokenType.StartArray;
        wrap = wrapper == JsonWrapper.Unconditional || (wrapper == JsonWrapper.Conditional && !isArray);
        return outcome != JsonOutcome.Value || wrap || call.IsList || !call.Match.IsScalar ? outcome
            : call.Strict ? call.Fail("the result is neither an object nor an array") : JsonOutcome.Empty;
    }

    private static void Add(Utf8 json, JsonMatch item, ArrayBuilder to, ByteHeap heap)
    {
        var element = to.Add();
        var texts = (TextColumn)to.Column.Elements;
        if (item.Type == JsonTokenType.Null)
        {
            texts.SetNull(element);
        }
        else if (item.IsScalar)
        {
            texts.Set(element, JsonScalars.Text(json, item, heap));
        }
        else
        {
            var start = heap.Used;
            JsonCanonical.Append(json.Span, item, heap);
            texts.Set(element, new Utf8(heap.Bytes, start, heap.Used - start));
        }
    }
}
