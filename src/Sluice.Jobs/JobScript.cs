using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;

namespace Sluice.Jobs;

/// <summary>What a job script is read with, apart from the script itself.</summary>
public sealed record ScriptOptions
{
    public required string Path { get; init; }

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    public string? DataSourcesFile { get; init; }

    public string? BizDate { get; init; }

    public string? CycTime { get; init; }

    public required TimeProvider Clock { get; init; }

    public required Func<string, string?> Environment { get; init; }
}

/// <summary>Reads a job script into a plan.</summary>
public static class JobScript
{
    public static Plan Load(ScriptOptions options, IReadOnlyList<IConnectorPlugin> connectors, Report report) =>
        throw new NotSupportedException("job scripts are not there yet");
}
