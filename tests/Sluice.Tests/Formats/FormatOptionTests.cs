using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Types;

namespace Sluice.Tests.Formats;

/// <summary>How a table names its formats and their options.</summary>
public sealed class FormatOptionTests
{
    private static readonly FormatColumn[] s_columns = [new("id", SqlType.Int, 0)];

    [Fact]
    public void Format_and_value_format_are_the_same_apart_from_where_the_options_stand()
    {
        var plain = FormatRun.Bag(("format", "json"), ("json.fail-on-missing-field", "true"));
        Assert.Equal("json", TakeValue(plain).Format.Name);
        TakeValue(plain).Reading();
        plain.RefuseUnknown("the table", []);

        var value = FormatRun.Bag(("value.format", "csv"), ("value.csv.field-delimiter", ";"), ("key.format", "raw"), ("key.raw.charset", "UTF-8"));
        TakeValue(value).Reading();
        var key = FormatOptions.TakeKey(value, BuiltInFormats.All, s_columns, TimeZoneInfo.Utc);
        Assert.Equal("raw", key?.Format.Name);
        key!.Reading();
        value.RefuseUnknown("the table", []);
    }

    [Fact]
    public void An_option_without_the_prefix_of_its_format_is_unknown()
    {
        var bag = FormatRun.Bag(("value.format", "json"), ("json.ignore-parse-errors", "true"));
        TakeValue(bag).Reading();
        var refused = Assert.Throws<ConfigException>(() => bag.RefuseUnknown("the table", []));
        Assert.Contains("no option 'json.ignore-parse-errors'; did you mean 'value.json.ignore-parse-errors'?", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_no_key_format_where_none_is_given() =>
        Assert.Null(FormatOptions.TakeKey(FormatRun.Bag(("format", "json")), BuiltInFormats.All, s_columns, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("jsn", "'format' is \"jsn\", and there is no such format; did you mean 'json'? There are: json, csv, raw, debezium-json, canal-json")]
    [InlineData("avro", "\"avro\", a format of Flink that cannot be read here; there are: json, csv")]
    [InlineData("protobuf", "a format of Flink that cannot be read here")]
    [InlineData("maxwell-json", "a format of Flink that cannot be read here")]
    [InlineData("ogg-json", "a format of Flink that cannot be read here")]
    [InlineData("parquet", "a format of Flink that cannot be read here")]
    [InlineData("orc", "a format of Flink that cannot be read here")]
    [InlineData("something", "there is no such format. There are: json, csv")]
    public void An_unknown_format_is_a_config_error_that_lists_those_there_are(string name, string expected)
    {
        var refused = Assert.Throws<ConfigException>(() => TakeValue(FormatRun.Bag(("format", name))));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_format_and_two_of_them_are_config_errors()
    {
        Assert.Contains("'format' is missing; there are: json", Assert.Throws<ConfigException>(() => TakeValue(FormatRun.Bag())).Message, StringComparison.Ordinal);
        Assert.Contains("the same option", Assert.Throws<ConfigException>(() => TakeValue(FormatRun.Bag(("format", "json"), ("value.format", "json")))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json.ignore-parse-errors", "maybe", "allowed: true or false")]
    [InlineData("json.timestamp-format.standard", "RFC", "allowed: one of SQL, ISO-8601")]
    [InlineData("json.map-null-key.mode", "KEEP", "allowed: one of FAIL, DROP, LITERAL")]
    public void A_wrong_value_is_a_config_error(string option, string value, string expected) =>
        Assert.Contains(expected, new FormatRun("json", [("id", SqlType.Int)], (option, value)).Refusal(), StringComparison.Ordinal);

    [Fact]
    public void Fail_on_missing_field_and_ignore_parse_errors_exclude_each_other() => Assert.Contains("give one of them",
        new FormatRun("json", [("id", SqlType.Int)], ("json.fail-on-missing-field", "true"), ("json.ignore-parse-errors", "true")).Refusal(), StringComparison.Ordinal);

    [Theory]
    [InlineData("json")]
    [InlineData("debezium-json")]
    [InlineData("canal-json")]
    public void A_map_with_other_keys_than_texts_is_a_config_error(string format) => Assert.Contains("JSON has no other keys than texts",
        new FormatRun(format, [("m", SqlType.Array(SqlType.Map(SqlType.Int, SqlType.Int)))]).Refusal(), StringComparison.Ordinal);

    [Fact]
    public void Every_option_begins_with_the_name_of_its_format_and_is_documented()
    {
        foreach (var format in BuiltInFormats.All)
        {
            Assert.NotEmpty(format.Summary);
            Assert.All(format.Options, o =>
            {
                Assert.StartsWith(format.Name + ".", o.Name, StringComparison.Ordinal);
                Assert.NotEmpty(o.Doc);
            });
        }
    }

    private static ChosenFormat TakeValue(OptionBag bag) => FormatOptions.TakeValue(bag, BuiltInFormats.All, s_columns, TimeZoneInfo.Utc);
}
