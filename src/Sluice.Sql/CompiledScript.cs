namespace Sluice.Sql;

/// <summary>A script that was found right from its beginning to its end.</summary>
/// <param name="Name">The instance: <c>--job-id</c>, else 'pipeline.name' as it is at the end, else the file's name.</param>
/// <param name="Steps">What it does, in order.</param>
/// <param name="Settings">What SET has said by the end of the script.</param>
public sealed record CompiledScript(string Name, IReadOnlyList<ScriptStep> Steps, IReadOnlyDictionary<string, string> Settings);
