using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis.Fuzz;

/// <summary>Reads bytes that arrive in pieces, as a connection does, whole reply by whole reply or arrays in parts.</summary>
internal sealed class ReplyFeed : IReplyReader
{
    /// <summary>A kind, a sign, nineteen digits, CR LF.</summary>
    private const int LongestHeader = 23;

    private readonly Exchange _exchange;
    private readonly List<string> _elements = [];
    private long _due;

    private ReplyFeed(bool inParts) => _exchange = inParts
        ? new Exchange(default, int.MaxValue, this)
        : new Exchange(default, int.MaxValue, (int command, in RespReply reply) => Whole(command, reply));

    /// <summary>Every reply in order. An aggregate's own kind is left out: parts do not tell it.</summary>
    public List<string> Replies { get; } = [];

    public int Pushes { get; private set; }

    /// <summary>Bytes that make no whole reply (yet).</summary>
    public int Left { get; private set; }

    /// <summary>Why the connection would have ended.</summary>
    public RespFormatException? Refused { get; private set; }

    /// <summary>Elements of an array that is not complete.</summary>
    public IReadOnlyList<string> Elements => _elements;

    public static ReplyFeed Read(byte[] bytes, bool inParts, params ReadOnlySpan<int> cuts)
    {
        var feed = new ReplyFeed(inParts);
        var extent = new ReplyExtent(LongestHeader);
        var from = 0;
        foreach (var cut in (int[])[.. cuts, bytes.Length])
        {
            try
            {
                var (received, start) = (bytes.AsMemory(from, cut - from), from);
                var isWorthReading = extent.IsWorthReading(received.Span);
                feed.Dispatch(received.Span, ref from);
                Assert.True(isWorthReading || from == start, "not worth reading?");
                extent.Read(received.Length, from - start);
            }
            catch (RespFormatException e)
            {
                feed.Refused = e;
                break;
            }
        }

        feed.Left = bytes.Length - from;
        return feed;
    }

    public void Reply(int command, in RespReply reply) => Whole(command, reply);

    public void Array(int command, long count)
    {
        Assert.Equal((0, Replies.Count - Pushes), (_elements.Count, command));
        _due = count;
        EndArray();
    }

    public void Element(int command, long index, in RespReply reply)
    {
        Assert.Equal((_elements.Count, Replies.Count - Pushes), (index, command));
        _elements.Add(RespValue.Describe(reply));
        EndArray();
    }

    private void EndArray()
    {
        if (_elements.Count == _due)
        {
            Replies.Add($"[{string.Join(' ', _elements)}]");
            _elements.Clear();
        }
    }

    private void Whole(int command, in RespReply reply)
    {
        Assert.Equal(Replies.Count - Pushes, command);
        Replies.Add(WithoutKind(reply));
    }

    private static string WithoutKind(in RespReply reply) => reply.IsAggregate ? RespValue.Describe(reply)[1..] : RespValue.Describe(reply);

    private void Dispatch(ReadOnlySpan<byte> received, ref int consumed)
    {
        while (!received.IsEmpty)
        {
            RespReply reply;
            int size;
            if (_exchange.TakesApart ? !_exchange.TryTakePart(received, out reply, out size) : !RespReader.TryRead(received, out reply, out size))
            {
                return;
            }

            Assert.InRange(size, 1, received.Length);
            received = received[size..];
            consumed += size;
            if (reply.Kind == RespKind.Push)
            {
                Replies.Add("push " + RespValue.Describe(reply));
                Pushes++;
            }
            else if (!_exchange.TakesApart)
            {
                _exchange.Take(reply);
            }
        }
    }
}
