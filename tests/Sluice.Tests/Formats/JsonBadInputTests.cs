using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Types;

namespace Sluice.Tests.Formats;

/// <summary>Messages that are no good JSON: an error that shows them, or no row; never a crash.</summary>
public sealed class JsonBadInputTests
{
    private const string Valid = """{"id":12,"name":"Zoë \u00e4\ud83d\ude00","tags":["a",null],"props":{"k":1.5,"l":null},"at":"2020-12-30 12:13:14.123","nested":{"x":true,"y":[{"z":1}]}}""";

    private static readonly (string, SqlType)[] s_columns =
    [
        ("id", SqlType.BigInt),
        ("name", SqlType.String),
        ("tags", SqlType.Array(SqlType.String)),
        ("props", SqlType.Map(SqlType.String, SqlType.Double)),
        ("at", SqlType.Timestamp(3)),
        ("nested", SqlType.Row([new RowField("x", SqlType.Boolean), new RowField("y", SqlType.Array(SqlType.Row([new RowField("z", SqlType.Int)])))])),
    ];

    private const string ValidRow = "+I[12, Zoë ä😀, [a, NULL], {k=1.5, l=NULL}, 2020-12-30 12:13:14.123, (TRUE, [(1)])]";

    [Theory]
    [InlineData("   ")]
    [InlineData("null")]
    [InlineData("12")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{\"id\":1")]
    [InlineData("{\"id\":1,}")]
    [InlineData("{\"id\":01}")]
    [InlineData("{\"id\":1} x")]
    [InlineData("{\"id\":1}{\"id\":2}")]
    [InlineData("{\"id\" 1}")]
    [InlineData("{id:1}")]
    [InlineData("{'id':1}")]
    [InlineData("{\"id\":NaN}")]
    [InlineData("{\"name\":\"\\x\"}")]
    [InlineData("{\"name\":\"\\u12\"}")]
    [InlineData("{\"name\":\"a\nb\"} x")]
    [InlineData("{\"id\":1 /* comment */}")]
    [InlineData("[{\"id\":1}")]
    [InlineData("no json at all")]
    public void Broken_JSON_is_an_error_that_shows_the_message_or_no_row(string message)
    {
        Assert.Contains("the message is no readable json: ", Run().Error(message), StringComparison.Ordinal);
        Assert.Empty(Run(ignoring: true).Decode(message));
    }

    [Fact]
    public void An_empty_message_is_no_row() => Assert.Empty(Run().Decode(""));

    [Fact]
    public void An_error_shows_the_beginning_of_a_long_message()
    {
        var error = Run().Error("{\"id\":tru" + new string('x', 5000));
        Assert.Contains("It is: {\"id\":truxxx", error, StringComparison.Ordinal);
        Assert.EndsWith("... (5009 bytes)", error, StringComparison.Ordinal);
        Assert.True(error.Length < 500, error);
    }

    [Fact]
    public void A_message_cut_off_anywhere_is_an_error_or_no_row_and_the_next_one_is_read()
    {
        var bytes = Encoding.UTF8.GetBytes(Valid);
        var (run, ignoring) = (Run(), Run(ignoring: true));
        using var batch = ignoring.Rent();
        for (var length = 1; length < bytes.Length; length++)
        {
            var part = bytes[..length];
            Assert.Throws<DataException>(() => run.Decode(part));
            batch.Count += ignoring.Decoder.Decode(part, batch);
            batch.Count += length % 50 == 0 ? ignoring.Decoder.Decode(bytes, batch) : 0;
        }

        Assert.Equal(Enumerable.Repeat(ValidRow, (bytes.Length - 1) / 50), ignoring.Rows(batch));
        Assert.Equal([ValidRow], run.Decode(Valid));
    }

    [Fact]
    public void A_message_with_any_byte_replaced_gives_an_error_or_a_row_and_never_a_crash()
    {
        var valid = Encoding.UTF8.GetBytes(Valid);
        var ignoring = Run(ignoring: true);
        foreach (var replacement in (byte[])[0, (byte)'"', (byte)'{', (byte)']', (byte)'\\', (byte)'9', 0xFF])
        {
            for (var i = 0; i < valid.Length; i++)
            {
                var bytes = valid.ToArray();
                bytes[i] = replacement;
                Assert.InRange(ignoring.Decode(bytes).Length, 0, 1);
            }
        }
    }

    [Theory]
    [InlineData("json", "", "")]
    [InlineData("debezium-json", "{\"before\":", ",\"after\":{\"id\":1,\"name\":\"x\"},\"op\":\"u\"}")]
    [InlineData("canal-json", "{\"data\":[", "],\"old\":[{\"name\":\"\\u00e4\"}],\"type\":\"UPDATE\"}")]
    public void Random_changes_of_a_message_end_in_rows_or_an_error_of_the_message(string format, string before, string after)
    {
        const string Words = "{}[]\",:\\u0dD8ntrue-1.5e+ \n\t\0é\uFFFD";
        var random = new Random(4);
        var valid = Encoding.UTF8.GetBytes(before + Valid + after);
        var (strict, ignoring) = (new FormatRun(format, s_columns), new FormatRun(format, s_columns, ($"{format}.ignore-parse-errors", "true")));
        var words = Encoding.UTF8.GetBytes(Words);
        for (var round = 0; round < 4_000; round++)
        {
            var bytes = valid.ToList();
            for (var change = random.Next(1, 5); change > 0 && bytes.Count > 0; change--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes.RemoveAt(at);
                        break;
                    case 1:
                        bytes.Insert(at, words[random.Next(words.Length)]);
                        break;
                    case 2:
                        bytes[at] = words[random.Next(words.Length)];
                        break;
                    default:
                        bytes.InsertRange(at, bytes.GetRange(random.Next(at + 1), Math.Min(10, bytes.Count - at)));
                        break;
                }
            }

            byte[] message = [.. bytes];
            var rows = ignoring.Decode(message);
            try
            {
                Assert.Equal(strict.Decode(message), rows);
            }
            catch (DataException)
            {
                // What the strict one refuses is skipped, or has a null where the field is no value of its type.
                Assert.All(rows, row => Assert.Contains("NULL", row, StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public void Bytes_that_are_no_UTF_8_are_an_error_or_no_row(byte[] bytes)
    {
        byte[] message = [.. "{\"name\":\""u8, .. bytes, .. "\"}"u8];
        var error = Assert.Throws<DataException>(() => Run().Decode(message));
        Assert.Contains("bytes that are no UTF-8", error.Message, StringComparison.Ordinal);
        Assert.Empty(Run(ignoring: true).Decode(message));
    }

    [Theory]
    [InlineData(900, true)]
    [InlineData(1001, false)]
    [InlineData(100_000, false)]
    public void Deep_nesting_is_an_error_beyond_a_bound(int depth, bool isRead)
    {
        var message = $"{{\"id\":1,\"other\":{new string('[', depth)}{new string(']', depth)}}}";
        if (isRead)
        {
            Assert.Equal(["+I[1, NULL, NULL, NULL, NULL, NULL]"], Run().Decode(message));
        }
        else
        {
            Assert.Contains("depth", Run().Error(message), StringComparison.Ordinal);
            Assert.Empty(Run(ignoring: true).Decode(message));
        }
    }

    [Fact]
    public void A_deep_value_of_a_text_column_is_its_JSON()
    {
        var value = new string('[', 900) + new string(']', 900);
        Assert.Equal([$"+I[1, {value}, NULL, NULL, NULL, NULL]"], Run().Decode($"{{\"id\":1,\"name\":{value}}}"));
    }

    [Fact]
    public void A_message_of_ten_megabytes_is_read()
    {
        var text = new string('x', 10 << 20);
        var row = Assert.Single(Run().Decode($"{{\"id\":1,\"name\":\"{text}\\n\"}}"));
        Assert.StartsWith("+I[1, xxx", row, StringComparison.Ordinal);
        Assert.Contains(text, row, StringComparison.Ordinal);
    }

    private static FormatRun Run(bool ignoring = false) =>
        new("json", s_columns, ignoring ? [("json.ignore-parse-errors", "true")] : []);
}
