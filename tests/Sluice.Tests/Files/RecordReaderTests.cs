using System.Text;
using Sluice.Connectors.Files;
using Sluice.Engine.Errors;

namespace Sluice.Tests.Files;

public sealed class RecordReaderTests
{
    private static readonly QuoteRule s_csv = new((byte)'"', null, ","u8.ToArray(), HasComments: false);

    /// <summary>A stream that gives so many bytes at a time.</summary>
    private sealed class Dripping(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, most));
    }

    private static List<(long Line, string Text)> Read(byte[] bytes, QuoteRule? quotes, int drip, int most = 1 << 20)
    {
        using var reader = new RecordReader(new Dripping(bytes, drip), quotes, "f", most);
        var records = new List<(long, string)>();
        while (reader.TryNext(out var record))
        {
            var text = Encoding.UTF8.GetString(record);
            records.Add((reader.Line, text));
        }

        return records;
    }

    public static TheoryData<string, bool, string[], long[]> Texts => new()
    {
        { "", false, [], [] },
        { "a", false, ["a"], [1] },
        { "a\nb\n", false, ["a", "b"], [1, 2] },
        { "a\r\nb\r\n", false, ["a", "b"], [1, 2] },
        { "\n\na\n", false, ["", "", "a"], [1, 2, 3] },
        { "\uFEFFä\nb\uFEFF", false, ["ä", "b\uFEFF"], [1, 2] },
        { "a\rb\nc\r", false, ["a\rb", "c\r"], [1, 2] },
        { "\"a\nb\"\n", false, ["\"a", "b\""], [1, 2] },
        { "\"a\nb\",c\nd\n", true, ["\"a\nb\",c", "d"], [1, 3] },
        { "x,\"a\r\n\r\nb\"\r\nd", true, ["x,\"a\r\n\r\nb\"", "d"], [1, 4] },
        { "\"a\"\"\nb\"\nc", true, ["\"a\"\"\nb\"", "c"], [1, 3] },
        { "\"\"\nc", true, ["\"\"", "c"], [1, 2] },
        { "\"\"\"\n\"\nc", true, ["\"\"\"\n\"", "c"], [1, 3] },
        { "5\" disk,6\nb", true, ["5\" disk,6", "b"], [1, 2] },
        { "a,\"open\nb", true, ["a,\"open\nb"], [1] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Records_are_the_same_however_the_bytes_arrive(string text, bool isCsv, string[] records, long[] lines)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var drip = 1; drip <= Math.Max(1, bytes.Length); drip++)
        {
            Assert.Equal(lines.Zip(records), Read(bytes, isCsv ? s_csv : null, drip));
        }
    }

    [Fact]
    public void An_escaped_quote_does_not_open_and_a_comment_holds_any_quotes()
    {
        var rule = s_csv with { Escape = (byte)'\\', HasComments = true };
        for (var drip = 1; drip < 30; drip++)
        {
            Assert.Equal([(1, "\\\"a"), (2, "\"b\\\"\nc\""), (4, "#\"x"), (5, "d")], Read("\\\"a\n\"b\\\"\nc\"\n#\"x\nd"u8.ToArray(), rule, drip));
        }
    }

    [Fact]
    public void A_line_that_is_too_long_is_refused_with_its_number()
    {
        var bytes = Encoding.UTF8.GetBytes("ok\n" + new string('x', 101));
        Assert.Contains("f, line 2: is longer than 100 bytes; is this a text file?", Assert.Throws<DataException>(() => Read(bytes, null, 1000, most: 100)).Message);
        bytes = Encoding.UTF8.GetBytes("ok\n\"" + new string('\n', 101));
        Assert.Contains("f, line 2: is longer than 100 bytes; a quote that begins in it is not closed", Assert.Throws<DataException>(() => Read(bytes, s_csv, 1000, most: 100)).Message);
        Assert.Equal(2, Read(Encoding.UTF8.GetBytes(new string('x', 99) + "\nb"), null, 1000, most: 100).Count);
    }
}
