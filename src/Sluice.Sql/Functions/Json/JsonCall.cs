using System.Text.Json;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Json;

/// <summary>The state of one place that searches JSON: its path, which is read once where it is a constant, and the last search.</summary>
internal sealed class JsonCall
{
    private readonly List<JsonMatch> _next = [];
    private byte[] _pathText = [];
    private JsonPath? _path;

    /// <summary>The value of a definite path that was found.</summary>
    public JsonMatch Match { get; private set; }

    /// <summary>The values of a path that may name several.</summary>
    public List<JsonMatch> Items { get; } = [];

    /// <summary>Whether <see cref="Items"/> is the result.</summary>
    public bool IsList { get; private set; }

    /// <summary>Of the path searched last.</summary>
    public bool Strict { get; private set; } = true;

    /// <summary>Why the last outcome was an error.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Searches the place that the path names. Empty: nothing there in lax mode. A JSON null counts as nothing.</summary>
    public JsonOutcome Find(Utf8 json, Utf8 path)
    {
        var parsed = PathOf(path);
        Strict = parsed.Strict;
        IsList = false;
        try
        {
            var root = JsonProperties.Root(json.Span);
            if (parsed.Invalid is { } invalid)
            {
                return Fail(invalid);
            }

            // A document that is nothing but null is refused in both modes.
            return root.Type == JsonTokenType.Null ? Fail("the document is null") : Walk(json.Span, root, parsed);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return parsed.Strict ? Fail("the text is no JSON: " + e.Message) : JsonOutcome.Empty;
        }
    }

    public JsonOutcome Fail(string reason)
    {
        Reason = reason;
        return JsonOutcome.Error;
    }

    private JsonPath PathOf(Utf8 path)
    {
        if (_path is null || !path.Span.SequenceEqual(_pathText))
        {
            _path = JsonPath.Parse(path.ToString());
            _pathText = path.Span.ToArray();
        }

        return _path;
    }

    private JsonOutcome Walk(ReadOnlySpan<byte> json, JsonMatch root, JsonPath path)
    {
        var at = root;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            if (!path.Steps[i].IsDefinite)
            {
                return WalkAll(json, at, path, i);
            }

            if (!Step(json, at, path.Steps[i], out at))
            {
                return Missing(path, "nothing is there");
            }
        }

        Match = at;
        return at.Type == JsonTokenType.Null ? Missing(path, "null is there") : JsonOutcome.Value;
    }

    private JsonOutcome Missing(JsonPath path, string what)
    {
        if (path.IsDefinite)
        {
            return path.Strict ? Fail(what) : JsonOutcome.Empty;
        }

        // A path that may name several places gives a list, in lax mode an empty one.
        Items.Clear();
        IsList = true;
        return path.Strict ? Fail(what) : JsonOutcome.Value;
    }

    private JsonOutcome WalkAll(ReadOnlySpan<byte> json, JsonMatch at, JsonPath path, int from)
    {
        Items.Clear();
        IsList = true;
        if (path.Steps[from].Kind != JsonStepKind.All && at.Type != JsonTokenType.StartArray)
        {
            return Missing(path, "no array is there");
        }

        Items.Add(at);
        for (var i = from; i < path.Steps.Count; i++)
        {
            _next.Clear();
            foreach (var item in Items)
            {
                AddMatches(json, item, path.Steps[i]);
            }

            Items.Clear();
            Items.AddRange(_next);
        }

        return JsonOutcome.Value;
    }

    private static bool Step(ReadOnlySpan<byte> json, JsonMatch parent, JsonStep step, out JsonMatch value)
    {
        value = default;
        return step.Kind == JsonStepKind.Field
            ? parent.Type == JsonTokenType.StartObject && JsonProperties.TryGet(json, parent, step.Name, out value)
            : parent.Type == JsonTokenType.StartArray && JsonProperties.TryGet(json, parent, step.Indices[0], out value);
    }

    private void AddMatches(ReadOnlySpan<byte> json, JsonMatch parent, JsonStep step)
    {
        if (step.IsDefinite)
        {
            if (Step(json, parent, step, out var value))
            {
                _next.Add(value);
            }
        }
        else if (step.Kind == JsonStepKind.All)
        {
            if (!parent.IsScalar)
            {
                JsonProperties.AddChildren(json, parent, _next);
            }
        }
        else if (parent.Type == JsonTokenType.StartArray)
        {
            AddElements(json, parent, step);
        }
    }

    private void AddElements(ReadOnlySpan<byte> json, JsonMatch parent, JsonStep step)
    {
        if (step.Kind == JsonStepKind.Indices)
        {
            foreach (var index in step.Indices)
            {
                if (JsonProperties.TryGet(json, parent, index, out var value))
                {
                    _next.Add(value);
                }
            }

            return;
        }

        var count = JsonProperties.Count(json, parent);
        var from = step.Indices[0] == JsonStep.Open ? 0 : step.Indices[0] < 0 ? Math.Max(0, count + step.Indices[0]) : step.Indices[0];
        var to = step.Indices[1] == JsonStep.Open ? count : step.Indices[1] < 0 ? count + step.Indices[1] : Math.Min(count, step.Indices[1]);
        for (var i = from; i < to; i++)
        {
            JsonProperties.TryGet(json, parent, i, out var value);
            _next.Add(value);
        }
    }
}
