using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Formats;

/// <summary>debezium-json and canal-json: changes with their kinds.</summary>
public sealed class ChangelogTests
{
    private static readonly (string, SqlType)[] s_columns = [("id", SqlType.Int), ("name", SqlType.String), ("tags", SqlType.Array(SqlType.String))];

    [Theory]
    [InlineData("""{"before":null,"after":{"id":1,"name":"a"},"op":"c"}""", "+I[1, a, NULL]")]
    [InlineData("""{"after":{"id":1,"name":"a","tags":["x"]},"op":"r","ts_ms":5,"source":{"op":"d"}}""", "+I[1, a, [x]]")]
    [InlineData("""{"op":"u","after":{"id":1,"name":"b"},"before":{"id":1,"name":"a","tags":["x","y"]}}""", "-U[1, a, [x, y]] +U[1, b, NULL]")]
    [InlineData("""{"before":{"id":1,"name":"a"},"after":null,"op":"d"}""", "-D[1, a, NULL]")]
    [InlineData("""{"op":"c","before":null,"after":{"id":1},"op":"d","before":{"id":2}}""", "-D[2, NULL, NULL]")]
    [InlineData("", "")]
    public void Debezium_op_says_what_a_message_does(string message, string expected) =>
        Assert.Equal(expected, string.Join(" ", new FormatRun("debezium-json", s_columns).Decode(message)));

    [Theory]
    [InlineData("""{"schema":{"type":"struct"},"payload":{"before":null,"after":{"id":1},"op":"c"}}""", "+I[1, NULL, NULL]")]
    [InlineData("""{"payload":{"op":"u","before":{"id":1},"after":{"id":2}},"schema":null}""", "-U[1, NULL, NULL] +U[2, NULL, NULL]")]
    public void Debezium_messages_with_their_schema_hold_the_change_in_payload(string message, string expected) =>
        Assert.Equal(expected, string.Join(" ", new FormatRun("debezium-json", s_columns, ("debezium-json.schema-include", "true")).Decode(message)));

    [Theory]
    [InlineData("""{"before":null,"after":{"id":1},"op":"u"}""", "REPLICA IDENTITY to FULL")]
    [InlineData("""{"after":null,"op":"d"}""", "REPLICA IDENTITY to FULL")]
    [InlineData("""{"before":null,"after":null,"op":"c"}""", "\"after\" is null")]
    [InlineData("""{"after":{"id":1},"op":"x"}""", "op \"x\" is none of c, r, u, d")]
    [InlineData("""{"after":{"id":1}}""", "has no 'op'")]
    [InlineData("""{"schema":{},"payload":{"after":{"id":1},"op":"c"}}""", "'debezium-json.schema-include' = 'true'")]
    [InlineData("""{"after":[1],"op":"c"}""", "\"after\" is no object")]
    [InlineData("""{"after":{"id":"x"},"op":"c"}""", "field 'id' of type INT cannot hold \"x\"")]
    [InlineData("""[]""", "an object is expected")]
    [InlineData("""null""", "an object is expected")]
    [InlineData("""{"after":{"id":1},"op":"c"} x""", "no readable debezium-json")]
    public void A_debezium_message_that_makes_no_sense_is_an_error_or_no_row(string message, string expected)
    {
        Assert.Contains(expected, new FormatRun("debezium-json", s_columns).Error(message), StringComparison.Ordinal);
        var ignoring = new FormatRun("debezium-json", s_columns, ("debezium-json.ignore-parse-errors", "true"));
        Assert.Equal(message.Contains("\"id\":\"x\"", StringComparison.Ordinal) ? ["+I[NULL, NULL, NULL]"] : [], ignoring.Decode(message));
    }

    [Theory]
    [InlineData("""{"data":[{"id":"1","name":"a"},{"id":"2"}],"type":"INSERT"}""", "+I[1, a, NULL] +I[2, NULL, NULL]")]
    [InlineData("""{"data":[{"id":"1","name":"a"}],"type":"DELETE","old":null}""", "-D[1, a, NULL]")]
    [InlineData("""{"data":[{"id":"1","name":"b","tags":["x"]}],"old":[{"name":"a"}],"type":"UPDATE"}""", "-U[1, a, [x]] +U[1, b, [x]]")]
    [InlineData("""{"old":[{"name":null},{"id":1}],"type":"UPDATE","data":[{"id":5,"name":"b"},{"id":2,"name":"c"}]}""",
        "-U[5, NULL, NULL] +U[5, b, NULL] -U[1, c, NULL] +U[2, c, NULL]")]
    [InlineData("""{"data":[],"type":"INSERT"}""", "")]
    [InlineData("""{"data":null,"type":"CREATE","isDdl":true,"sql":"create table t (id int)"}""", "")]
    [InlineData("""{"data":null,"type":"ALTER","isDdl":true}""", "")]
    [InlineData("", "")]
    public void Canal_type_says_what_a_message_does(string message, string expected) =>
        Assert.Equal(expected, string.Join(" ", new FormatRun("canal-json", s_columns).Decode(message)));

    [Theory]
    [InlineData("""{"data":null,"type":"INSERT"}""", "\"data\" is no array")]
    [InlineData("""{"data":[1],"type":"INSERT"}""", "something else than objects")]
    [InlineData("""{"data":[{"id":1}],"old":null,"type":"UPDATE"}""", "\"old\" is no array")]
    [InlineData("""{"data":[{"id":1},{"id":2}],"old":[{"id":0}],"type":"UPDATE"}""", "fewer elements")]
    [InlineData("""{"data":null,"type":"TRUNCATE"}""", "type \"TRUNCATE\" is none of INSERT, UPDATE, DELETE")]
    [InlineData("""{"data":[{"id":1}]}""", "has no 'type'")]
    [InlineData("""{"data":[{"id":1}""", "no readable canal-json")]
    public void A_canal_message_that_makes_no_sense_is_an_error_or_no_row(string message, string expected)
    {
        Assert.Contains(expected, new FormatRun("canal-json", s_columns).Error(message), StringComparison.Ordinal);
        Assert.Empty(new FormatRun("canal-json", s_columns, ("canal-json.ignore-parse-errors", "true")).Decode(message));
    }

    [Theory]
    [InlineData("shop", "orders", true)]
    [InlineData("shop", "orders_2", true)]
    [InlineData("shop2", "orders", false)]
    [InlineData("shop", "users", false)]
    public void Canal_reads_only_the_databases_and_tables_that_are_included(string database, string table, bool isRead)
    {
        var run = new FormatRun("canal-json", s_columns, ("canal-json.database.include", "shop"), ("canal-json.table.include", "orders(_\\d+)?"));
        var message = $$"""{"data":[{"id":1}],"database":"{{database}}","table":"{{table}}","type":"INSERT"}""";
        Assert.Equal(isRead ? 1 : 0, run.Decode(message).Length);
        Assert.Equal(isRead ? 1 : 0, run.Decode(message).Length);
    }

    [Fact]
    public void A_pattern_that_is_none_and_a_message_without_the_name_are_errors()
    {
        Assert.Contains("which is no regular expression", new FormatRun("canal-json", s_columns, ("canal-json.table.include", "(")).Refusal(), StringComparison.Ordinal);
        Assert.Contains("it has no 'table'", new FormatRun("canal-json", s_columns, ("canal-json.table.include", "x")).Error("""{"data":[],"type":"INSERT"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_of_more_rows_than_a_batch_holds_makes_it_grow()
    {
        var run = new FormatRun("canal-json", s_columns);
        var elements = string.Join(",", Enumerable.Range(0, 500).Select(i => $"{{\"id\":{i},\"tags\":[\"t{i}\"]}}"));
        var old = string.Join(",", Enumerable.Range(0, 500).Select(i => $"{{\"name\":\"{i}\"}}"));
        var rows = run.Decode($"{{\"data\":[{elements}],\"old\":[{old}],\"type\":\"UPDATE\"}}");
        Assert.Equal(1000, rows.Length);
        Assert.Equal("-U[499, 499, [t499]]", rows[998]);
        Assert.Equal("+U[499, NULL, [t499]]", rows[999]);
    }

    [Fact]
    public void Kinds_of_messages_follow_each_other_in_one_batch_and_a_bad_one_leaves_no_trace()
    {
        var run = new FormatRun("debezium-json", s_columns, ("debezium-json.ignore-parse-errors", "true"));
        using var batch = run.Rent();
        foreach (var message in (string[])[
            """{"after":{"id":1},"op":"c"}""", """{"before":{"id":1},"after":null,"op":"u"}""", """{"before":{"id":1},"after":{"id":2},"op":"u"}""",
            """{"before":{"id":2},"op":"d"}""", """{"after":{"id":3},"op":"c"}"""])
        {
            batch.Count += run.Decoder.Decode(Encoding.UTF8.GetBytes(message), batch);
        }

        Assert.Equal(["+I[1, NULL, NULL]", "-U[1, NULL, NULL]", "+U[2, NULL, NULL]", "-D[2, NULL, NULL]", "+I[3, NULL, NULL]"], run.Rows(batch));
    }

    [Theory]
    [InlineData("debezium-json", """{"before":{"id":1,"name":"a","tags":["x"]},"after":{"id":1,"name":"ä\u0000"},"op":"u"}""")]
    [InlineData("canal-json", """{"data":[{"id":1,"name":"b","tags":["x"]}],"old":[{"name":"a\n"}],"database":"d","table":"t","type":"UPDATE"}""")]
    public void A_message_cut_off_anywhere_is_no_row(string format, string message)
    {
        var run = new FormatRun(format, s_columns, ($"{format}.ignore-parse-errors", "true"));
        var bytes = Encoding.UTF8.GetBytes(message);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Empty(run.Decode(bytes.AsSpan(0, length)));
        }

        Assert.Equal(2, run.Decode(bytes).Length);
    }

    [Fact]
    public void Updates_are_written_as_a_deletion_and_an_insertion()
    {
        (RowKind, string)[] rows =
        [
            (RowKind.Insert, """{"id":1}"""), (RowKind.UpdateBefore, """{"id":1}"""), (RowKind.UpdateAfter, """{"id":2}"""), (RowKind.Delete, """{"id":2}"""),
        ];
        (string, SqlType)[] columns = [("id", SqlType.Int)];
        Assert.Equal(
        [
            """{"before":null,"after":{"id":1},"op":"c"}""",
            """{"before":{"id":1},"after":null,"op":"d"}""",
            """{"before":null,"after":{"id":2},"op":"c"}""",
            """{"before":{"id":2},"after":null,"op":"d"}""",
        ], new FormatRun("debezium-json", columns).Encode(rows));
        Assert.Equal(
        [
            """{"data":[{"id":1}],"type":"INSERT"}""",
            """{"data":[{"id":1}],"type":"DELETE"}""",
            """{"data":[{"id":2}],"type":"INSERT"}""",
            """{"data":[{"id":2}],"type":"DELETE"}""",
        ], new FormatRun("canal-json", columns).Encode(rows));
        Assert.Equal("""{"after":{"id":1},"op":"c"}""", new FormatRun("debezium-json", columns, ("debezium-json.encode.ignore-null-fields", "true")).Encode(rows[0])[0]);
    }

    [Theory]
    [InlineData("debezium-json")]
    [InlineData("canal-json")]
    public void What_is_written_is_read_as_the_same_changes(string format)
    {
        var run = new FormatRun(format, s_columns);
        (RowKind, string)[] rows = [(RowKind.Insert, """{"id":1,"name":"a\"","tags":[null]}"""), (RowKind.Delete, """{"id":2}""")];
        using var batch = run.BatchOf(rows);
        Assert.Equal(run.Rows(batch), run.Encode(rows).SelectMany(run.Decode));
    }

    [Fact]
    public void Writing_debezium_messages_with_their_schema_is_a_config_error() =>
        Assert.Contains("is for reading", Assert.Throws<Engine.Errors.ConfigException>(
            () => new FormatRun("debezium-json", s_columns, ("debezium-json.schema-include", "true")).Encoder()).Message, StringComparison.Ordinal);
}
