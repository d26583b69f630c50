using System.Text;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis.Fuzz;

/// <summary>Bytes that no honest server sends: they are read, refused or waited for, in bounded memory, and nothing else happens.</summary>
public sealed class HostileReplyTests
{
    /// <summary>What a refusal costs: an exception, its message and its stack trace.</summary>
    private const long RefusalBytes = 16 << 10;

    /// <summary>An object and its place in an array, of the shortest element that there is: a text of one byte is four bytes on the wire.</summary>
    private const long ObjectBytesPerByte = 10;

    private static byte[] Repeat(string text, int times) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times)));

    [Fact]
    public void Cut_at_any_place_as_much_is_read_and_the_same_is_refused() => Property.Holds(RespGenerator.Hostile, 600, given =>
    {
        var bytes = given.Bytes;
        foreach (var inParts in (bool[])[false, true])
        {
            var uncut = ReplyFeed.Read(bytes, inParts);
            for (var cut = 1; cut < bytes.Length; cut += 1 + (bytes.Length / 200))
            {
                AssertSame(uncut, ReplyFeed.Read(bytes, inParts, cut), $"cut at {cut}");
            }

            if (bytes.Length is > 1 and < 500)
            {
                AssertSame(uncut, ReplyFeed.Read(bytes, inParts, [.. Enumerable.Range(1, bytes.Length - 1)]), "byte by byte");
            }
        }
    });

    [Fact]
    public void In_parts_or_whole_as_much_is_read_and_the_same_is_refused() => Property.Holds(RespGenerator.Hostile, 4000, given =>
    {
        var bytes = given.Bytes;
        var (whole, parts) = (ReplyFeed.Read(bytes, inParts: false), ReplyFeed.Read(bytes, inParts: true));
        Assert.Equal(whole.Replies, parts.Replies);
        Assert.Equal(whole.Refused?.Message, parts.Refused?.Message);
    });

    [Fact]
    public void What_bytes_announce_costs_no_memory() => Property.Holds(RespGenerator.Hostile, 4000, given =>
    {
        var bytes = given.Bytes;
        // Nothing is kept: memory may be taken for a refusal alone.
        Assert.InRange(Allocated(() => ReadAll(bytes)), 0, RefusalBytes);
        var exchange = new Exchange(default, int.MaxValue, new Forgetful());
        Assert.InRange(Allocated(() => TakeAll(exchange, bytes)), 0, RefusalBytes + (64 * bytes.Length));

        // Whoever keeps replies has only those that are there.
        Assert.InRange(Allocated(() => KeepAll(bytes)), 0, (2 * RefusalBytes) + (ObjectBytesPerByte * bytes.Length));
    });

    [Theory]
    [InlineData("*1\r\n")]
    [InlineData("~1\r\n")]
    [InlineData(">1\r\n")]
    [InlineData("%1\r\n_\r\n")]
    [InlineData("|0\r\n")]
    [InlineData("|1\r\n_\r\n")]
    [InlineData("|1\r\n")]
    [InlineData("*16777216\r\n")]
    [InlineData("*2\r\n|1\r\n+k\r\n")]
    public void A_hundred_thousand_levels_are_refused_at_the_first_too_many(string level)
    {
        var bytes = Repeat(level, 100_000);
        foreach (var inParts in (bool[])[false, true])
        {
            Assert.NotNull(ReplyFeed.Read(bytes, inParts).Refused);

            // Two bounds are enough: one more level may be read where the outermost comes in parts.
            var shortest = Repeat(level, RespReader.MaxDepth + 2);
            Assert.NotNull(ReplyFeed.Read(shortest, inParts).Refused);
            Assert.NotNull(ReplyFeed.Read(shortest, inParts, [.. Enumerable.Range(1, shortest.Length - 1)]).Refused);
        }
    }

    [Theory]
    [InlineData("$9223372036854775807\r\n", true)]
    [InlineData("$9223372036854775808\r\n", true)]
    [InlineData("$2147483647\r\n", true)]
    [InlineData("$99999999999999999999999999\r\n", true)]
    [InlineData("!2147483647\r\n", true)]
    [InlineData("=-2\r\n", true)]
    [InlineData("$-2\r\n", true)]
    [InlineData("$-9223372036854775808\r\n", true)]
    [InlineData("*-2\r\n", true)]
    [InlineData("*9223372036854775807\r\n", true)]
    [InlineData("%4611686018427387904\r\n", true)]
    [InlineData("$3\r\nabcde", true)]
    [InlineData("$3\r\nabc\n\r", true)]
    [InlineData("$3\r\nabc\r\r", true)]
    [InlineData("+OK\r+", true)]
    [InlineData(":1\n:1\r\n", true)]
    [InlineData("*2\n:1\r\n:1\r\n", true)]
    [InlineData("$536870912\r\nabc", false)]
    [InlineData("*16777216\r\n:1\r\n", false)]
    [InlineData("$3\r\nabc", false)]
    [InlineData("$3\r\nabc\r", false)]
    [InlineData("$3\r", false)]
    [InlineData("$3", false)]
    [InlineData("+OK\r", false)]
    [InlineData("*1\r\n", false)]
    [InlineData("|1\r\n+k\r\n+v\r\n", false)]
    public void Lengths_and_ends_that_are_wrong_are_refused_and_those_to_come_are_waited_for(string wire, bool isRefused)
    {
        // By itself, and as an element.
        foreach (var before in (string[])["", "*3\r\n+a\r\n", "%1\r\n_\r\n", "|1\r\n:1\r\n", "*1\r\n~1\r\n"])
        {
            var bytes = Encoding.ASCII.GetBytes(before + wire);
            foreach (var inParts in (bool[])[false, true])
            {
                var feed = ReplyFeed.Read(bytes, inParts);
                Assert.Equal((isRefused, 0), (feed.Refused is not null, feed.Replies.Count));
            }
        }
    }

    private static void AssertSame(ReplyFeed expected, ReplyFeed found, string how)
    {
        Assert.True(expected.Replies.SequenceEqual(found.Replies), $"{how}: {string.Join('|', expected.Replies)} became {string.Join('|', found.Replies)}");

        // Of two reasons, whichever is seen first.
        Assert.Equal(expected.Refused is null, found.Refused is null);
        Assert.Equal(expected.Elements, found.Elements);
        Assert.True(expected.Refused is not null || expected.Left == found.Left, $"{how}: {expected.Left} bytes left became {found.Left}");
    }

    private static long Allocated(Action run)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            run();
        }
        catch (RespFormatException)
        {
            // Refused.
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void ReadAll(ReadOnlySpan<byte> rest)
    {
        while (RespReader.TryRead(rest, out _, out var consumed))
        {
            rest = rest[consumed..];
        }
    }

    private static void TakeAll(Exchange exchange, ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty && exchange.TryTakePart(rest, out _, out var consumed))
        {
            rest = rest[consumed..];
        }
    }

    private static void KeepAll(ReadOnlySpan<byte> rest)
    {
        while (RespReader.TryRead(rest, out var reply, out var consumed))
        {
            reply.ToObject();
            rest = rest[consumed..];
        }
    }

    private sealed class Forgetful : IReplyReader
    {
        public void Reply(int command, in RespReply reply)
        {
        }

        public void Array(int command, long count)
        {
        }

        public void Element(int command, long index, in RespReply reply)
        {
        }
    }
}
