using System.Text;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis;

/// <summary>Replies of which arrays are taken apart as they arrive.</summary>
public sealed class ReplyPartsTests
{
    /// <summary>Puts together again what comes in parts.</summary>
    private sealed class Whole : IReplyReader
    {
        public List<object?> Replies { get; } = [];

        public List<string> Calls { get; } = [];

        public void Reply(int command, in RespReply reply)
        {
            Assert.Equal(Replies.Count, command);
            Calls.Add("reply");
            Replies.Add(reply.ToObject());
        }

        public void Array(int command, long count)
        {
            Assert.Equal(Replies.Count, command);
            Calls.Add($"array {count}");
            Replies.Add(new object?[count]);
        }

        public void Element(int command, long index, in RespReply reply)
        {
            Assert.Equal(Replies.Count - 1, command);
            Calls.Add($"element {index}");
            ((object?[])Replies[command]!)[index] = reply.ToObject();
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Feeds bytes in pieces as a connection does. Returns the pushes, and how many bytes were left.</summary>
    private static (List<object?> Pushes, int Left) Feed(Exchange exchange, byte[] bytes, IEnumerable<int> pieces)
    {
        var pushes = new List<object?>();
        var (filled, consumed) = (0, 0);
        foreach (var piece in pieces)
        {
            filled = Math.Min(bytes.Length, filled + piece);
            while (consumed < filled && exchange.Received < exchange.Count && exchange.TryTakePart(bytes.AsSpan(consumed, filled - consumed), out var push, out var size))
            {
                consumed += size;
                if (push.Kind == RespKind.Push)
                {
                    pushes.Add(push.ToObject());
                }
            }
        }

        return (pushes, bytes.Length - consumed);
    }

    [Fact]
    public void Whatever_the_pieces_all_replies_come_in_order_and_whole()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var samples = new RespSamples(seed);
            List<object?> expected = [];
            for (var i = 0; i < 4; i++)
            {
                var start = samples.Bytes.Length;
                var value = samples.Add();
                Assert.True(RespReader.TryRead(samples.Bytes.AsSpan(start), out var reply, out _));
                if (reply.Kind != RespKind.Push)
                {
                    expected.Add(value);
                }
            }

            var bytes = samples.Bytes;
            var random = new Random(seed);
            IEnumerable<int>[] splits = [[bytes.Length], Enumerable.Repeat(1, bytes.Length), Enumerable.Range(0, bytes.Length).Select(_ => random.Next(1, 7)),
                .. Enumerable.Range(1, bytes.Length - 1).Select(at => (int[])[at, bytes.Length])];
            foreach (var pieces in splits)
            {
                var whole = new Whole();
                var exchange = new Exchange(default, Math.Max(1, expected.Count), whole);
                Feed(exchange, bytes, pieces);
                Assert.Equal(expected.Count, exchange.Received);
                Assert.Equivalent(expected, whole.Replies, strict: true);
                Assert.Equal(expected.Count > 0, exchange.Completion.IsCompleted);
            }
        }
    }

    [Fact]
    public void Elements_come_before_their_array_is_complete()
    {
        var whole = new Whole();
        var exchange = new Exchange(default, 2, whole);
        var (_, left) = Feed(exchange, Bytes("*3\r\n$1\r\na\r\n_\r\n$2\r\nb"), [100]);
        Assert.Equal(["array 3", "element 0", "element 1"], whole.Calls);
        Assert.Equal((5, 0), (left, exchange.Received));
    }

    [Theory]
    [InlineData("*0\r\n", "array 0")]
    [InlineData("~1\r\n:1\r\n", "array 1,element 0")]
    [InlineData("%1\r\n+k\r\n+v\r\n", "array 2,element 0,element 1")]
    [InlineData("*-1\r\n", "reply")]
    [InlineData("_\r\n", "reply")]
    [InlineData("$-1\r\n", "reply")]
    [InlineData("*1\r\n*2\r\n:1\r\n:2\r\n", "array 1,element 0")]
    [InlineData("*1\r\n-ERR inside\r\n", "array 1,element 0")]
    [InlineData("|1\r\n+ttl\r\n:9\r\n*1\r\n:5\r\n", "array 1,element 0")]
    [InlineData("|1\r\n+ttl\r\n:9\r\n*0\r\n", "array 0")]
    public void Each_kind_is_taken_apart_or_not(string wire, string calls)
    {
        var whole = new Whole();
        var exchange = new Exchange(default, 1, whole);
        Assert.Equal(0, Feed(exchange, Bytes(wire), Enumerable.Repeat(1, wire.Length)).Left);
        Assert.Equal(calls, string.Join(',', whole.Calls));
        Assert.True(exchange.Completion.IsCompleted);
        Assert.Empty(exchange.Errors);
    }

    [Fact]
    public void Errors_are_noted_and_told_and_messages_without_a_command_pass_between_replies()
    {
        var whole = new Whole();
        var exchange = new Exchange(default, 3, whole);
        var (pushes, left) = Feed(exchange, Bytes("*1\r\n:1\r\n>2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n-WRONGTYPE no\r\n>2\r\n+invalidate\r\n_\r\n:2\r\n"), [1000]);
        Assert.Equal(0, left);
        Assert.Equivalent(new object?[] { new object?[] { "invalidate", new object?[] { "k" } }, new object?[] { "invalidate", null } }, pushes, strict: true);
        Assert.Equivalent(new object?[] { new object?[] { 1L }, "WRONGTYPE no", 2L }, whole.Replies, strict: true);
        Assert.Equal([(1, new ServerError("WRONGTYPE no", ErrorClass.WrongType))], exchange.Errors);
    }

    [Theory]
    [InlineData("*16777217\r\n")]
    [InlineData("*-2\r\n")]
    [InlineData("%8388609\r\n")]
    [InlineData("*x\r\n")]
    [InlineData("*1\r\nx")]
    [InlineData("~99999999999999999999\r\n")]
    public void What_is_no_resp_or_beyond_its_bounds_is_refused(string wire)
    {
        var exchange = new Exchange(default, 1, new Whole());
        Assert.Throws<RespFormatException>(() => { Feed(exchange, Bytes(wire), Enumerable.Repeat(1, wire.Length)); });
    }
}
