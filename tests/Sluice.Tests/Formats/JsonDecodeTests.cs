using System.Text;
using Sluice.Engine.Types;

namespace Sluice.Tests.Formats;

/// <summary>JSON messages as rows, with Flink's conversions.</summary>
public sealed class JsonDecodeTests
{
    public static TheoryData<SqlType, string, string> Values => new()
    {
        // Texts take what stands there.
        { SqlType.String, "\"x\"", "x" },
        { SqlType.String, "\"\"", "" },
        { SqlType.String, "null", "NULL" },
        { SqlType.String, "1.50", "1.50" },
        { SqlType.String, "-7", "-7" },
        { SqlType.String, "true", "true" },
        { SqlType.String, "false", "false" },
        { SqlType.String, """ { "a" : [ 1 , {"b": "c d"} ] , "e" : null } """, """{"a":[1,{"b":"c d"}],"e":null}""" },
        { SqlType.String, """[ ]""", "[]" },
        { SqlType.String, """[[],{},[{"a":{}}], 1]""", """[[],{},[{"a":{}}],1]""" },
        { SqlType.String, """{"a\n": "\u00e4\"\u0001"}""", """{"a\n":"ä\"\u0001"}""" },
        { SqlType.String, "\"äöü €\"", "äöü €" },
        { SqlType.String, """ "a\"b\\c\/d\b\f\n\r\t\u00e4\ud83d\ude00" """, "a\"b\\c/d\b\f\n\r\tä😀" },
        { SqlType.String, """ "\ud83d" """, "\uFFFD" },
        { SqlType.String, """ "\ude00x\ud83dy\ud83d\ude00" """, "\uFFFDx\uFFFDy😀" },
        { SqlType.Varchar(2), "\"abc\"", "abc" },

        // Integers are numbers or texts of digits; INT and BIGINT cut a number's fraction.
        { SqlType.TinyInt, "-128", "-128" },
        { SqlType.TinyInt, "\" 127 \"", "127" },
        { SqlType.SmallInt, "32767", "32767" },
        { SqlType.Int, "\"12\"", "12" },
        { SqlType.Int, "12.9", "12" },
        { SqlType.Int, "-1.5e3", "-1500" },
        { SqlType.Int, "\"\\u0031\"", "1" },
        { SqlType.BigInt, "9223372036854775807", "9223372036854775807" },
        { SqlType.BigInt, "-9223372036854775808", "-9223372036854775808" },
        { SqlType.BigInt, "\"+5\"", "5" },
        { SqlType.BigInt, "1e3", "1000" },
        { SqlType.IntervalYearMonth, "14", "+1-02" },
        { SqlType.IntervalDayTime, "1", "+0 00:00:00.001" },

        { SqlType.Double, "1", "1.0" },
        { SqlType.Double, "1.5E-7", "1.5E-7" },
        { SqlType.Double, "\"2.5\"", "2.5" },
        { SqlType.Double, "\"NaN\"", "NaN" },
        { SqlType.Double, "1e999", "Infinity" },
        { SqlType.Float, "0.1", "0.1" },
        { SqlType.Float, "\"-Infinity\"", "-Infinity" },

        // Decimals are rounded to their scale; too large ones are NULL.
        { SqlType.Decimal(5, 2), "12.345", "12.35" },
        { SqlType.Decimal(5, 2), "\" -0.005 \"", "-0.01" },
        { SqlType.Decimal(5, 2), "1e2", "100.00" },
        { SqlType.Decimal(5, 2), "1000", "NULL" },
        { SqlType.Decimal(38, 0), "99999999999999999999999999999999999999", "99999999999999999999999999999999999999" },

        { SqlType.Boolean, "true", "TRUE" },
        { SqlType.Boolean, "false", "FALSE" },
        { SqlType.Boolean, "\"True\"", "TRUE" },
        { SqlType.Boolean, "\" false \"", "FALSE" },

        { SqlType.Date, "\"2020-02-29\"", "2020-02-29" },
        { SqlType.Time(0), "\"12:13:14.999\"", "12:13:14" },
        { SqlType.Time(3), "\"12:13:14.120\"", "12:13:14.12" },
        { SqlType.Timestamp(3), "\"2020-12-30 12:13:14.123\"", "2020-12-30 12:13:14.123" },
        { SqlType.Timestamp(6), "\"2020-12-30 12:13:14\"", "2020-12-30 12:13:14.000000" },
        { SqlType.Timestamp(0), "\"2020-12-30 12:13:14.987654321\"", "2020-12-30 12:13:14" },
        { SqlType.Timestamp(9), "\"1969-12-31 23:59:59.000000001\"", "1969-12-31 23:59:59.000000001" },
        { SqlType.TimestampLtz(3), "\"2020-12-30 12:13:14.123Z\"", "2020-12-30 12:13:14.123" },

        { SqlType.Bytes, "\"aGVsbG8=\"", "hello" },
        { SqlType.Bytes, "\"aGVsbG8\\u003d\"", "hello" },
        { SqlType.Bytes, "\"\"", "" },

        { SqlType.Array(SqlType.Int), "[1, \"2\", null]", "[1, 2, NULL]" },
        { SqlType.Array(SqlType.Int), "[]", "[]" },
        { SqlType.Array(SqlType.Array(SqlType.String)), "[[\"a\"], [], null, [\"b\", \"c\"]]", "[[a], [], NULL, [b, c]]" },
        { SqlType.Map(SqlType.String, SqlType.Double), "{\"a\": 1, \"b\": null}", "{a=1.0, b=NULL}" },
        { SqlType.Map(SqlType.String, SqlType.Int), "{\"a\": 1, \"b\": 2, \"\\u0061\": 3}", "{a=3, b=2}" },
        { SqlType.Map(SqlType.String, SqlType.Array(SqlType.Int)), "{\"a\": [1], \"a\": [2, 3]}", "{a=[2, 3]}" },
        { SqlType.Multiset(SqlType.String), "{\"a\": 2}", "{a=2}" },
        { Row(("x", SqlType.Int), ("y", SqlType.String)), "{\"y\": \"b\", \"x\": 1}", "(1, b)" },
        { Row(("x", SqlType.Int), ("y", SqlType.String)), "{\"z\": [{}], \"y\": \"b\"}", "(NULL, b)" },
        { SqlType.Array(Row(("x", SqlType.Int), ("y", SqlType.Int))), "[{\"x\":1,\"y\":2},{\"y\":3},null]", "[(1, 2), (NULL, 3), NULL]" },
        { SqlType.Null, "{\"any\": 1}", "NULL" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_converted_as_Flink_does(SqlType type, string json, string expected) =>
        Assert.Equal([$"+I[{expected}, after]"], Run(type).Decode($$"""{"v":{{json}},"w":"after"}"""));

    public static TheoryData<SqlType, string> WrongValues => new()
    {
        { SqlType.TinyInt, "128" },
        { SqlType.TinyInt, "12.0" },
        { SqlType.SmallInt, "-32769" },
        { SqlType.Int, "2147483648" },
        { SqlType.Int, "\"12.9\"" },
        { SqlType.Int, "\"x\"" },
        { SqlType.Int, "\"\"" },
        { SqlType.Int, "true" },
        { SqlType.Int, "{\"a\": [1]}" },
        { SqlType.Int, "[1]" },
        { SqlType.BigInt, "9223372036854775808" },
        { SqlType.BigInt, "1e19" },
        { SqlType.Double, "\"1,5\"" },
        { SqlType.Double, "true" },
        { SqlType.Decimal(5, 2), "\"x\"" },
        { SqlType.Decimal(5, 2), "false" },
        { SqlType.Boolean, "1" },
        { SqlType.Boolean, "\"yes\"" },
        { SqlType.Date, "\"2021-02-29\"" },
        { SqlType.Date, "\"2021-2-3\"" },
        { SqlType.Date, "18000" },
        { SqlType.Time(0), "\"24:00:00\"" },
        { SqlType.Time(0), "\"12:13\"" },
        { SqlType.Timestamp(3), "\"2020-12-30T12:13:14\"" },
        { SqlType.Timestamp(3), "\"2020-12-30 12:13:14Z\"" },
        { SqlType.Timestamp(3), "\"2020-12-30\"" },
        { SqlType.Timestamp(3), "1600000000000" },
        { SqlType.TimestampLtz(3), "\"2020-12-30 12:13:14\"" },
        { SqlType.Bytes, "\"a\"" },
        { SqlType.Bytes, "12" },
        { SqlType.Array(SqlType.Int), "{\"a\": 1}" },
        { SqlType.Array(SqlType.Int), "\"[1]\"" },
        { SqlType.Map(SqlType.String, SqlType.Int), "[1]" },
        { Row(("x", SqlType.Int)), "[{\"x\": 1}]" },
    };

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void A_value_of_another_type_is_an_error_that_names_the_field_and_the_type(SqlType type, string json)
    {
        var error = Run(type).Error($$"""{"v":{{json}},"w":"after"}""");
        Assert.Contains($"field 'v' of type {type} cannot hold", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void A_value_of_another_type_is_null_where_errors_are_ignored(SqlType type, string json) =>
        Assert.Equal(["+I[NULL, after]"], Run(type, ("json.ignore-parse-errors", "true")).Decode($$"""{"v":{{json}},"w":"after"}"""));

    [Theory]
    [InlineData("[1, \"x\", {\"a\": [2]}, 3]", "[1, NULL, NULL, 3]")]
    [InlineData("[[1], 2]", "[NULL, 2]")]
    public void A_wrong_element_alone_is_null_where_errors_are_ignored(string json, string expected) =>
        Assert.Equal([$"+I[{expected}, after]"], Run(SqlType.Array(SqlType.Int), ("json.ignore-parse-errors", "true")).Decode($$"""{"v":{{json}},"w":"after"}"""));

    [Fact]
    public void A_wrong_field_within_a_row_or_a_map_alone_is_null_where_errors_are_ignored()
    {
        var row = Run(Row(("x", SqlType.Int), ("y", SqlType.Int)), ("json.ignore-parse-errors", "true"));
        Assert.Equal(["+I[(NULL, 2), after]"], row.Decode("""{"v":{"x":"?","y":2},"w":"after"}"""));

        var map = Run(SqlType.Map(SqlType.String, SqlType.Int), ("json.ignore-parse-errors", "true"));
        Assert.Equal(["+I[{a=NULL, b=2}, after]"], map.Decode("""{"v":{"a":"?","b":2},"w":"after"}"""));
    }

    [Fact]
    public void An_element_of_another_type_is_an_error()
    {
        var error = Run(SqlType.Array(SqlType.Int)).Error("""{"v":[1,"x"],"w":"after"}""");
        Assert.Contains("field 'v' of type ARRAY<INT> cannot hold \"x\"", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2020-12-30T12:13:14.123", "2020-12-30 12:13:14.123")]
    [InlineData("2020-12-30T12:13", "2020-12-30 12:13:00.000")]
    public void ISO_8601_has_a_T_between_day_and_time(string text, string expected)
    {
        var option = ("json.timestamp-format.standard", "ISO-8601");
        Assert.Equal([$"+I[{expected}, NULL]"], Run(SqlType.Timestamp(3), option).Decode($$"""{"v":"{{text}}"}"""));
        Assert.Equal([$"+I[{expected}, NULL]"], Run(SqlType.TimestampLtz(3), option).Decode($$"""{"v":"{{text}}Z"}"""));
        Assert.Contains("cannot hold", Run(SqlType.Timestamp(3), option).Error("""{"v":"2020-12-30 12:13:14"}"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"v":1,"w":"x"}""", "+I[1, x]")]
    [InlineData("""{"w":"x","v":1}""", "+I[1, x]")]
    [InlineData(""" { "v" : 1 , "w" : "x" } """, "+I[1, x]")]
    [InlineData("""{"u":{"v":7},"v":1,"t":[1,[2]],"w":"x","s":null}""", "+I[1, x]")]
    [InlineData("""{"\u0076":1,"w":"x"}""", "+I[1, x]")]
    [InlineData("""{"\ud83d":5,"v":1,"w":"x"}""", "+I[1, x]")]
    [InlineData("""{"V":1,"W":"x"}""", "+I[NULL, NULL]")]
    [InlineData("""{}""", "+I[NULL, NULL]")]
    [InlineData("""{"v":1,"v":2,"w":"x","w":"y"}""", "+I[2, y]")]
    [InlineData("""{"v":1,"v":null}""", "+I[NULL, NULL]")]
    [InlineData("\uFEFF{\"v\":1,\"w\":\"x\"}", "+I[1, x]")]
    [InlineData("{\"v\":1,\"w\":\"x\"}\r\n", "+I[1, x]")]
    public void Fields_are_found_by_name_in_any_order_and_the_last_of_a_name_counts(string message, string expected) =>
        Assert.Equal([expected], Run(SqlType.Int).Decode(message));

    [Fact]
    public void Columns_that_nobody_needs_are_not_looked_at()
    {
        var run = new FormatRun("json", [("a", SqlType.Int)]);
        Assert.Equal(["+I[1]"], run.Decode("""{"b":"no number","a":1}"""));
    }

    [Fact]
    public void Many_columns_with_similar_names_are_told_apart()
    {
        (string, SqlType)[] columns = [.. Enumerable.Range(0, 100).Select(i => ($"column{i}", SqlType.Int))];
        var run = new FormatRun("json", columns);
        var message = "{" + string.Join(",", Enumerable.Range(0, 100).Reverse().Select(i => $"\"column{i}\":{i},\"column_{i}\":-1")) + "}";
        Assert.Equal([$"+I[{string.Join(", ", Enumerable.Range(0, 100))}]"], run.Decode(message));
    }

    [Fact]
    public void An_array_at_the_top_is_one_row_for_each_object()
    {
        var run = Run(SqlType.Int);
        Assert.Equal(["+I[1, NULL]", "+I[2, x]"], run.Decode("""[{"v":1},{"v":2,"w":"x"}]"""));
        Assert.Equal([], run.Decode("[]"));
        var many = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"{{\"v\":{i}}}"));
        Assert.Equal(1000, run.Decode($"[{many}]").Length);
        Assert.Contains("something else than objects", run.Error("""[{"v":1},2]"""), StringComparison.Ordinal);
        Assert.Equal(["+I[1, NULL]", "+I[3, NULL]"], Run(SqlType.Int, ("json.ignore-parse-errors", "true")).Decode("""[{"v":1},[2],null,{"v":3}]"""));
    }

    [Fact]
    public void A_map_of_many_keys_keeps_the_last_value_of_each()
    {
        var pairs = Enumerable.Range(0, 50_000).Select(i => $"\"k{i % 20_000}\":{i}");
        var row = Assert.Single(Run(SqlType.Map(SqlType.String, SqlType.Int)).Decode($"{{\"v\":{{{string.Join(",", pairs)}}}}}"));
        Assert.StartsWith("+I[{k0=40000, k1=40001,", row, StringComparison.Ordinal);
        Assert.EndsWith("k19999=39999}, NULL]", row, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_field_is_an_error_where_the_option_says_so()
    {
        var run = Run(SqlType.Int, ("json.fail-on-missing-field", "true"));
        Assert.Equal(["+I[NULL, x]"], run.Decode("""{"v":null,"w":"x"}"""));
        Assert.Contains("field 'w' is missing", run.Error("""{"v":1}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_within_strings_are_read_as_Flink_does()
    {
        var message = Encoding.UTF8.GetBytes("{\t\"v\":\n1,\"w\":\"a\tb\nc\\\"\rd\\\\\"}");
        Assert.Equal(["+I[1, a\tb\nc\"\rd\\]"], Run(SqlType.Int).Decode(message));
    }

    private static FormatRun Run(SqlType type, params (string, string)[] options) => new("json", [("v", type), ("w", SqlType.String)], options);

    private static SqlType Row(params (string Name, SqlType Type)[] fields) => SqlType.Row([.. fields.Select(f => new RowField(f.Name, f.Type))]);
}
