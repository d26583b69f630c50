using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Formats;

/// <summary>Lines of separated values.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("1,a,x", "+I[1, a, x]")]
    [InlineData("1,a,x\n", "+I[1, a, x]")]
    [InlineData("1,a,x\r\n\r\n", "+I[1, a, x]")]
    [InlineData(" 1 ,a , x", "+I[1, a ,  x]")]
    [InlineData("1,,", "+I[1, , ]")]
    [InlineData("1,\"\",\"a\"", "+I[1, , a]")]
    [InlineData("1,\"a,b\",\"say \"\"hi\"\"\"", "+I[1, a,b, say \"hi\"]")]
    [InlineData("1,\"two\nlines\",x", "+I[1, two\nlines, x]")]
    [InlineData("\"1\",\"a\"  ,x", "+I[1, a, x]")]
    [InlineData("1,a\"b,x\"", "+I[1, a\"b, x\"]")]
    [InlineData("1,äö,€😀", "+I[1, äö, €😀]")]
    [InlineData("1,a,x,", "+I[1, a, x]")]
    [InlineData("\uFEFF1,a,x", "+I[1, a, x]")]
    public void A_line_is_cut_at_delimiters_outside_of_quotes(string line, string expected) => Assert.Equal([expected], Run().Decode(line));

    [Theory]
    [InlineData("1,a", "has 2 fields, and the table has 3 columns")]
    [InlineData("1,a,x,y", "more fields than the table's 3 columns")]
    [InlineData("1,a,x,,", "more fields than the table's 3 columns")]
    [InlineData("1,\"a,x", "a quote does not end")]
    [InlineData("1,\"a\"b,x", "text follows a quote")]
    [InlineData("1,a,x\n2,b,y", "more than one line")]
    [InlineData("z,a,x", "field 'a' of type INT cannot hold \"z\"")]
    [InlineData(",a,x", "field 'a' of type INT cannot hold \"\"")]
    [InlineData("\n", "field 'a' of type INT cannot hold \"\"")]
    public void A_line_that_does_not_fit_is_an_error(string line, string expected) => Assert.Contains(expected, Run().Error(line), StringComparison.Ordinal);

    [Theory]
    [InlineData("1,a", "+I[1, a, NULL]")]
    [InlineData("z,a,x", "+I[NULL, a, x]")]
    [InlineData(",a,x", "+I[NULL, a, x]")]
    [InlineData("1,a,x,y", null)]
    [InlineData("1,\"a,x", null)]
    public void Where_errors_are_ignored_fields_are_null_and_lines_skipped(string line, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Run(("csv.ignore-parse-errors", "true")).Decode(line));

    [Fact]
    public void An_empty_message_is_no_row() => Assert.Empty(Run().Decode(""));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_an_error_or_no_row()
    {
        byte[] line = [.. "1,"u8, 0xFF, .. ",x"u8];
        Assert.Contains("no UTF-8", Assert.Throws<DataException>(() => Run().Decode(line)).Message, StringComparison.Ordinal);
        Assert.Empty(Run(("csv.ignore-parse-errors", "true")).Decode(line));
    }

    [Theory]
    [InlineData("csv.field-delimiter", ";", "1;a,b;x", "+I[1, a,b, x]")]
    [InlineData("csv.field-delimiter", "\\t", "1\ta,b\tx", "+I[1, a,b, x]")]
    [InlineData("csv.field-delimiter", "\\u0001", "1\u0001a,b\u0001x", "+I[1, a,b, x]")]
    [InlineData("csv.field-delimiter", "€", "1€aä€\"x€\"", "+I[1, aä, x€]")]
    [InlineData("csv.quote-character", "'", "1,'a,b','it''s'", "+I[1, a,b, it's]")]
    [InlineData("csv.disable-quote-character", "true", "1,\"a,b\"", "+I[1, \"a, b\"]")]
    [InlineData("csv.escape-character", "\\", "1,a\\,b,\"x\\\"y\"", "+I[1, a,b, x\"y]")]
    [InlineData("csv.escape-character", "\\", "1,a\\nb\\\\,\"\\t\"", "+I[1, a\nb\\, \t]")]
    [InlineData("csv.null-literal", "n/a", "n/a,n/a,\"n/a\"", "+I[NULL, NULL, NULL]")]
    [InlineData("csv.null-literal", "", ",,\"\"", "+I[NULL, NULL, NULL]")]
    [InlineData("csv.allow-comments", "true", "# one\n # two\n1,a,#x", "+I[1, a, #x]")]
    public void Options_change_what_characters_mean(string option, string value, string line, string expected) =>
        Assert.Equal([expected], Run((option, value)).Decode(line));

    [Fact]
    public void A_message_of_comments_is_no_row() => Assert.Empty(Run(("csv.allow-comments", "true")).Decode("# nothing\n"));

    public static TheoryData<SqlType, string, string> Values => new()
    {
        { SqlType.Boolean, " TRUE ", "TRUE" },
        { SqlType.TinyInt, "-128", "-128" },
        { SqlType.SmallInt, " 5 ", "5" },
        { SqlType.BigInt, "9223372036854775807", "9223372036854775807" },
        { SqlType.Float, "1e3", "1000.0" },
        { SqlType.Double, "NaN", "NaN" },
        { SqlType.Decimal(5, 2), "1.005", "1.01" },
        { SqlType.Decimal(5, 2), "1000", "NULL" },
        { SqlType.Bytes, "aGk=", "hi" },
        { SqlType.Date, "2020-2-9", "2020-02-09" },
        { SqlType.Time(3), "12:13", "12:13:00.0" },
        { SqlType.Time(1), "12:13:14.99", "12:13:14.9" },
        { SqlType.Timestamp(3), "2020-12-30 12:13:14.5", "2020-12-30 12:13:14.500" },
        { SqlType.TimestampLtz(0), "2020-12-30 12:13:14Z", "2020-12-30 12:13:14" },
        { SqlType.Array(SqlType.Int), "1;2;3", "[1, 2, 3]" },
        { SqlType.Array(SqlType.String), "", "[]" },
        { SqlType.Array(SqlType.String), ";", "[, ]" },
        { SqlType.Row([new RowField("x", SqlType.Int), new RowField("y", SqlType.String)]), "1;b", "(1, b)" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_field_is_read_as_its_columns_type(SqlType type, string field, string expected) =>
        Assert.Equal([$"+I[{expected}, x]"], new FormatRun("csv", [("v", type), ("w", SqlType.String)]).Decode($"{field},x"));

    public static TheoryData<SqlType, string> WrongValues => new()
    {
        { SqlType.Boolean, "1" },
        { SqlType.TinyInt, "128" },
        { SqlType.Int, "1.5" },
        { SqlType.Double, "x" },
        { SqlType.Decimal(5, 2), "x" },
        { SqlType.Bytes, "a" },
        { SqlType.Date, "2021-02-29" },
        { SqlType.Date, "2021" },
        { SqlType.Time(0), "25:00:00" },
        { SqlType.Timestamp(3), "2020-12-30T12:13:14" },
        { SqlType.TimestampLtz(3), "2020-12-30 12:13:14" },
        { SqlType.Array(SqlType.Int), "1;x" },
        { SqlType.Row([new RowField("x", SqlType.Int), new RowField("y", SqlType.Int)]), "1" },
        { SqlType.Row([new RowField("x", SqlType.Int), new RowField("y", SqlType.Int)]), "1;2;3" },
    };

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void A_field_that_is_no_value_of_its_type_is_an_error(SqlType type, string field) =>
        Assert.Contains($"field 'v' of type {type} cannot hold", new FormatRun("csv", [("v", type), ("w", SqlType.String)]).Error($"{field},x"), StringComparison.Ordinal);

    public static TheoryData<SqlType, string, string> Written => new()
    {
        { SqlType.Boolean, "true", "true" },
        { SqlType.Int, "-5", "-5" },
        { SqlType.Double, "1e10", "1.0E10" },
        { SqlType.Decimal(10, 2), "12.50", "12.5" },
        { SqlType.Decimal(10, 2), "100000", "1E+5" },
        { SqlType.Decimal(10, 2), "12000", "1.2E+4" },
        { SqlType.Decimal(10, 2), "-0.00", "0" },
        { SqlType.Decimal(10, 8), "-0.00000012", "-1.2E-7" },
        { SqlType.String, "\"abc\"", "abc" },
        { SqlType.String, "\"\"", "" },
        { SqlType.String, "\"a b\"", "\"a b\"" },
        { SqlType.String, "\"a,b\"", "\"a,b\"" },
        { SqlType.String, "\"say \\\"hi\\\"\"", "\"say \"\"hi\"\"\"" },
        { SqlType.String, "\"abcdefghijklmnopqrstuvwx\"", "abcdefghijklmnopqrstuvwx" },
        { SqlType.String, "\"abcdefghijklmnopqrstuvwxy\"", "\"abcdefghijklmnopqrstuvwxy\"" },
        { SqlType.String, "\"ääääääääääääääää\"", "ääääääääääääääää" },
        { SqlType.Bytes, "\"aGk=\"", "aGk=" },
        { SqlType.Date, "\"2020-02-29\"", "2020-02-29" },
        { SqlType.Time(3), "\"12:13:14.500\"", "12:13:14.5" },
        { SqlType.Timestamp(3), "\"2020-12-30 12:13:14.500\"", "\"2020-12-30 12:13:14.5\"" },
        { SqlType.TimestampLtz(0), "\"2020-12-30 12:13:14Z\"", "\"2020-12-30 12:13:14Z\"" },
        { SqlType.Array(SqlType.Int), "[1,2]", "1;2" },
        { SqlType.Row([new RowField("x", SqlType.Int), new RowField("y", SqlType.String)]), "{\"x\":1,\"y\":\"b c\"}", "\"1;b c\"" },
        { SqlType.String, "null", "" },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void A_value_is_written_as_Flink_does(SqlType type, string json, string expected) =>
        Assert.Equal([$"{expected},x"], new FormatRun("csv", [("v", type), ("w", SqlType.String)]).Encode($$"""{"v":{{json}},"w":"x"}"""));

    [Fact]
    public void Decimals_are_written_with_their_scale_where_the_option_says_so() =>
        Assert.Equal(["100000.00"], new FormatRun("csv", [("v", SqlType.Decimal(10, 2))], ("csv.write-bigdecimal-in-scientific-notation", "false")).Encode("""{"v":100000}"""));

    [Fact]
    public void Without_quotes_a_text_is_escaped_or_an_error()
    {
        (string, string)[] noQuotes = [("csv.disable-quote-character", "true")];
        Assert.Equal(["a b\""], new FormatRun("csv", [("v", SqlType.String)], noQuotes).Encode("""{"v":"a b\""}"""));
        var failing = new FormatRun("csv", [("v", SqlType.String)], noQuotes);
        Assert.Contains("csv.escape-character", Assert.Throws<DataException>(() => failing.Encode("""{"v":"a,b"}""")).Message, StringComparison.Ordinal);
        var escaping = new FormatRun("csv", [("v", SqlType.String)], [.. noQuotes, ("csv.escape-character", "\\")]);
        Assert.Equal(["a\\,b\\\\c\\nd"], escaping.Encode("""{"v":"a,b\\c\nd"}"""));
        Assert.Equal(["+I[a,b\\c\nd]"], escaping.Decode("a\\,b\\\\c\\nd"));
    }

    [Theory]
    [InlineData(",", "a,b")]
    [InlineData("\\t", "a\tb")]
    [InlineData("|", "a|b")]
    [InlineData("€", "€")]
    [InlineData(" ", "a b")]
    public void A_text_with_the_delimiter_comes_back(string delimiter, string text)
    {
        var run = new FormatRun("csv", [("a", SqlType.String), ("b", SqlType.String)], ("csv.field-delimiter", delimiter));
        var line = Assert.Single(run.Encode($$"""{"a":{{System.Text.Json.JsonSerializer.Serialize(text)}},"b":"x"}"""));
        Assert.Equal([$"+I[{text}, x]"], run.Decode(line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\\")]
    public void What_is_written_is_read_as_the_same_row(string escape)
    {
        (string, string)[] options = escape.Length == 0 ? [("csv.null-literal", "NULL!")] : [("csv.null-literal", "NULL!"), ("csv.escape-character", escape)];
        var run = new FormatRun("csv", [("a", SqlType.String), ("b", SqlType.String), ("c", SqlType.Timestamp(9)), ("d", SqlType.Array(SqlType.Int))], options);
        const string Row = """{"a":"x, \"y\"\n\\z; é","c":"2020-12-30 12:13:14.123456789","d":[1,null,2]}""";
        using var batch = run.BatchOf((RowKind.Insert, Row));
        var line = Assert.Single(run.Encode(Row));
        Assert.Equal(run.Rows(batch), run.Decode(line));
    }

    [Fact]
    public void A_line_cut_off_anywhere_never_crashes()
    {
        var run = Run(("csv.ignore-parse-errors", "true"));
        var line = Encoding.UTF8.GetBytes("12,\"say \"\"hä\"\", \nyou\",'x'\r\n");
        for (var length = 0; length <= line.Length; length++)
        {
            Assert.InRange(run.Decode(line.AsSpan(0, length)).Length, 0, 1);
        }
    }

    [Theory]
    [InlineData("csv.field-delimiter", "ab", "'csv.field-delimiter' is \"ab\"; allowed: one character")]
    [InlineData("csv.field-delimiter", "", "allowed: one character")]
    [InlineData("csv.quote-character", "€", "allowed: one character of ASCII")]
    [InlineData("csv.escape-character", "", "allowed: one character")]
    [InlineData("csv.allow-comments", "maybe", "allowed: true or false")]
    public void A_wrong_option_is_a_config_error(string option, string value, string expected) =>
        Assert.Contains(expected, Run((option, value)).Refusal(), StringComparison.Ordinal);

    [Fact]
    public void A_quote_character_and_no_quotes_are_a_config_error() =>
        Assert.Contains("give one of them", Run(("csv.quote-character", "'"), ("csv.disable-quote-character", "true")).Refusal(), StringComparison.Ordinal);

    [Fact]
    public void A_type_that_csv_does_not_have_is_a_config_error()
    {
        Assert.Contains("MAP<STRING, INT>, which the format 'csv' does not have", new FormatRun("csv", [("m", SqlType.Map(SqlType.String, SqlType.Int))]).Refusal(), StringComparison.Ordinal);
        Assert.Contains("within another value", new FormatRun("csv", [("m", SqlType.Array(SqlType.Array(SqlType.Int)))]).Refusal(), StringComparison.Ordinal);
    }

    private static FormatRun Run(params (string, string)[] options) =>
        new("csv", [("a", SqlType.Int), ("b", SqlType.String), ("c", SqlType.String)], options);
}
