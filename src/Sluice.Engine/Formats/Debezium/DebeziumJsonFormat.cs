using Sluice.Engine.Errors;
using Sluice.Engine.Formats.Json;
using Sluice.Engine.Options;

namespace Sluice.Engine.Formats.Debezium;

/// <summary><c>'format' = 'debezium-json'</c>: changes of a table as Debezium writes them.</summary>
internal sealed class DebeziumJsonFormat : IFormat
{
    private readonly JsonOptions _json = new("debezium-json", plain: false);

    private readonly Option<bool> _schemaInclude = Option.Boolean("debezium-json.schema-include", false,
        "Whether messages hold their schema too (Kafka Connect's `value.converter.schemas.enable`): then the change stands in `payload`. For reading only.");

    public string Name => "debezium-json";

    public string Summary => "Changes of a database table as Debezium writes them: an object with before, after and op.";

    public IReadOnlyList<IOption> Options => [_schemaInclude, .. _json.All];

    public bool HasChangelog => true;

    public Func<Decoder> Reading(FormatContext context)
    {
        var (settings, schemaInclude) = Take(context);
        return () => new DebeziumJsonDecoder(settings, schemaInclude, context.Columns);
    }

    public Func<Encoder> Writing(FormatContext context)
    {
        var (settings, schemaInclude) = Take(context);
        return schemaInclude
            ? throw new ConfigException(context.Options.PlaceOf(_schemaInclude), $"'{_schemaInclude.Name}' is for reading; messages are written without their schema")
            : () => new DebeziumJsonEncoder(settings, context.Columns);
    }

    private (JsonSettings Settings, bool SchemaInclude) Take(FormatContext context)
    {
        JsonTypes.Check(context);
        return (_json.Take(context.Options), context.Options.Take(_schemaInclude));
    }
}
