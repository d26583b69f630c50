using Sluice.Engine.Errors;

namespace Sluice.Engine.Execution;

/// <summary>The JSON-lines file of a job's dirty records, made when the first one comes (S-6). All tasks share it.</summary>
public sealed class DirtyRecordsFile(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private FileStream? _file;

    /// <summary>The absolute path of the file, or null while there is no dirty record.</summary>
    public string? File { get; private set; }

    /// <summary>Whether this run continues an earlier one, whose records stay (S-6).</summary>
    internal bool Appends { get; set; }

    /// <summary>Where dirty records are allowed, the file must be writable before the first row is written. Leaves no file behind.</summary>
    /// <exception cref="ConfigException">It is not.</exception>
    internal void CheckWritable()
    {
        var full = Path.GetFullPath(path);
        var exists = System.IO.File.Exists(full);
        try
        {
            using var probe = exists
                ? new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
                : new FileStream(full, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (!exists && System.IO.File.Exists(full))
        {
            // Another job has just made it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <returns>What the user should know where it could not be written; else null.</returns>
    internal ConfigException? Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            try
            {
                // It is this job's alone: two of them would write over each other.
                _file ??= new FileStream(Path.GetFullPath(path), Appends ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None);
                File = _file.Name;
                _file.Write(line);
                _file.Flush();
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Unwritable(e);
            }
        }
    }

    public void Dispose() => _file?.Dispose();

    private static ConfigException Unwritable(Exception e) =>
        new(null, $"the file of dirty records cannot be written: {e.Message.TrimEnd('.')}; name another with --dirty-records", e);
}
