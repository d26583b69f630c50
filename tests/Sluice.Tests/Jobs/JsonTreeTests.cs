using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Jobs.Scripts;

namespace Sluice.Tests.Jobs;

public sealed class JsonTreeTests
{
    private static OptionNode Read(string text) => JsonTree.Read("f.json", Encoding.UTF8.GetBytes(text));

    private static string Broken(string text) => Assert.Throws<ConfigException>(() => Read(text)).Message;

    [Fact]
    public void Every_value_knows_its_line_column_and_path()
    {
        var root = Read("{\n  // note\n  \"steps\": [\n    {\"parameter\": {\"column\": [\"id\", /* x */ 12.50,],},},\n  ],\n}");
        var column = root.Find("steps")!.Items[0].Find("parameter")!.Find("column")!;
        Assert.Equal(new Place("f.json", 4, 30, "steps[0].parameter.column"), column.Place);
        Assert.Equal(new Place("f.json", 4, 31, "steps[0].parameter.column[0]"), column.Items[0].Place);
        Assert.Equal(new Place("f.json", 4, 45, "steps[0].parameter.column[1]"), column.Items[1].Place);
        Assert.Equal("f.json:4:45 (steps[0].parameter.column[1])", column.Items[1].Place.ToString());
        Assert.Equal(new Place("f.json", 1, 1, ""), root.Place);
    }

    [Fact]
    public void Columns_are_counted_in_characters_also_beyond_ascii()
    {
        var root = Read("{\"é€😀\": \"ü\", \"b\": 1}");
        Assert.Equal(9, root.Find("é€😀")!.Place.Column);
        Assert.Equal(19, root.Find("b")!.Place.Column);
    }

    [Fact]
    public void Scalars_keep_the_text_they_were_written_with()
    {
        var root = Read("""{"n": 1.50e+3, "t": "a\u0001\n\u00e9", "yes": true, "no": false, "nil": null}""");
        Assert.Equal((OptionKind.Number, "1.50e+3"), (root.Find("n")!.Kind, root.Find("n")!.Text));
        Assert.Equal((OptionKind.Text, "a\u0001\né"), (root.Find("t")!.Kind, root.Find("t")!.Text));
        Assert.Equal("true", root.Find("yes")!.Text);
        Assert.Equal((OptionKind.Boolean, "false"), (root.Find("no")!.Kind, root.Find("no")!.Text));
        Assert.Equal(OptionKind.Null, root.Find("nil")!.Kind);
    }

    [Fact]
    public void A_key_that_is_no_plain_word_stands_in_brackets_in_the_path() =>
        Assert.Equal("a['b.c']['']", Read("""{"a": {"b.c": {"": 1}}}""").Find("a")!.Find("b.c")!.Find("")!.Place.Path);

    [Fact]
    public void A_repeated_key_is_refused_with_both_places() =>
        Assert.Equal("f.json:2:15 (a.x): the key 'x' stands twice in one object, first at f.json:2:7; keep one of them", Broken("{\n\"a\": {\"x\": 1, \"x\": 2}}"));

    [Fact]
    public void The_same_key_in_two_objects_is_no_repetition() => Assert.Equal(2, Read("""{"a": {"x": 1}, "b": {"x": 2}}""").Members.Count);

    [Theory]
    [InlineData("{\"a\": 1", "1:8: the text ends too early: the object that begins at line 1, column 1 is not closed")]
    [InlineData("{\"a\":\n [1, 2\n", "3:1: the text ends too early: the list that begins at line 2, column 2 is not closed")]
    [InlineData("// only a note", "the text ends too early: one JSON object { ... } is expected")]
    [InlineData("x", "1:1: expected '{': a script is one JSON object")]
    [InlineData("{a: 1}", "1:2: expected a key in double quotes, or '}'")]
    [InlineData("{'a': 1}", "1:2: texts and keys are written in double quotes, not in single ones")]
    [InlineData("{\"a\": 'x'}", "1:7: texts and keys are written in double quotes, not in single ones")]
    [InlineData("{\"a\" 1}", "1:6: expected ':' and a value after the key")]
    [InlineData("{\"a\": hunter2}", "1:7: expected a value: a text in double quotes")]
    [InlineData("{\"a\": 1, \"b\" 2}", "1:14: expected ':' and a value after the key")]
    [InlineData("{\"a\": }", "1:7: expected a value: a text in double quotes")]
    [InlineData("{\"a\": 01}", "1:8: this number is not written as JSON writes numbers")]
    [InlineData("{\"a\": 1 \"b\": 2}", "1:9: expected ',' or '}' after the value")]
    [InlineData("{\"a\": [1 2]}", "1:10: expected ',' or ']' after the value")]
    [InlineData("{\"a\": [1,,2]}", "1:10: expected a value")]
    [InlineData("{\"a\": 1,, \"b\": 2}", "1:9: expected a key in double quotes, or '}'")]
    [InlineData("{\"a\": \"x\ny\"}", "1:9: the line ends inside a string")]
    [InlineData("{\"a\": \"x\ty\"}", "1:9: a tab inside a string is written \\t")]
    [InlineData("{\"a\": \"x\u0001y\"}", "1:9: a control character inside a string is written \\u0001")]
    [InlineData("{\"a\": \"\\d+\"}", "this escape is none of JSON's")]
    [InlineData("{\"a\": \"\\u00g1\"}", "this escape is none of JSON's")]
    [InlineData("{\"a\": \"xyz", "the text ends inside a string")]
    [InlineData("{\"a\": \"\\ud800\"}", "1:7 (a): an escape \\uD800 to \\uDFFF in this text is half of a character")]
    [InlineData("{\"a\": 1} {}", "1:10: nothing may follow the closing '}' but comments")]
    [InlineData("{\"a\": 1} /", "this comment is not complete")]
    [InlineData("{\"a\": #1}", "1:7: expected a value")]
    public void Broken_json_is_described_at_its_place(string text, string expected) => Assert.Contains(expected, Broken(text), StringComparison.Ordinal);

    [Fact]
    public void A_text_that_is_nested_too_deeply_is_refused()
    {
        Assert.Equal(OptionKind.Map, Read("{\"a\": " + new string('[', 63) + new string(']', 63) + "}").Kind);
        Assert.Contains("nested more than 64 deep", Broken("{\"a\": " + new string('[', 64) + new string(']', 64) + "}"), StringComparison.Ordinal);
        Assert.Contains("nested more than 64 deep", Broken("{\"a\": " + new string('[', 100_000)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_cut_off_anywhere_is_a_configuration_error()
    {
        var whole = File.ReadAllBytes(Scratch.JobFile("reference-sample.json"));
        var end = whole.AsSpan().LastIndexOf((byte)'}') + 1;
        for (var length = 0; length < end; length++)
        {
            var cut = whole[..length];
            Assert.Throws<ConfigException>(() => JsonTree.Read("f.json", cut));
        }

        JsonTree.Read("f.json", whole[..end]);
    }

    [Fact]
    public void A_script_with_any_byte_replaced_reads_or_is_a_configuration_error()
    {
        var text = Encoding.UTF8.GetBytes("{\"a\": [1, -2.5e3, \"x\\u0041\\n\", true, null, {\"b\": {}}], // c\n \"d\": /* e */ false,}");
        for (var at = 0; at < text.Length; at++)
        {
            foreach (var b in "\"'{}[],:/*\\\n\t 0-.eux#"u8.ToArray())
            {
                var changed = text.ToArray();
                changed[at] = b;
                if (Record.Exception(() => JsonTree.Read("f.json", changed)) is { } thrown)
                {
                    Assert.IsType<ConfigException>(thrown);
                }
            }
        }
    }

    [Fact]
    public void A_message_never_quotes_the_broken_text() => Assert.DoesNotContain("hunter", Broken("{\"password\": hunter2}"), StringComparison.Ordinal);
}
