using Sluice.Engine.Errors;

namespace Sluice.Engine.Options;

/// <summary>Reads the files that a user names: scripts, and what stands outside of them because it is secret.</summary>
public static class UserFile
{
    /// <summary>A whole file, which may also be a pipe, up to a bound.</summary>
    /// <param name="place">Where it is asked for.</param>
    /// <param name="kind">What it is, in words: <c>a job script</c>.</param>
    /// <exception cref="ConfigException">There is none, it cannot be read, or it is larger.</exception>
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
}
