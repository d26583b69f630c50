using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Sluice.Redis.Protocol;

/// <summary>Reads RESP2 and RESP3. A whole reply or nothing: no state is kept between two attempts.</summary>
public static class RespReader
{
    /// <summary>Redis itself allows 512 MiB (proto-max-bulk-len).</summary>
    public const int MaxBulkLength = 512 << 20;
    public const int MaxElements = 1 << 24;
    public const int MaxDepth = 32;

    /// <summary>A line holds a number, a status or an error message; real ones are far shorter.</summary>
    public const int MaxLineLength = 64 << 10;

    /// <summary>Reads the reply at the start of <paramref name="buffer"/>; false where it is not complete yet.</summary>
    /// <exception cref="RespFormatException">The bytes are not RESP, or exceed its bounds.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> buffer, out RespReply reply, out int consumed)
    {
        // Most replies of a write are these five bytes.
        if (buffer.Length >= 5 && buffer[0] == '+' && buffer[1] == 'O' && buffer[2] == 'K' && buffer[3] == '\r' && buffer[4] == '\n')
        {
            reply = new RespReply(RespKind.SimpleString, buffer.Slice(1, 2), 0);
            consumed = 5;
            return true;
        }

        // And most of the others these four.
        if (buffer.Length >= 4 && buffer[0] == ':' && buffer[2] == '\r' && buffer[3] == '\n' && (uint)(buffer[1] - '0') <= 9)
        {
            reply = new RespReply(RespKind.Integer, buffer.Slice(1, 1), buffer[1] - '0');
            consumed = 4;
            return true;
        }

        return TryRead(buffer, 0, out reply, out consumed);
    }

    /// <summary>Whether an array, a set or a map begins here, whose elements can be read one by one.</summary>
    internal static bool IsHeader(ReadOnlySpan<byte> buffer) => buffer.Length > 0 && (RespKind)buffer[0] is RespKind.Array or RespKind.Set or RespKind.Map;

    /// <summary>Whether elements may follow the line that begins here.</summary>
    internal static bool HasElements(ReadOnlySpan<byte> buffer) => IsHeader(buffer) || (buffer.Length > 0 && (RespKind)buffer[0] is RespKind.Push or RespKind.Attribute);

    /// <summary>Reads the beginning of what <see cref="IsHeader"/> or <see cref="HasElements"/> has seen; false where it is not complete yet.
    /// So many elements follow, keys and values of a map counted, and what an attribute describes; -1: it is null, and this is all of it.</summary>
    /// <exception cref="RespFormatException">The number is none, or out of bounds.</exception>
    internal static bool TryReadHeader(ReadOnlySpan<byte> buffer, out long count, out int consumed)
    {
        (count, consumed) = (0, 0);
        if (!TryReadLine(buffer[1..], out var line))
        {
            return false;
        }

        count = ReadNumber(line);
        var isAttribute = (RespKind)buffer[0] == RespKind.Attribute;
        if (count != -1 || isAttribute)
        {
            count = isAttribute || (RespKind)buffer[0] == RespKind.Map ? Pairs(count) : count;
            CheckCount(count);
            count += isAttribute ? 1 : 0;
        }

        consumed = 1 + line.Length + 2;
        return true;
    }

    /// <summary>What has elements stands in so many others.</summary>
    internal static void CheckDepth(int depth)
    {
        if (depth >= MaxDepth)
        {
            Throw($"more than {MaxDepth} levels");
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> buffer, int depth, out RespReply reply, out int consumed)
    {
        reply = default;
        consumed = 0;
        if (buffer.IsEmpty)
        {
            return false;
        }

        if (!TryReadLine(buffer[1..], out var line))
        {
            CheckKind(buffer[0]);
            return false;
        }

        var header = 1 + line.Length + 2;
        switch ((RespKind)buffer[0])
        {
            case RespKind.SimpleString or RespKind.Error or RespKind.Double or RespKind.BigNumber:
                reply = new RespReply((RespKind)buffer[0], line, 0);
                consumed = header;
                return true;
            case RespKind.Integer:
                reply = new RespReply(RespKind.Integer, line, ReadNumber(line));
                consumed = header;
                return true;
            case RespKind.Null:
                reply = new RespReply(RespKind.Null, default, 0);
                consumed = header;
                return true;
            case RespKind.Boolean:
                reply = new RespReply(RespKind.Boolean, line, ReadBoolean(line));
                consumed = header;
                return true;
            case RespKind.BulkString or RespKind.BulkError or RespKind.Verbatim:
                return TryReadBulk(buffer, header, ReadNumber(line), out reply, out consumed);
            case RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push:
                return TryReadAggregate(buffer, header, ReadNumber(line), depth, out reply, out consumed);
            case RespKind.Attribute:
                return TrySkipAttribute(buffer, header, ReadNumber(line), depth, out reply, out consumed);
            default:
                CheckKind(buffer[0]);
                return false;
        }
    }

    private static bool TryReadBulk(ReadOnlySpan<byte> buffer, int header, long length, out RespReply reply, out int consumed)
    {
        reply = default;
        consumed = 0;
        if (length == -1)
        {
            reply = new RespReply(RespKind.Null, default, 0);
            consumed = header;
            return true;
        }

        if (length is < 0 or > MaxBulkLength)
        {
            Throw($"a bulk length of {length}");
        }

        var end = header + (int)length;
        if (buffer.Length < end + 2)
        {
            return false;
        }

        if (buffer[end] != '\r' || buffer[end + 1] != '\n')
        {
            Throw("a bulk string that does not end in CR LF");
        }

        var content = buffer[header..end];
        var kind = (RespKind)buffer[0];
        if (kind == RespKind.Verbatim)
        {
            // Three letters of format and a colon stand before the text.
            content = content.Length >= 4 ? content[4..] : content;
            kind = RespKind.BulkString;
        }

        reply = new RespReply(kind, content, 0);
        consumed = end + 2;
        return true;
    }

    private static bool TryReadAggregate(ReadOnlySpan<byte> buffer, int header, long count, int depth, out RespReply reply, out int consumed)
    {
        reply = default;
        consumed = 0;
        if (count == -1)
        {
            reply = new RespReply(RespKind.Null, default, 0);
            consumed = header;
            return true;
        }

        var kind = (RespKind)buffer[0];
        var elements = kind == RespKind.Map ? Pairs(count) : count;
        if (!TrySkip(buffer, header, elements, depth, out var end))
        {
            return false;
        }

        reply = new RespReply(kind, buffer[header..end], elements);
        consumed = end;
        return true;
    }

    /// <summary>An attribute stands before the reply that it describes; nobody here asks for one.</summary>
    private static bool TrySkipAttribute(ReadOnlySpan<byte> buffer, int header, long count, int depth, out RespReply reply, out int consumed)
    {
        reply = default;
        consumed = 0;
        if (!TrySkip(buffer, header, Pairs(count), depth, out var end) || !TryRead(buffer[end..], depth + 1, out reply, out var inner))
        {
            return false;
        }

        consumed = end + inner;
        return true;
    }

    /// <summary>Keys and values of that many pairs; a count out of bounds stays out of them, whatever doubling makes of it.</summary>
    private static long Pairs(long count) => count is < 0 or > MaxElements ? -1 : count * 2;

    private static bool TrySkip(ReadOnlySpan<byte> buffer, int start, long elements, int depth, out int end)
    {
        end = start;
        CheckCount(elements);
        CheckDepth(depth);
        for (var i = 0L; i < elements; i++)
        {
            if (!TryRead(buffer[end..], depth + 1, out _, out var consumed))
            {
                return false;
            }

            end += consumed;
        }

        return true;
    }

    /// <summary>Elements of an aggregate; those of a map are twice as many as its pairs.</summary>
    private static void CheckCount(long elements)
    {
        if (elements is < 0 or > MaxElements)
        {
            Throw("a number of elements below 0, or too large");
        }
    }

    private static bool TryReadLine(ReadOnlySpan<byte> buffer, out ReadOnlySpan<byte> line)
    {
        line = default;
        var searched = buffer.Length > MaxLineLength ? buffer[..MaxLineLength] : buffer;
        var end = searched.IndexOf((byte)'\r');
        if (end < 0)
        {
            if (buffer.Length >= MaxLineLength)
            {
                Throw($"a line of more than {MaxLineLength} bytes");
            }

            return false;
        }

        if (end + 1 >= buffer.Length)
        {
            return false;
        }

        if (buffer[end + 1] != '\n')
        {
            Throw("CR without LF");
        }

        line = buffer[..end];
        return true;
    }

    private static long ReadNumber(ReadOnlySpan<byte> line)
    {
        var negative = line.Length > 0 && line[0] == '-';
        var digits = negative || (line.Length > 0 && line[0] == '+') ? line[1..] : line;
        if (digits.IsEmpty || digits.Length > 19)
        {
            Throw("a number that is none");
        }

        ulong value = 0;
        foreach (var digit in digits)
        {
            if ((uint)(digit - '0') > 9)
            {
                Throw("a number that is none");
            }

            value = (value * 10) + (ulong)(digit - '0');
        }

        if (value > long.MaxValue + (negative ? 1UL : 0UL))
        {
            Throw("a number beyond 64 bits");
        }

        return negative ? unchecked(-(long)value) : (long)value;
    }

    private static long ReadBoolean(ReadOnlySpan<byte> line)
    {
        if (line.Length != 1 || (line[0] != 't' && line[0] != 'f'))
        {
            Throw("a boolean that is none");
        }

        return line[0] == 't' ? 1 : 0;
    }

    private static void CheckKind(byte first)
    {
        if ("+-:$*_#,(!=%~>|"u8.IndexOf(first) < 0)
        {
            Throw($"byte 0x{first:x2} where a reply should begin");
        }
    }

    [DoesNotReturn]
    private static void Throw(string what) => throw new RespFormatException($"the server does not speak RESP: {what}");
}

/// <summary>The peer breaks the protocol, or is no Redis.</summary>
public sealed class RespFormatException(string message) : Exception(message);
