namespace Sluice.Cli;

/// <summary>A standard stream that may be closed or full: what it does not take is dropped, and the first reason kept, so that
/// a job is not ended by its own messages.</summary>
internal sealed class LastingStream(Stream stream) : OutputStream
{
    /// <summary>Why something was dropped; null where nothing was.</summary>
    public string? Failure { get; private set; }

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
}
