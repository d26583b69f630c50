using System.Text;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis;

public sealed class RespReaderTests
{
    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void Every_split_of_a_valid_reply_is_incomplete_and_the_whole_is_read_with_nothing_behind_it()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var samples = new RespSamples(seed);
            var expected = samples.Add();
            var bytes = samples.Bytes;
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.False(RespReader.TryRead(bytes.AsSpan(0, length), out _, out var none), $"seed {seed}, {length} bytes of {bytes.Length}");
                Assert.Equal(0, none);
            }

            foreach (var behind in (byte[][])[[], Bytes("+OK\r\n"), Bytes("no RESP")])
            {
                Assert.True(RespReader.TryRead((byte[])[.. bytes, .. behind], out var reply, out var consumed));
                Assert.Equal(bytes.Length, consumed);
                Assert.Equivalent(expected, reply.ToObject(), strict: true);
            }
        }
    }

    [Theory]
    [InlineData("+OK\r\n", RespKind.SimpleString, "OK", 0)]
    [InlineData("-ERR bad\r\n", RespKind.Error, "ERR bad", 0)]
    [InlineData(":-9223372036854775808\r\n", RespKind.Integer, "-9223372036854775808", long.MinValue)]
    [InlineData(":+7\r\n", RespKind.Integer, "+7", 7)]
    [InlineData("$-1\r\n", RespKind.Null, "", 0)]
    [InlineData("*-1\r\n", RespKind.Null, "", 0)]
    [InlineData("_\r\n", RespKind.Null, "", 0)]
    [InlineData("#t\r\n", RespKind.Boolean, "t", 1)]
    [InlineData(",3.14\r\n", RespKind.Double, "3.14", 0)]
    [InlineData("(12345678901234567890123\r\n", RespKind.BigNumber, "12345678901234567890123", 0)]
    [InlineData("!5\r\nERR x\r\n", RespKind.BulkError, "ERR x", 0)]
    [InlineData("=6\r\ntxt:ab\r\n", RespKind.BulkString, "ab", 0)]
    [InlineData("*2\r\n:1\r\n+a\r\n", RespKind.Array, ":1\r\n+a\r\n", 2)]
    [InlineData("%1\r\n+k\r\n+v\r\n", RespKind.Map, "+k\r\n+v\r\n", 2)]
    [InlineData("|1\r\n+ttl\r\n:9\r\n:5\r\n", RespKind.Integer, "5", 5)]
    [InlineData(">2\r\n+invalidate\r\n_\r\n", RespKind.Push, "+invalidate\r\n_\r\n", 2)]
    public void Each_kind_is_what_the_protocol_says(string wire, RespKind kind, string content, long integer)
    {
        Assert.True(RespReader.TryRead(Bytes(wire), out var reply, out var consumed));
        Assert.Equal((kind, content, integer, wire.Length), (reply.Kind, reply.Text, reply.Integer, consumed));
        Assert.Equal(kind is RespKind.Error or RespKind.BulkError, reply.IsError);
    }

    [Theory]
    [InlineData("$-2\r\n")]
    [InlineData("$536870913\r\n")]
    [InlineData("$9223372036854775807\r\n")]
    [InlineData("$99999999999999999999\r\n")]
    [InlineData("$\r\n")]
    [InlineData("$1x\r\n")]
    [InlineData("$1\r\nabc")]
    [InlineData("*-2\r\n")]
    [InlineData("*16777217\r\n")]
    [InlineData("%8388609\r\n")]
    [InlineData("%4611686018427387905\r\n")]
    [InlineData("%-9223372036854775808\r\n")]
    [InlineData("|-9223372036854775808\r\n:1\r\n")]
    [InlineData("|-1\r\n:1\r\n")]
    [InlineData(":9223372036854775808\r\n")]
    [InlineData(":1 \r\n")]
    [InlineData(":\r\n")]
    [InlineData("#x\r\n")]
    [InlineData("#\r\n")]
    [InlineData("+O\rK\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\u0015\u0003\u0003\u0000\u0002")]
    [InlineData("*1\r\nx")]
    [InlineData("$?\r\n")]
    public void What_is_no_resp_or_beyond_its_bounds_is_refused(string wire) =>
        Assert.Throws<RespFormatException>(() => RespReader.TryRead(Bytes(wire), out _, out _));

    [Theory]
    [InlineData("*1\r\n", 32, false)]
    [InlineData("*1\r\n", 33, true)]
    [InlineData("*1\r\n", 1_000_000, true)]
    [InlineData("|0\r\n", 1_000_000, true)]
    [InlineData("%1\r\n:1\r\n", 1_000_000, true)]
    public void Nesting_has_a_bound(string level, int levels, bool isRefused)
    {
        var wire = Bytes(string.Concat(Enumerable.Repeat(level, levels)));
        Assert.Equal(isRefused, Record.Exception(() => RespReader.TryRead(wire, out _, out _)) is RespFormatException);
    }

    [Theory]
    [InlineData('+')]
    [InlineData(':')]
    [InlineData('$')]
    [InlineData('-')]
    public void An_endless_line_is_refused_at_its_bound(char kind)
    {
        Assert.False(RespReader.TryRead(Bytes(kind + new string('1', RespReader.MaxLineLength - 1)), out _, out _));
        Assert.Throws<RespFormatException>(() => RespReader.TryRead(Bytes(kind + new string('1', RespReader.MaxLineLength)), out _, out _));
        Assert.Throws<RespFormatException>(() => RespReader.TryRead(Bytes(kind + new string('1', 10 * RespReader.MaxLineLength) + "\r\n"), out _, out _));
    }

    [Fact]
    public void Damaged_replies_are_read_refused_or_waited_for_and_nothing_else()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var samples = new RespSamples(seed);
            samples.Add();
            var bytes = samples.Bytes;
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "+-:$*_#,(!=%~>|0129\r\n"u8[random.Next(21)];
            }

            try
            {
                if (RespReader.TryRead(bytes, out var reply, out var consumed))
                {
                    Assert.InRange(consumed, 3, bytes.Length);
                    reply.ToObject();
                }
            }
            catch (RespFormatException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void A_huge_announced_length_reserves_nothing()
    {
        byte[][] wires = [Bytes("*16777216\r\n:1\r\n"), Bytes("$536870912\r\nabc"), Bytes("%8388608\r\n+a\r\n"), Bytes("|8388608\r\n+a\r\n"), Bytes("*16777216\r\n*16777216\r\n*16777216\r\n")];
        foreach (var wire in wires)
        {
            RespReader.TryRead(wire, out _, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var wire in wires)
        {
            if (RespReader.TryRead(wire, out _, out _))
            {
                Assert.Fail("complete?");
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Reading_the_replies_of_writes_allocates_nothing()
    {
        var wire = Bytes(string.Concat(Enumerable.Repeat("+OK\r\n:1\r\n$3\r\nabc\r\n_\r\n*1\r\n:2\r\n", 1000)));
        long ReadAll()
        {
            var count = 0;
            for (var rest = wire.AsSpan(); RespReader.TryRead(rest, out var reply, out var consumed); rest = rest[consumed..])
            {
                count += reply.IsError ? 0 : 1;
            }

            return count;
        }

        Assert.Equal(5000, ReadAll());
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
