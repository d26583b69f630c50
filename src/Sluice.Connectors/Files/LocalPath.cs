using Sluice.Engine.Errors;

namespace Sluice.Connectors.Files;

/// <summary>Paths as tables give them.</summary>
internal static class LocalPath
{
    /// <exception cref="ConfigException">A file system that is not this machine's.</exception>
    public static string Resolve(string path, string baseDirectory, Place place)
    {
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon > 1 && path.AsSpan(colon + 1).StartsWith("/") ? path[..colon] : "";
        if (scheme.Length == 0)
        {
            return path.Trim().Length == 0
                ? throw new ConfigException(place, "'path' is empty; it takes a file or a directory")
                : Path.GetFullPath(path, Path.GetFullPath(baseDirectory));
        }

        // Java writes file:/x where others write file:///x.
        var address = path.AsSpan(colon + 1).StartsWith("//") ? path : $"{scheme}://{path[(colon + 1)..]}";
        if (!scheme.Equals("file", StringComparison.OrdinalIgnoreCase) || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host is not ("" or "localhost"))
        {
            throw new ConfigException(place, $"'path' is \"{path}\"; files of this machine can be read and written, so give a path, or file:// and an absolute path");
        }

        return Path.GetFullPath(uri.LocalPath);
    }

    /// <summary>Files that are being written, markers, and whatever else a reader is not to see, by their name or that of a directory.</summary>
    public static bool IsHidden(string name) => name.StartsWith('.') || name.StartsWith('_');

    /// <summary>The files at or below a path, by name. What is hidden below it is left out.</summary>
    public static IEnumerable<string> FilesAt(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        return Directory.EnumerateFileSystemEntries(path).Where(e => !IsHidden(Path.GetFileName(e))).Order(StringComparer.Ordinal)
            .SelectMany(FilesAt);
    }
}
