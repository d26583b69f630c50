namespace Sluice.Jobs.DataSources;

/// <summary>Which file the data sources come from: the named one, else the first that exists beside the script and in the user's
/// configuration folder (S-5). Only one file counts.</summary>
/// <param name="Path">The file; null where there is none.</param>
/// <param name="Candidates">Where it was looked for.</param>
internal sealed record DataSourceFile(string? Path, IReadOnlyList<string> Candidates)
{
    private const string FileName = "datasources.json";

    public static DataSourceFile Locate(ScriptOptions options)
    {
        if (options.DataSourcesFile is { } named)
        {
            return new DataSourceFile(named, [named]);
        }

        IReadOnlyList<string> candidates = [BesideTheScript(options.Path), .. InTheUsersFolder(options.Environment)];
        return new DataSourceFile(candidates.FirstOrDefault(File.Exists), candidates);
    }

    private static string BesideTheScript(string script) =>
        System.IO.Path.GetDirectoryName(script) is { Length: > 0 } folder ? System.IO.Path.Combine(folder, FileName) : FileName;

    private static IEnumerable<string> InTheUsersFolder(Func<string, string?> environment)
    {
        // The base directory specification has relative paths ignored.
        var folder = environment("XDG_CONFIG_HOME") is { } configured && System.IO.Path.IsPathRooted(configured) ? configured
            : environment("HOME") is { Length: > 0 } home ? System.IO.Path.Combine(home, ".config")
            : null;
        return folder is null ? [] : [System.IO.Path.Combine(folder, "sluice", FileName)];
    }
}
