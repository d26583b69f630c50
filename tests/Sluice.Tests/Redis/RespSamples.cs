using System.Text;

namespace Sluice.Tests.Redis;

/// <summary>Random replies: their bytes, and the object that they stand for.</summary>
internal sealed class RespSamples(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    /// <summary>Appends one reply of any kind.</summary>
    public object? Add(int depth = 0)
    {
        if (_random.Next(12) == 0 && depth < 4)
        {
            var entries = _random.Next(3);
            Line($"|{entries}");
            for (var i = 0; i < 2 * entries; i++)
            {
                Add(depth + 1);
            }
        }

        return _random.Next(depth < 4 ? 16 : 12) switch
        {
            0 => (object?)Scalar('+', Line()),
            1 => Scalar('-', "ERR " + Line()),
            2 => Integer(),
            3 => Bulk('$', ""),
            4 => Null("$-1"),
            5 => Null("*-1"),
            6 => Null("_"),
            7 => Boolean(),
            8 => Scalar(',', ((string[])["1.5", "-inf", "nan", "1e300", "10"])[_random.Next(5)]),
            9 => Scalar('(', $"{(_random.Next(2) == 0 ? "-" : "")}3492890328409238509324850943850943825024385"),
            10 => Bulk('!', ""),
            11 => Bulk('=', "txt:"),
            12 => Aggregate('%', depth, 2),
            13 => Aggregate('~', depth, 1),
            14 => Aggregate('>', depth, 1),
            _ => Aggregate('*', depth, 1),
        };
    }

    private string Scalar(char kind, string text)
    {
        Line($"{kind}{text}");
        return text;
    }

    private long Integer()
    {
        var value = ((long[])[0, 1, -1, long.MaxValue, long.MinValue, _random.NextInt64()])[_random.Next(6)];
        Line($":{value}");
        return value;
    }

    private long Boolean()
    {
        var value = _random.Next(2);
        Line(value == 1 ? "#t" : "#f");
        return (long)value;
    }

    private object? Null(string line)
    {
        Line(line);
        return null;
    }

    private string Bulk(char kind, string before)
    {
        // CR LF inside is content.
        var text = ((string[])["", "a", "\r\n", "$5\r\nhello\r\n", "é😀", Line()])[_random.Next(6)];
        Line($"{kind}{Encoding.UTF8.GetByteCount(before + text)}");
        Line(before + text);
        return text;
    }

    private object?[] Aggregate(char kind, int depth, int perEntry)
    {
        var entries = _random.Next(4);
        Line($"{kind}{entries}");
        return Enumerable.Range(0, entries * perEntry).Select(_ => Add(depth + 1)).ToArray();
    }

    private string Line() => new([.. Enumerable.Range(0, _random.Next(12)).Select(_ => (char)_random.Next(' ', '~'))]);

    private void Line(string line) => _bytes.AddRange(Encoding.UTF8.GetBytes(line + "\r\n"));
}
