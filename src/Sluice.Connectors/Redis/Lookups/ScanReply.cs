using Sluice.Engine.Rows;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Takes the reply to SCAN or HSCAN: a cursor, and a list that is kept as it came.</summary>
internal sealed class ScanReply : IReplyReader
{
    private readonly ByteHeap _items = new(64 << 10);

    /// <summary>Where the next page begins.</summary>
    public byte[] Cursor { get; private set; } = [];

    /// <summary>Whether this page is the last one.</summary>
    public bool IsLast => Cursor is [(byte)'0'];

    /// <summary>What the server refused; null where it did not.</summary>
    public ServerError? Refused { get; private set; }

    /// <summary>The elements of the list, for <see cref="Next"/>.</summary>
    public ReadOnlySpan<byte> Items => _items.Bytes.AsSpan(0, _items.Used);

    public int Bytes => _items.Used;

    public void Clear()
    {
        _items.Clear();
        (Cursor, Refused) = ([], null);
    }

    public void Reply(int command, in RespReply reply) =>
        Refused = reply.IsError ? ServerError.Parse(reply.Content) : new ServerError($"no list, but {reply.Text}", ErrorClass.Record);

    public void Array(int command, long count)
    {
        // Its elements follow.
    }

    public void Element(int command, long index, in RespReply reply)
    {
        if (index == 0)
        {
            Cursor = reply.Content.ToArray();
        }
        else
        {
            _items.Append(reply.Content);
        }
    }

    /// <summary>The next of a list's elements.</summary>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> items)
    {
        RespReader.TryRead(items, out var item, out var size);
        items = items[size..];
        return item.Content;
    }
}
