using System.Text;
using System.Text.Unicode;
using Sluice.Engine.Errors;

namespace Sluice.Jobs.Scripts;

/// <summary>A file of the user's as UTF-8 bytes without its byte order mark.</summary>
internal static class ScriptFile
{
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <param name="path">As the user wrote it.</param>
    /// <param name="kind">What the file is, in words: <c>a job script</c>.</param>
    /// <exception cref="ConfigException">There is no such file, or it is not text in UTF-8.</exception>
    public static byte[] Read(string path, string kind)
    {
        var bytes = ReadBytes(path, new Place(path, 0, 0, ""), kind, MaxBytes);
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new ConfigException(new Place(path, 0, 0, ""), $"this is text in UTF-16; {kind} is written in UTF-8");
        }

        var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        if (!Utf8.IsValid(text))
        {
            throw new ConfigException(new Cursor(path, text).At(InvalidAt(text), ""), $"a byte here is not UTF-8; {kind} is written in UTF-8");
        }

        return text;
    }

    /// <summary>A whole file, which may also be a pipe, up to a bound.</summary>
    /// <param name="place">Where it is asked for.</param>
    public static byte[] ReadBytes(string path, Place place, string kind, int maxBytes)
    {
        // Where the message is about the file itself, its name is already in front.
        var subject = place.Line == 0 ? "this" : $"'{path}'";
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ConfigException(place, $"the path of {kind} is empty or no path at all");
        }

        if (Directory.Exists(path))
        {
            throw new ConfigException(place, $"{subject} is a directory; give the path of {kind}");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > maxBytes)
                {
                    throw new ConfigException(place, $"{subject} is larger than the {maxBytes:N0} bytes allowed for {kind}");
                }
            }

            return bytes.ToArray();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException(place, $"{subject} does not exist; give the path of {kind}", missing);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new ConfigException(place, $"{subject} may not be read by this user; {kind} must be readable", refused);
        }
        catch (IOException failed)
        {
            throw new ConfigException(place, $"{subject} cannot be read as {kind}: {failed.Message}", failed);
        }
    }

    /// <summary>The folder of a file as the user would write it; the working directory is <c>.</c>.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".";

    private static int InvalidAt(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
