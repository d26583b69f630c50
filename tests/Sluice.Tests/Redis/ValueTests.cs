using System.Text;
using System.Text.Json;
using Sluice.Connectors.Redis;
using Sluice.Connectors.Redis.Values;
using Sluice.Engine.Errors;

namespace Sluice.Tests.Redis;

/// <summary>The pieces that a key or a value is made of (S-11, S-13 to S-15).</summary>
public sealed class ValueTests
{
    private static readonly Place s_place = new("test", 0, 0, "");

    private static string? Dated(string pattern, string value)
    {
        var block = new EncoderFixture("string", "k,d:DateTime", dateFormat: pattern).Encode([["k", value]]);
        return block.Rejects.Count > 0 ? null : CommandText.Of(block.Command(0))["SET k ".Length..].Trim('"').Replace("\\\\", "\\", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yyyy-MM-dd HH:mm:ss.SSS", "2024-02-29 23:05:09.1234", "2024-02-29 23:05:09.123")]
    [InlineData("yyyy-MM-dd HH:mm:ss.SSSSSS", "2024-02-29 23:05:09.12", "2024-02-29 23:05:09.120000")]
    [InlineData("SSSSSSSSS", "2024-02-29 23:05:09.123456", "123456000")]
    [InlineData("S", "2024-02-29 23:05:09.987", "9")]
    [InlineData("SSS", "2024-02-29", "000")]
    [InlineData("yy/M/d", "2004-02-09", "04/2/9")]
    [InlineData("y", "2024-02-09", "2024")]
    [InlineData("yyyy", "0024-02-09", "0024")]
    [InlineData("yyyyMMdd'T'HHmmss'Z'", "2024-02-09T01:02:03", "20240209T010203Z")]
    [InlineData("MMM d, yyyy", "2024-02-09", "Feb 9, 2024")]
    [InlineData("MMMM", "2024-12-09", "December")]
    [InlineData("E, EEE, EEEE", "2024-02-29", "Thu, Thu, Thursday")]
    [InlineData("hh:mm a", "2024-02-09 00:30:00", "12:30 AM")]
    [InlineData("h:mm a", "2024-02-09 12:30:00", "12:30 PM")]
    [InlineData("k K H", "2024-02-09 00:30:00", "24 0 0")]
    [InlineData("kk KK HH", "2024-02-09 13:30:00", "13 01 13")]
    [InlineData("''yyyy''", "2024-02-09", "'2024'")]
    [InlineData("'o''clock' H", "2024-02-09 07:00:00", "o'clock 7")]
    [InlineData("yyyy年MM月", "2024-02-09", "2024年02月")]
    public void Dates_are_printed_by_javas_letters(string pattern, string value, string expected) => Assert.Equal(expected, Dated(pattern, value));

    [Theory]
    [InlineData("0000-00-00")]
    [InlineData("2024-00-10")]
    [InlineData("2024-02-30")]
    [InlineData("2023-02-29")]
    [InlineData("2024-13-01")]
    [InlineData("2024-02-29 24:00:00")]
    [InlineData("2024-02-29 23:60:00")]
    [InlineData("2024-02-29 23:00")]
    [InlineData("2024-02-29 23:00:00.")]
    [InlineData("2024-02-29 23:00:00.12x")]
    [InlineData("2024-02-29 23:00:00.123456x")]
    [InlineData("2024-02-29 23:00:00Z")]
    [InlineData("2024/02/29")]
    [InlineData("12:00:00")]
    [InlineData("")]
    public void What_is_no_day_of_the_calendar_is_dirty(string value) => Assert.Null(Dated("yyyy", value));

    [Theory]
    [InlineData("YYYY", "the letter Y")]
    [InlineData("yyyy-MM-dd z", "the letter z")]
    [InlineData("yyyy 'x", "not closed")]
    public void A_pattern_that_is_not_understood_is_a_config_error(string pattern, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigException>(() => DateFormat.Parse(pattern, s_place)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_null_date_stays_null_and_time_columns_are_no_dates()
    {
        var fixture = new EncoderFixture("string", "k,d:DateTime,t:Time,y:Year", dateFormat: "yyyy");
        Assert.Equal(["SET k \"\\x0101:02:03\\x011999\""], fixture.Commands([["k", null, "01:02:03", "1999"]]));
    }

    private static string? Json(string? forced, string type, object? value)
    {
        var block = new EncoderFixture("string", $"k,v:{type}", named: [EncoderFixture.Named("n", 1, forced)]).Encode([["k", value]]);
        if (block.Rejects.Count > 0)
        {
            return null;
        }

        var command = Encoding.UTF8.GetString(block.Command(0)).Split("\r\n", 7);
        var json = command[6].TrimEnd();
        JsonDocument.Parse(json).Dispose();
        return json["{\"n\":".Length..^1];
    }

    [Theory]
    [InlineData(null, "Integer", "12", "12")]
    [InlineData(null, "Integer", "000123", "123")]
    [InlineData(null, "Integer", "0", "0")]
    [InlineData(null, "Integer", "000", "0")]
    [InlineData(null, "Integer", "-007", "-7")]
    [InlineData(null, "Integer", "18446744073709551615", "18446744073709551615")]
    [InlineData(null, "Decimal", "-0.50", "-0.50")]
    [InlineData(null, "Decimal", "00012.30", "12.30")]
    [InlineData(null, "Decimal", "99999999999999999999999999999.999", "99999999999999999999999999999.999")]
    [InlineData(null, "Double", "1e20", "1e20")]
    [InlineData(null, "Double", "-1.5e-7", "-1.5e-7")]
    [InlineData(null, "Year", "1999", "1999")]
    [InlineData(null, "Boolean", "1", "true")]
    [InlineData(null, "Boolean", "False", "false")]
    [InlineData(null, "Text", "12", "\"12\"")]
    [InlineData(null, "Text", "", "\"\"")]
    [InlineData(null, "Date", "2024-01-02", "\"2024-01-02\"")]
    [InlineData(null, "Time", "-01:00:00", "\"-01:00:00\"")]
    [InlineData(null, "Text", "a\"b\\c\n\r\t\u0001\u001f/é😀", "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/é😀\"")]
    [InlineData(null, "Integer", null, "null")]
    [InlineData("string", "Integer", "007", "\"007\"")]
    [InlineData("string", "Integer", null, "null")]
    [InlineData("int", "Text", "2147483647", "2147483647")]
    [InlineData("int", "Text", "-2147483648", "-2147483648")]
    [InlineData("int", "Decimal", "12.00", "12")]
    [InlineData("int", "Text", "+5", "5")]
    [InlineData("long", "Text", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("long", "Text", "0012", "12")]
    [InlineData("double", "Text", "0.1", "0.1")]
    [InlineData("double", "Integer", "12", "12")]
    [InlineData("double", "Text", "0.10000000000000000000000000001", "0.10000000000000000000000000001")]
    [InlineData("bool", "Integer", "0", "false")]
    [InlineData("bool", "Text", "TRUE", "true")]
    [InlineData("bool", "Text", null, "null")]
    public void Json_takes_the_form_of_the_column_or_of_the_forced_type(string? forced, string type, string? value, string expected) =>
        Assert.Equal(expected, Json(forced, type, value));

    [Theory]
    [InlineData("int", "2147483648")]
    [InlineData("int", "12.7")]
    [InlineData("int", "12.")]
    [InlineData("int", " 12")]
    [InlineData("int", "")]
    [InlineData("int", "0x10")]
    [InlineData("long", "9223372036854775808")]
    [InlineData("long", "1,000")]
    [InlineData("double", "nan")]
    [InlineData("double", "Infinity")]
    [InlineData("double", "1e400")]
    [InlineData("double", " 1")]
    [InlineData("double", "1 ")]
    [InlineData("double", "")]
    [InlineData("bool", "2")]
    [InlineData("bool", "yes")]
    [InlineData("bool", "")]
    public void What_does_not_convert_exactly_is_dirty(string forced, string value) => Assert.Null(Json(forced, "Text", value));

    [Fact]
    public void Invalid_utf8_is_no_json()
    {
        Assert.Null(Json(null, "Bytes", (byte[])[0xff]));
        Assert.Null(Json("string", "Text", (byte[])[(byte)'a', 0xc3]));
        Assert.Null(Json(null, "Text", (byte[])[0xed, 0xa0, 0x80]));
    }

    [Fact]
    public void A_json_object_has_the_given_names_in_the_given_order_escaped()
    {
        var fixture = new EncoderFixture("string", "k,v", named: [EncoderFixture.Named("b\"\\\n", 1), EncoderFixture.Named("ä", 0), EncoderFixture.Named("again", 1)]);
        Assert.Equal("""SET k "{\"b\\\"\\\\\\n\":\"x\",\"ä\":\"k\",\"again\":\"x\"}" """.TrimEnd(), Assert.Single(fixture.Commands([["k", "x"]])));
    }

    [Theory]
    [InlineData("u0001", "\u0001")]
    [InlineData("U0001", "U0001")]
    [InlineData("u00e9", "é")]
    [InlineData("u00E9", "é")]
    [InlineData("\\u0001", "\u0001")]
    [InlineData("-\\u0041\\u0042-", "-AB-")]
    [InlineData("xu0001", "xu0001")]
    [InlineData("u00011", "u00011")]
    [InlineData("u0001\n", "u0001\n")]
    [InlineData("\\u00g1", "\\u00g1")]
    [InlineData("\\ud83d\\ude00", "😀")]
    [InlineData("", "")]
    [InlineData("\u0001", "\u0001")]
    public void A_delimiter_that_spells_a_character_is_that_character(string text, string expected) => Assert.Equal(expected, Delimiter.Decode(text));

    [Fact]
    public void Joined_values_stand_in_order_with_nulls_empty()
    {
        var fixture = new EncoderFixture("string", "a,b,c,d,e", keys: [3, 0]);
        var long1 = new string('x', 100);
        Assert.Equal(
            [$"MSET \"D\\x01A\" \"B\\x01\\x01{long1}\" \"D\\x01\" \"\\x01C\\x01\""],
            fixture.Commands([["A", "B", null, "D", long1], ["", null, "C", "D", ""]]));
    }

    [Fact]
    public void Templates_write_the_same_into_a_column_and_into_a_command()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var columns = random.Next(1, 6);
            byte[] delimiter = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (byte)random.Next(256))];
            var fixture = new EncoderFixture("string", string.Join(',', Enumerable.Range(0, columns + 1).Select(i => $"c{i}")));
            object?[] row = ["k", .. Enumerable.Range(0, columns).Select(_ => random.Next(5) == 0 ? null : Bytes(random))];
            var batch = fixture.Batch([row]);
            var block = new WriteBlock(1000) { Rows = batch };
            var template = Template.Joined(columns, delimiter);
            var joined = block.Scratch();
            template.Fill(block, batch.Texts.AsSpan(1), joined);
            template.WriteBulk(block.Writer, batch.Texts[1..], 0);
            byte[] expected = [.. row.Skip(1).SelectMany((v, i) => (byte[])[.. i > 0 ? delimiter : [], .. v as byte[] ?? []])];
            Assert.Equal(expected, joined[0].ToArray());
            Assert.Equal([.. Encoding.ASCII.GetBytes($"${expected.Length}\r\n"), .. expected, .. "\r\n"u8], block.Writer.Span.ToArray());
        }
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(random.Next(2) == 0 ? 10 : 1200)];
        random.NextBytes(bytes);
        return bytes;
    }
}
