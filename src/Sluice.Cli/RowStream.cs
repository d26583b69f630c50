namespace Sluice.Cli;

/// <summary>Standard output for rows that are counted as written, and whose positions are confirmed: what it did not take is an error.</summary>
internal sealed class RowStream(LastingStream stream) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

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

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
