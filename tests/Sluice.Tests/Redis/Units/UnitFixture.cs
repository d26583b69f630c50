using System.Text;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Tests.Redis.Units;

/// <summary>Guards and blocks without a server, and replies as a server writes them.</summary>
internal static class UnitFixture
{
    public const string Owner = "me";

    /// <param name="position">What we know of its record; null: there is none yet.</param>
    public static Guard Guard(string key, string? position, params string[] first) =>
        new(key, Owner, position) { FirstCommand = first.Length == 0 ? null : first };

    /// <summary>A block of that many commands <c>SET name-n x</c>.</summary>
    public static CommandBlock Block(string name, int commands)
    {
        var block = new CommandBlock();
        for (var i = 0; i < commands; i++)
        {
            block.Writer.Begin(3);
            block.Writer.Bulk("SET"u8);
            block.Writer.Bulk(Encoding.UTF8.GetBytes($"{name}-{i}"));
            block.Writer.Bulk("x"u8);
            block.EndCommand();
        }

        return block;
    }

    /// <summary>Every command of an encoded text, its arguments joined by blanks.</summary>
    public static string[] Commands(ReadOnlyMemory<byte> text)
    {
        var commands = new List<string>();
        for (var rest = text.Span; !rest.IsEmpty;)
        {
            Assert.True(RespReader.TryRead(rest, out var command, out var consumed));
            commands.Add(string.Join(' ', (object?[])command.ToObject()!));
            rest = rest[consumed..];
        }

        return [.. commands];
    }

    /// <summary>Hands a reader what a server answers, whole and in every other split, as the receive loop of a connection does.</summary>
    /// <param name="make">A new reader, and how many replies it takes.</param>
    /// <param name="check">Holds for each.</param>
    public static void Answer<TReader>(Func<(TReader Reader, int Count)> make, string wire, Action<TReader, Exchange> check)
        where TReader : IReplyReader
    {
        var bytes = Encoding.UTF8.GetBytes(wire);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var (reader, count) = make();
            var exchange = new Exchange(default, count, reader);
            var consumed = 0;
            foreach (var end in (int[])[cut, bytes.Length])
            {
                while (consumed < end && exchange.Received < count && exchange.TryTakePart(bytes.AsSpan(consumed, end - consumed), out _, out var size))
                {
                    consumed += size;
                }
            }

            check(reader, exchange);
        }
    }
}
