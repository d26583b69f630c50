using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Formats;

/// <summary>The message is the value of the only column.</summary>
public sealed class RawTests
{
    public static TheoryData<SqlType, string, byte[], string> Values => new()
    {
        { SqlType.String, "big-endian", [.. "hällo"u8], "hällo" },
        { SqlType.String, "big-endian", [], "" },
        { SqlType.Bytes, "big-endian", [.. "bytes"u8], "bytes" },
        { SqlType.Boolean, "big-endian", [1], "TRUE" },
        { SqlType.Boolean, "big-endian", [0], "FALSE" },
        { SqlType.TinyInt, "big-endian", [0xFF], "-1" },
        { SqlType.SmallInt, "big-endian", [0x01, 0x02], "258" },
        { SqlType.SmallInt, "little-endian", [0x01, 0x02], "513" },
        { SqlType.Int, "big-endian", [0xFF, 0xFF, 0xFF, 0xFE], "-2" },
        { SqlType.Int, "little-endian", [0x01, 0, 0, 0], "1" },
        { SqlType.BigInt, "big-endian", [0, 0, 0, 0, 0, 0, 1, 0], "256" },
        { SqlType.BigInt, "little-endian", [0, 1, 0, 0, 0, 0, 0, 0], "256" },
        { SqlType.Float, "big-endian", [0x3F, 0xC0, 0, 0], "1.5" },
        { SqlType.Double, "little-endian", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], "1.5" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_read_and_written_as_its_bytes(SqlType type, string endianness, byte[] message, string expected)
    {
        var run = new FormatRun("raw", [("v", type)], ("raw.endianness", endianness));
        using var batch = run.Rent();
        batch.Count = run.Decoder.Decode(message, batch);
        Assert.Equal([$"+I[{expected}]"], run.Rows(batch));
        var heap = new ByteHeap(1);
        Assert.True(run.Encoder().Encode(batch, 0, heap));
        Assert.Equal(message, heap.Bytes[..heap.Used]);
    }

    [Theory]
    [InlineData("ISO-8859-1", new byte[] { 0xE4 }, "ä")]
    [InlineData("GBK", new byte[] { 0xC4, 0xE3 }, "你")]
    [InlineData("UTF-16", new byte[] { 0xE4, 0x00 }, "ä")]
    [InlineData("utf-8", new byte[] { 0xC3, 0xA4 }, "ä")]
    public void A_text_is_in_the_character_set_of_the_option(string charset, byte[] message, string expected)
    {
        var run = new FormatRun("raw", [("v", SqlType.String)], ("raw.charset", charset));
        using var batch = run.Rent();
        batch.Count = run.Decoder.Decode(message, batch);
        Assert.Equal([$"+I[{expected}]"], run.Rows(batch));
        var heap = new ByteHeap(1);
        Assert.True(run.Encoder().Encode(batch, 0, heap));
        Assert.Equal(message, heap.Bytes[..heap.Used]);
    }

    [Fact]
    public void NULL_is_a_message_without_value() => Assert.Equal([FormatRun.NoValue], new FormatRun("raw", [("v", SqlType.Int)]).Encode("""{"v":null}"""));

    [Fact]
    public void A_number_of_another_size_is_an_error() =>
        Assert.Contains("has 3 bytes, and INT of column 'v' has 4", new FormatRun("raw", [("v", SqlType.Int)]).Error("abc"), StringComparison.Ordinal);

    [Fact]
    public void More_than_one_column_another_type_and_an_unknown_character_set_are_config_errors()
    {
        Assert.Contains("takes one column, and there are 2: a, b", new FormatRun("raw", [("a", SqlType.Int), ("b", SqlType.Int)]).Refusal(), StringComparison.Ordinal);
        Assert.Contains("DATE, which the format 'raw' does not have", new FormatRun("raw", [("a", SqlType.Date)]).Refusal(), StringComparison.Ordinal);
        Assert.Contains("no character set known here", new FormatRun("raw", [("a", SqlType.String)], ("raw.charset", "klingon")).Refusal(), StringComparison.Ordinal);
    }
}
