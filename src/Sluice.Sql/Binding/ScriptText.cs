using System.Text;
using System.Text.Unicode;
using Sluice.Engine.Errors;

namespace Sluice.Sql.Binding;

/// <summary>Reads the files of a script: itself, and those of its secrets.</summary>
internal static class ScriptText
{
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <param name="path">As the user wrote it.</param>
    /// <exception cref="ConfigException">There is no such file, or it is not text in UTF-8.</exception>
    public static string Read(string path)
    {
        var bytes = ReadBytes(path, new Place(path, 0, 0, ""), "a SQL script");
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new ConfigException(new Place(path, 0, 0, ""), "this is text in UTF-16; a SQL script is written in UTF-8");
        }

        var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        if (Utf8.IsValid(text))
        {
            return Encoding.UTF8.GetString(text);
        }

        // The line of the first byte that is none of UTF-8's.
        var line = 1;
        foreach (var lineBytes in text.ToArray().AsSpan().Split((byte)'\n'))
        {
            if (!Utf8.IsValid(text[lineBytes]))
            {
                break;
            }

            line++;
        }

        throw new ConfigException(new Place(path, line, 1, ""), "a byte in this line is not UTF-8; a SQL script is written in UTF-8");
    }

    /// <summary>A whole file, up to a bound.</summary>
    /// <param name="place">Where it is asked for.</param>
    /// <param name="what">What it is, in words.</param>
    public static byte[] ReadBytes(string path, Place place, string what)
    {
        var subject = place.Line == 0 ? "this" : $"'{path}'";
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ConfigException(place, $"the path of {what} is empty or no path at all");
        }

        if (Directory.Exists(path))
        {
            throw new ConfigException(place, $"{subject} is a directory; give the path of {what}");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > MaxBytes)
                {
                    throw new ConfigException(place, $"{subject} is larger than the {MaxBytes:N0} bytes allowed for {what}");
                }
            }

            return bytes.ToArray();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException(place, $"{subject} does not exist; give the path of {what}", missing);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new ConfigException(place, $"{subject} cannot be read as {what}: {refused.Message}", refused);
        }
    }
}
