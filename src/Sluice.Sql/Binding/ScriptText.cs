using System.Text;
using System.Text.Unicode;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Sql.Binding;

/// <summary>Reads the files of a script: itself, and those of its secrets.</summary>
internal static class ScriptText
{
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Whether a path is that of a stream, such as standard input, and so no name for a job.</summary>
    public static bool IsStream(string path) => path == "-" || path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    /// <param name="path">As the user wrote it.</param>
    /// <exception cref="ConfigException">There is no such file, or it is not text in UTF-8.</exception>
    public static string Read(string path)
    {
        var bytes = UserFile.ReadBytes(path, new Place(path, 0, 0, ""), "a SQL script", MaxBytes);
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
}
