using System.Text;
using System.Text.Unicode;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Sql.Binding;

/// <summary>Values that stand outside the script because they are secret: <c>${env:NAME}</c> and <c>${file:PATH}</c> (S-5).</summary>
/// <param name="folder">Relative paths count from here.</param>
internal sealed class SecretValues(Func<string, string?> environment, string folder)
{
    private const string EnvPrefix = "env:";
    private const string FilePrefix = "file:";

    /// <returns>The value; null where the inside of the placeholder is neither of the two forms.</returns>
    /// <exception cref="ConfigException">The variable is not set, or the file cannot be read.</exception>
    public string? Find(string inside, Place place)
    {
        if (inside.StartsWith(EnvPrefix, StringComparison.Ordinal))
        {
            var name = inside[EnvPrefix.Length..];
            return environment(name) ?? throw new ConfigException(place, $"the environment variable '{name}' of '${{{inside}}}' is not set; set it, an empty value is allowed");
        }

        return inside.StartsWith(FilePrefix, StringComparison.Ordinal) ? ReadFile(inside, place) : null;
    }

    private string ReadFile(string inside, Place place)
    {
        var bytes = UserFile.ReadBytes(Path.Combine(folder, inside[FilePrefix.Length..]), place, $"the file of '${{{inside}}}'", ScriptText.MaxBytes);
        var text = Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new ConfigException(place, $"the file of '${{{inside}}}' is not text in UTF-8");
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }
}
