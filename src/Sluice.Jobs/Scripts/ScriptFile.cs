using System.Text;
using System.Text.Unicode;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

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
        var bytes = UserFile.ReadBytes(path, new Place(path, 0, 0, ""), kind, MaxBytes);
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
