using System.Text;

namespace Sluice.Redis.Protocol;

/// <summary>One reply as it stands in the receive buffer: valid until the buffer moves.</summary>
public readonly ref struct RespReply
{
    internal RespReply(RespKind kind, ReadOnlySpan<byte> content, long integer)
    {
        Kind = kind;
        Content = content;
        Integer = integer;
    }

    public RespKind Kind { get; }

    /// <summary>The bytes of a scalar (a string, an error's text, a number as written); of an aggregate, its elements one after the other.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>The value of an integer or a boolean (0, 1); the number of elements of an aggregate, where a map counts keys and values.</summary>
    public long Integer { get; }

    public bool IsError => Kind is RespKind.Error or RespKind.BulkError;

    public bool IsNull => Kind == RespKind.Null;

    public bool IsAggregate => Kind is RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push;

    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>A copy that outlives the buffer: text and numbers as string, integers as long, null, aggregates as arrays of the same.</summary>
    public object? ToObject()
    {
        if (IsNull)
        {
            return null;
        }

        if (!IsAggregate)
        {
            return Kind is RespKind.Integer or RespKind.Boolean ? Integer : Text;
        }

        var items = new object?[Integer];
        var rest = Content;
        for (var i = 0; i < items.Length; i++)
        {
            RespReader.TryRead(rest, out var item, out var consumed);
            items[i] = item.ToObject();
            rest = rest[consumed..];
        }

        return items;
    }
}
