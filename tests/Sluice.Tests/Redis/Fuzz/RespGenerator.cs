using FsCheck;
using FsCheck.Fluent;

namespace Sluice.Tests.Redis.Fuzz;

/// <summary>Random replies of every kind, and what may become of their bytes.</summary>
internal static class RespGenerator
{
    private const int MaxDepth = 6;

    /// <summary>Lengths and counts as no honest server announces them, and bytes that begin or end something.</summary>
    private static readonly byte[][] s_hostile =
    [
        .. new[]
        {
            "$9223372036854775807\r\n", "$9223372036854775808\r\n", "$2147483647\r\n", "$536870912\r\n", "$536870913\r\n", "$-2\r\n", "$-9223372036854775808\r\n",
            "*9223372036854775807\r\n", "*2147483647\r\n", "*16777216\r\n", "*16777217\r\n", "*-2\r\n", "%8388608\r\n", "%4611686018427387904\r\n", "%-1\r\n", "~-2\r\n",
            "|8388608\r\n", "|-1\r\n", ">16777216\r\n", ">-2\r\n", "!-2\r\n", "=2147483647\r\n", "=0\r\n\r\n", "$99999999999999999999999\r\n", "*00000000000000000001\r\n",
            "$\r\n", "*\r\n", ":\r\n", "#\r\n", "$+0\r\n\r\n", "*?\r\n", "$?\r\n", ";4\r\n", ".\r\n", "$1\r\n", "*1\r\n", "|1\r\n", "%1\r\n", "|0\r\n", "\r\n", "\r", "\n", "\r\r\n", "-", "*", "$",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
        [0], [255], [0xc3], [21, 3, 3, 0, 2, 2, 40],
    ];

    public static Gen<RespValue> Value { get; } = Gen.Sized(size => Of(Math.Min(MaxDepth, 1 + (size / 8))));

    /// <summary>Several replies, one after the other.</summary>
    public static Arbitrary<RespValue[]> Replies { get; } = Arb.From(from count in Gen.Choose(1, 5) from values in Value.ArrayOf(count) select values, Smaller);

    /// <summary>Replies of which some bytes were changed, taken out, put in or cut off; or no replies at all.</summary>
    public static Arbitrary<WireBytes> Hostile { get; } = Arb.From(Gen.Frequency(
        (8, from values in Replies.Generator from times in Gen.Choose(1, 4) from seed in Seed select Damaged(values, times, seed)),
        (1, from length in Gen.Choose(0, 80) from seed in Seed select RandomBytes(length, seed)),
        (3, from parts in Gen.Elements(s_hostile).ListOf(4) select parts.SelectMany(p => p).ToArray())).Select(bytes => new WireBytes(bytes)), Shorter);

    public static Gen<int> Seed => Gen.Choose(0, int.MaxValue - 1);

    public static byte[] BytesOf(RespValue[] values) => [.. values.SelectMany(v => v.Bytes)];

    private static Gen<RespValue> Of(int depth)
    {
        var plain = depth <= 0 ? Scalars : Gen.Frequency((5, Scalars), (4, AggregatesOf(depth - 1)));
        return depth <= 0 ? plain : Gen.Frequency(
            (12, plain),
            (1, from attribute in Of(depth - 1).ListOf(2) from value in plain select value with { Attribute = [.. attribute] }),
            (1, from value in plain select value with { Attribute = [] }));
    }

    private static Gen<RespValue> AggregatesOf(int depth) =>
        from kind in Gen.Elements("*", "*", "~", ">", "%")
        from count in Gen.Frequency((12, Gen.Choose(0, 4)), (1, Gen.Choose(9, 12)))
        from items in (count > 8 ? Scalars : Of(depth)).ArrayOf(kind == "%" ? count * 2 : count)
        select new RespValue(kind, "", items);

    private static Gen<RespValue> Scalars => Gen.OneOf(
        Scalar("+", Line),
        Scalar("-", from code in Gen.Elements("ERR ", "WRONGTYPE ", "MOVED 1 ", "") from text in Line select code + text),
        Scalar(":", Gen.Elements("0", "7", "-1", "10", "9223372036854775807", "-9223372036854775808")),
        Scalar("$", Content),
        Scalar("!", Content),
        Scalar("=", Content),
        Scalar("#", Gen.Elements("t", "f")),
        Scalar(",", Gen.Elements("1.5", "-inf", "inf", "nan", "1e300", "10", "-0")),
        Scalar("(", Gen.Elements("0", "3492890328409238509324850943850943825024385", "-12345678901234567890123456789")),
        Gen.Elements("$-1", "*-1", "_").Select(kind => new RespValue(kind, "", [])));

    /// <summary>No CR, no LF.</summary>
    private static Gen<string> Line => from text in Gen.Elements("", "OK", "QUEUED", "a", "é😀 密码", "*3", "$5", " ", "\0\t") from more in Gen.Choose(0, 2) select text + new string('x', more * more);

    /// <summary>Bytes of any kind: what looks like the protocol is content.</summary>
    private static Gen<string> Content => Gen.Frequency(
        (6, Gen.Elements("", "a", "\r\n", "\r", "\n", "$5\r\nhello\r\n", "*1\r\n", "+OK\r\n", "é😀", "-1", "\0")),
        (2, from length in Gen.Choose(0, 40) select new string('z', length)));

    private static Gen<RespValue> Scalar(string kind, Gen<string> text) => from t in text select new RespValue(kind, t, []);

    private static IEnumerable<RespValue[]> Smaller(RespValue[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (values.Length > 1)
            {
                yield return [.. values[..i], .. values[(i + 1)..]];
            }

            foreach (var smaller in values[i].Shrink())
            {
                yield return [.. values[..i], smaller, .. values[(i + 1)..]];
            }
        }
    }

    private static IEnumerable<WireBytes> Shorter(WireBytes given)
    {
        var bytes = given.Bytes;
        for (var size = bytes.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= bytes.Length; at += size)
            {
                yield return new WireBytes([.. bytes[..at], .. bytes[(at + size)..]]);
            }
        }
    }

    private static byte[] RandomBytes(int length, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Damaged(RespValue[] values, int times, int seed)
    {
        var random = new Random(seed);
        List<byte> bytes = [.. BytesOf(values)];
        for (var i = 0; i < times && bytes.Count > 0; i++)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = "+-:$*_#,(!=%~>|0129\r\n"u8[random.Next(21)];
                    break;
                case 3:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(4, bytes.Count - at + 1)));
                    break;
                case 4:
                    bytes.InsertRange(at, s_hostile[random.Next(s_hostile.Length)]);
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(20, at)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}

/// <summary>Bytes that a failure shows as text.</summary>
internal sealed record WireBytes(byte[] Bytes)
{
    public override string ToString() => RespValue.Literal(Bytes);
}
