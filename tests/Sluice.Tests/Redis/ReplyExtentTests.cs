using System.Text;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis;

/// <summary>Large replies in small pieces; <see cref="Fuzz.ReplyFeed"/> tries all others.</summary>
public sealed class ReplyExtentTests
{
    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    /// <summary>How often bytes that grow piece by piece are read, and how many were there when they were read last.</summary>
    private static (int Attempts, int Length) Feed(byte[] bytes, int piece, int small = 0)
    {
        var extent = new ReplyExtent(small);
        var (attempts, last) = (0, 0);
        for (var length = piece; length < bytes.Length + piece; length += piece)
        {
            var received = bytes.AsSpan(0, Math.Min(length, bytes.Length));
            if (extent.IsWorthReading(received))
            {
                RespReader.TryRead(received, out _, out var consumed);
                extent.Read(received.Length, consumed);
                (attempts, last) = (attempts + 1, received.Length);
            }
        }

        return (attempts, last);
    }

    [Theory]
    [InlineData("*50000\r\n", ":1\r\n")]
    [InlineData("%25000\r\n", "$2\r\nab\r\n")]
    [InlineData("*50000\r\n", "*2\r\n_\r\n%1\r\n+k\r\n,1\r\n")]
    [InlineData("*1\r\n~1\r\n>50000\r\n", "|1\r\n+ttl\r\n:9\r\n*0\r\n")]
    [InlineData("|1\r\n+k\r\n+v\r\n*50000\r\n", "*-1\r\n")]
    public void A_large_reply_is_read_when_its_beginning_is_there_and_when_all_of_it_is(string header, string element)
    {
        var bytes = Bytes(header + string.Concat(Enumerable.Repeat(element, 50_000)));
        Assert.Equal((2, bytes.Length), Feed(bytes, 7));
    }

    [Fact]
    public void A_small_reply_is_read_whenever_more_of_it_is_there() =>
        Assert.Equal((14, 14), Feed(Bytes("*2\r\n$2\r\nab\r\n_\r\n")[..14], 1, small: 14));

    [Theory]
    [InlineData("*3\r\n:1\r\n:x\r\n")]
    [InlineData("*3\r\n:1\r\nno")]
    [InlineData("*3\r\n*-2\r\n")]
    [InlineData("*3\r\n|-1\r\n")]
    [InlineData("*3\r\n%8388609\r\n")]
    [InlineData("*3\r\n#x\r\n")]
    public void What_is_refused_is_refused_as_soon_as_it_is_there(string wire)
    {
        var bytes = Bytes(wire);
        Assert.Throws<RespFormatException>(() => Feed(bytes, 1));
        Assert.Equal(1, Feed(bytes[..^2], 1).Attempts);
    }

    [Theory]
    [InlineData("*1\r\n")]
    [InlineData("|0\r\n")]
    [InlineData("%1\r\n_\r\n")]
    public void Nesting_has_the_bound_of_the_reader(string level)
    {
        Assert.Equal(1, Feed(Bytes("*2\r\n" + string.Concat(Enumerable.Repeat(level, RespReader.MaxDepth - 1))), 1).Attempts);
        Assert.Throws<RespFormatException>(() => Feed(Bytes("*2\r\n" + string.Concat(Enumerable.Repeat(level, RespReader.MaxDepth))), 1));
    }
}
