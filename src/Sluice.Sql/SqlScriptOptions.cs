using System.Collections.ObjectModel;

namespace Sluice.Sql;

/// <summary>What the command line says about a SQL script.</summary>
public sealed record SqlScriptOptions
{
    /// <summary>The script, <c>job.sql</c>, as the user wrote the path: messages repeat it. Null for statements of the command line.</summary>
    public string? Path { get; init; }

    /// <summary>The statements; null reads them from <see cref="Path"/>.</summary>
    public string? Text { get; init; }

    /// <summary><c>-p name=value</c>: what <c>${name}</c> stands for.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The time, and the time zone of a session that sets none.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Relative paths in options count from here; null is the folder of the script, or the working directory.</summary>
    public string? BaseDirectory { get; init; }

    /// <summary>Where <c>${env:NAME}</c> is looked up; null means that a variable is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The instance (<c>--job-id</c>); null takes 'pipeline.name', else the script's file name without extension.</summary>
    public string? Name { get; init; }
}
