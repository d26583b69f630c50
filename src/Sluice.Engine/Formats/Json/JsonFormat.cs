using Sluice.Engine.Options;

namespace Sluice.Engine.Formats.Json;

/// <summary><c>'format' = 'json'</c>: a message is an object, whose fields are the columns by name, or an array of such objects.</summary>
internal sealed class JsonFormat : IFormat
{
    private readonly JsonOptions _options = new("json", plain: true);

    public string Name => "json";

    public string Summary => "JSON objects, one row each; an array at the top is one row for each of its objects.";

    public IReadOnlyList<IOption> Options => _options.All;

    public bool HasChangelog => false;

    public Func<Decoder> Reading(FormatContext context)
    {
        var settings = _options.Take(context.Options);
        JsonTypes.Check(context);
        return () => new JsonDecoder(settings, context.Columns);
    }

    public Func<Encoder> Writing(FormatContext context)
    {
        var settings = _options.Take(context.Options);
        JsonTypes.Check(context);
        return () => new JsonEncoder(settings, context.Columns);
    }
}
