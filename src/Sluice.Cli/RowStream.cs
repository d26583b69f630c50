namespace Sluice.Cli;

/// <summary>Standard output for rows that are counted as written, and whose positions are confirmed: what it did not take is an error.</summary>
internal sealed class RowStream(LastingStream stream) : OutputStream
{
    /// <exception cref="IOException">It did not take these bytes, or others before them.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        stream.Write(buffer);
        if (stream.Failure is { } failure)
        {
            throw new IOException(failure);
        }
    }

    public override void Flush() => stream.Flush();
}
