namespace Sluice.Connectors.Files;

/// <summary>A file that is being written under a hidden name, beside where it will stand.</summary>
internal sealed class PartFile : IDisposable
{
    private const int BufferBytes = 64 << 10;

    private readonly string _hidden;
    private readonly string _final;
    private FileStream? _stream;

    public PartFile(string folder, string name, long now)
    {
        Directory.CreateDirectory(folder);
        (_hidden, _final, Opened) = (Path.Combine(folder, $".{name}.inprogress"), Path.Combine(folder, name), now);
        _stream = new FileStream(_hidden, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes);
    }

    /// <summary>When it was opened, as a time stamp of the clock.</summary>
    public long Opened { get; }

    public long Rows { get; private set; }

    public long Bytes { get; private set; }

    public void Write(ReadOnlySpan<byte> line)
    {
        Rows++;
        Bytes += line.Length;
        _stream!.Write(line);
    }

    /// <summary>Returns when the data is on disk and the file has its name. Nobody sees it before.</summary>
    public void Finish()
    {
        _stream!.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_hidden, _final, overwrite: false);
        _stream = null;
    }

    /// <summary>A file that was not finished goes away.</summary>
    public void Dispose()
    {
        if (_stream is null)
        {
            return;
        }

        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What was still in its buffer is not wanted any more.
        }

        _stream = null;
        try
        {
            File.Delete(_hidden);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, hidden.
        }
    }
}
