using Sluice.Engine.Formats.Canal;
using Sluice.Engine.Formats.Csv;
using Sluice.Engine.Formats.Debezium;
using Sluice.Engine.Formats.Json;
using Sluice.Engine.Formats.Raw;

namespace Sluice.Engine.Formats;

/// <summary>All formats there are.</summary>
public static class BuiltInFormats
{
    public static readonly IReadOnlyList<IFormat> All = [new JsonFormat(), new CsvFormat(), new RawFormat(), new DebeziumJsonFormat(), new CanalJsonFormat()];
}
