using System.Runtime.Intrinsics;
using System.Text;

namespace Sluice.Redis.Protocol;

/// <summary>An encoded argument, or several in a row, padded so that <see cref="RespWriter"/> can copy it as one vector.</summary>
public sealed class RespConstant
{
    public RespConstant(params ReadOnlySpan<string> arguments)
    {
        var writer = new RespWriter(256);
        foreach (var argument in arguments)
        {
            writer.Bulk(Encoding.UTF8.GetBytes(argument));
        }

        Length = writer.Length;
        Bytes = new byte[Length + Vector256<byte>.Count];
        writer.Span.CopyTo(Bytes);
    }

    public int Length { get; }

    internal byte[] Bytes { get; }
}
