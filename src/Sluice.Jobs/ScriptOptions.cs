using System.Collections.ObjectModel;

namespace Sluice.Jobs;

/// <summary>What the command line says about a job script.</summary>
public sealed record ScriptOptions
{
    /// <summary>The script, <c>job.json</c>, as the user wrote the path: messages repeat it.</summary>
    public required string Path { get; init; }

    /// <summary><c>-p name=value</c>.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary><c>--datasources FILE</c>; null looks beside the script and in the user's folder (S-5).</summary>
    public string? DataSourcesFile { get; init; }

    /// <summary><c>--bizdate yyyyMMdd</c>; null is the day before today.</summary>
    public string? BizDate { get; init; }

    /// <summary><c>--cyctime yyyyMMddHHmmss</c>; null is now.</summary>
    public string? CycTime { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Where <c>${env:NAME}</c> and the user's folder are looked up; null means that a variable is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
}
