using System.Text;

namespace Sluice.ServerTests.Servers;

/// <summary>Looks for a text in a stream that comes in pieces.</summary>
internal sealed class StreamWatch(string text)
{
    private readonly byte[] _text = Encoding.ASCII.GetBytes(text);
    private byte[] _tail = [];

    public bool Found(ReadOnlySpan<byte> piece)
    {
        byte[] bytes = [.. _tail, .. piece];
        _tail = bytes[Math.Max(0, bytes.Length - _text.Length + 1)..];
        return bytes.AsSpan().IndexOf(_text) >= 0;
    }
}
