using System.Text;
using System.Text.Unicode;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Jobs.Scripts;

namespace Sluice.Jobs.Placeholders;

/// <summary>Values that stand outside the script because they are secret: <c>${env:NAME}</c> and <c>${file:PATH}</c> (S-5).</summary>
/// <param name="folder">Relative paths count from here.</param>
internal sealed class SecretValues(Func<string, string?> environment, string folder)
{
    public const int MaxFileBytes = 1024 * 1024;

    private const string EnvPrefix = "env:";
    private const string FilePrefix = "file:";

    /// <returns>The value; null where the inside of the placeholder is neither of the two forms.</returns>
    /// <exception cref="ConfigException">The variable is not set, or the file cannot be read.</exception>
    public string? Find(string inside, Place place)
    {
        if (inside.StartsWith(EnvPrefix, StringComparison.Ordinal))
        {
            var name = inside[EnvPrefix.Length..];
            return name.Length == 0
                ? throw new ConfigException(place, "'${env:}' names no variable; it is written ${env:NAME}")
                : environment(name) ?? throw new ConfigException(place, $"the environment variable '{name}' of '${{{inside}}}' is not set; set it, an empty value is allowed");
        }

        return inside.StartsWith(FilePrefix, StringComparison.Ordinal) ? ReadFile(inside[FilePrefix.Length..], place) : null;
    }

    private string ReadFile(string path, Place place)
    {
        var full = path.Length == 0 ? path : Path.Combine(folder, path);
        var bytes = UserFile.ReadBytes(full, place, "the file of ${file:PATH}", MaxFileBytes);
        if (!Utf8.IsValid(bytes))
        {
            throw new ConfigException(place, $"'{full}' is not text in UTF-8, which the file of ${{file:PATH}} must be");
        }

        var text = Encoding.UTF8.GetString(bytes);
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }
}
