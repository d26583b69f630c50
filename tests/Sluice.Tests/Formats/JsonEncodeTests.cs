using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Formats;

/// <summary>Rows as JSON objects, as Flink writes them.</summary>
public sealed class JsonEncodeTests
{
    public static TheoryData<SqlType, string, string> Values => new()
    {
        { SqlType.Boolean, "true", "true" },
        { SqlType.TinyInt, "-1", "-1" },
        { SqlType.BigInt, "9223372036854775807", "9223372036854775807" },
        { SqlType.Double, "1", "1.0" },
        { SqlType.Double, "1e10", "1.0E10" },
        { SqlType.Double, "\"NaN\"", "\"NaN\"" },
        { SqlType.Float, "\"-Infinity\"", "\"-Infinity\"" },
        { SqlType.Decimal(10, 2), "12.5", "12.50" },
        { SqlType.Decimal(20, 10), "0.000000027", "2.70E-8" },
        { SqlType.String, "\"a\\\"b\\\\c\\n\\u0001\\u001f/ä😀\"", "\"a\\\"b\\\\c\\n\\u0001\\u001F/ä😀\"" },
        { SqlType.Bytes, "\"aGVsbG8=\"", "\"aGVsbG8=\"" },
        { SqlType.Date, "\"2020-02-29\"", "\"2020-02-29\"" },
        { SqlType.Time(3), "\"12:13:14\"", "\"12:13:14\"" },
        { SqlType.Time(3), "\"12:13:14.12\"", "\"12:13:14.12\"" },
        { SqlType.Timestamp(3), "\"2020-12-30 12:13:14.000\"", "\"2020-12-30 12:13:14\"" },
        { SqlType.Timestamp(6), "\"2020-12-30 12:13:14.1234\"", "\"2020-12-30 12:13:14.1234\"" },
        { SqlType.TimestampLtz(3), "\"2020-12-30 12:13:14.120Z\"", "\"2020-12-30 12:13:14.12Z\"" },
        { SqlType.IntervalYearMonth, "14", "14" },
        { SqlType.Array(SqlType.Int), "[1, null, 3]", "[1,null,3]" },
        { SqlType.Map(SqlType.String, SqlType.Int), "{\"a\\n\": 1, \"b\": null}", "{\"a\\n\":1,\"b\":null}" },
        { SqlType.Row([new RowField("x", SqlType.Int), new RowField("y", SqlType.String)]), "{\"y\": \"b\"}", "{\"x\":null,\"y\":\"b\"}" },
        { SqlType.Int, "null", "null" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_written_as_Flink_does(SqlType type, string json, string expected) =>
        Assert.Equal([$$"""{"v":{{expected}},"w":"x"}"""], Run(type).Encode($$"""{"v":{{json}},"w":"x"}"""));

    [Fact]
    public void ISO_8601_has_a_T_between_day_and_time()
    {
        var heap = new ByteHeap(64);
        var run = Run(SqlType.TimestampLtz(3), ("json.timestamp-format.standard", "ISO-8601"));
        using var batch = run.BatchOf((RowKind.Insert, """{"v":"2020-12-30 12:13:14.120Z"}"""));
        Assert.True(run.Encoder().Encode(batch, 0, heap));
        Assert.Equal("""{"v":"2020-12-30T12:13:14.12Z","w":null}""", Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used)));
    }

    [Fact]
    public void Decimals_are_plain_numbers_where_the_option_says_so() =>
        Assert.Equal(["""{"v":0.0000000270,"w":null}"""], Run(SqlType.Decimal(20, 10), ("json.encode.decimal-as-plain-number", "true")).Encode("""{"v":0.000000027}"""));

    [Theory]
    [InlineData("""{"v":{"y":"b"}}""", """{"v":{"y":"b"}}""")]
    [InlineData("""{"w":"x"}""", """{"w":"x"}""")]
    [InlineData("""{}""", """{}""")]
    public void Null_fields_are_left_out_where_the_option_says_so(string row, string expected)
    {
        var type = SqlType.Row([new RowField("x", SqlType.Int), new RowField("y", SqlType.String)]);
        Assert.Equal([expected], Run(type, ("json.encode.ignore-null-fields", "true")).Encode(row));
    }

    [Theory]
    [InlineData("DROP", "", """{"v":{"a":1},"w":null}""")]
    [InlineData("LITERAL", "null", """{"v":{"a":1,"null":2},"w":null}""")]
    [InlineData("literal", "n\"l", """{"v":{"a":1,"n\"l":2},"w":null}""")]
    [InlineData("FAIL", "", null)]
    public void A_null_key_of_a_map_is_dropped_named_or_an_error(string mode, string literal, string? expected)
    {
        var run = Run(SqlType.Map(SqlType.String, SqlType.Int), ("json.map-null-key.mode", mode), ("json.map-null-key.literal", literal));
        using var batch = run.BatchOf((RowKind.Insert, """{"v":{"a":1}}"""));
        var map = (MapColumn)batch.Columns[0];
        var entry = map.Add(0);
        map.Keys.SetNull(entry);
        ((ValueColumn<int>)map.Values).Set(entry, 2);
        var heap = new ByteHeap(64);
        if (expected is null)
        {
            Assert.Contains("'json.map-null-key.mode' = 'DROP'", Assert.Throws<DataException>(() => run.Encoder().Encode(batch, 0, heap)).Message, StringComparison.Ordinal);
            return;
        }

        Assert.True(run.Encoder().Encode(batch, 0, heap));
        Assert.Equal(expected, Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used)));
    }

    [Fact]
    public void A_text_that_is_no_UTF_8_is_written_with_replacements()
    {
        var run = new FormatRun("json", [("v", SqlType.String)]);
        using var batch = run.Rent();
        ((TextColumn)batch.Columns[0]).Set(0, [(byte)'a', 0xFF, (byte)'b']);
        batch.Count = 1;
        var heap = new ByteHeap(64);
        Assert.True(run.Encoder().Encode(batch, 0, heap));
        Assert.Equal("{\"v\":\"a\uFFFDb\"}", Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used)));
    }

    [Fact]
    public void What_is_written_is_read_as_the_same_row()
    {
        const string Message = """{"v":[{"k":{"a":[1.5,null]},"d":-0.070,"t":"1969-12-31 23:59:59.999999999"},null],"w":"\"\\\u0000\u001f é😀"}""";
        var type = SqlType.Array(SqlType.Row([
            new RowField("k", SqlType.Map(SqlType.String, SqlType.Array(SqlType.Double))),
            new RowField("d", SqlType.Decimal(38, 3)),
            new RowField("t", SqlType.Timestamp(9))]));
        var run = Run(type);
        var written = Assert.Single(run.Encode(Message));
        Assert.Equal(run.Decode(Message), run.Decode(written));
        Assert.Equal([written], run.Encode(written));
    }

    private static FormatRun Run(SqlType type, params (string, string)[] options) => new("json", [("v", type), ("w", SqlType.String)], options);
}
