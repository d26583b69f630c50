namespace Sluice.Cli;

/// <summary>A standard stream that may be closed or full: what it does not take is dropped, and the first reason kept, so that
/// a job is not ended by its own messages.</summary>
internal sealed class LastingStream(Stream stream) : Stream
{
    /// <summary>Why something was dropped; null where nothing was.</summary>
    public string? Failure { get; private set; }

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

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            stream.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = (e.InnerException ?? e).Message;
        }
    }

    public override void Flush()
    {
        // Nothing is kept back here, and the streams of a console keep nothing back either.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
