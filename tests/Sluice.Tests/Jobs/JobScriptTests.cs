using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Tests.Jobs;

public sealed class JobScriptTests : IDisposable
{
    private const string Reader = """{"stepType":"mysql","category":"reader","name":"R","parameter":{"column":["id","name"]}}""";
    private const string Writer = """{"stepType":"redis","category":"writer","name":"W","parameter":{"keyIndexes":[0]}}""";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static string Steps(string steps, string rest = "") => $$"""{"type":"job","version":"2.0","steps":[{{steps}}]{{rest}} }""";

    private static string Order(params (string From, string To)[] hops) =>
        ",\"order\":{\"hops\":[" + string.Join(",", hops.Select(h => $$"""{"from":"{{h.From}}","to":"{{h.To}}"}""")) + "]}";

    [Fact]
    public void The_reference_sample_becomes_a_plan()
    {
        _scratch.DataSourcesFile = _scratch.Write("ds.json", """
            {"xc_mysql_demo2": {"mysql": {"host":"127.0.0.1","port":3306,"database":"shop","username":"app","password":"${env:SHOP_PW}"},
                                "redis": {"host":"127.0.0.1","port":6379}}}
            """);
        _scratch.Environment["SHOP_PW"] = "s3cret";
        var plan = _scratch.LoadFile(Scratch.JobFile("reference-sample.json"));

        Assert.Equal("reference-sample", plan.Name);
        Assert.Equal(1, plan.Settings.Concurrent);
        Assert.Equal(12 * 1_048_576, plan.Settings.BytesPerSecond);
        Assert.Null(plan.Settings.RowsPerSecond);
        Assert.Equal(0, plan.Settings.DirtyLimit.Records);
        Assert.Null(plan.Settings.DirtyLimit.Fraction);

        var source = ((FakeSource)plan.Source).Given;
        Assert.Equal("mysql", source.Type);
        Assert.Equal(["id", "value", "table"], source.Values["column"].Items.Select(i => i.Text));
        Assert.Equal(OptionKind.List, source.Values["connection"].Items[0].Find("table")!.Kind);
        Assert.Equal("s3cret", source.Entry!.Find("password")!.Text);
        Assert.Equal("3306", source.Entry.Find("port")!.Text);

        var sink = (FakeSink)plan.Sink;
        Assert.Equal("1000", sink.Given.Values["expireTime"].Find("seconds")!.Text);
        Assert.Equal("u0001", sink.Given.Text("keyFieldDelimiter"));
        Assert.Equal("yyyy-MM-dd HH:mm:ss", sink.Given.Text("dateFormat"));
        Assert.Equal("sex", sink.Given.Values["column"].Items[3].Find("name")!.Text);
        Assert.Equal("6379", sink.Given.Entry!.Find("port")!.Text);
        Assert.Equal(3, sink.Bound!.Count);
        Assert.Empty(_scratch.Warnings);
    }

    [Fact]
    public void What_a_wizard_wrote_is_taken_without_a_warning()
    {
        _scratch.Strict = true;
        _scratch.BizDate = "20260131";
        var plan = _scratch.LoadFile(Scratch.JobFile("wizard-made.json"));
        Assert.Equal("mysql", plan.Source.Name);
        Assert.Equal("redis", plan.Sink.Name);
        Assert.Equal("day = '20260131'", ((FakeSource)plan.Source).Given.Text("where"));
        Assert.Equal(2, plan.Settings.Concurrent);
        Assert.Equal(3, plan.Settings.DirtyLimit.Records);
        Assert.Empty(_scratch.Warnings);
    }

    [Fact]
    public void Version_1_names_its_ends_by_plugin()
    {
        var plan = _scratch.Load("""
            {"type":"job","version":"1.0","configuration":{
              "setting":{"errorLimit":{"record":"5"},"speed":{"concurrent":"3","throttle":false,"mbps":"1"}},
              "writer":{"plugin":"redis","parameter":{"keyIndexes":0}},
              "reader":{"plugin":"mysql","parameter":{"where":"a=1"}}}}
            """);
        Assert.Equal("a=1", ((FakeSource)plan.Source).Given.Text("where"));
        Assert.Equal("0", ((FakeSink)plan.Sink).Given.Text("keyIndexes"));
        Assert.Equal((3, null, 5L), (plan.Settings.Concurrent, plan.Settings.BytesPerSecond, plan.Settings.DirtyLimit.Records));
        Assert.Empty(_scratch.Warnings);
    }

    [Fact]
    public void The_open_form_names_its_ends_by_name_and_takes_its_own_speed()
    {
        var plan = _scratch.Load("""
            {"job":{"content":[{"reader":{"name":"mysqlreader","parameter":{"where":"a=1"}},"writer":{"name":"rediswriter","parameter":{}},"transformer":[]}],
                    "setting":{"speed":{"channel":"4","byte":"1048576","record":500},"errorLimit":{"record":0,"percentage":"0.02"}}}}
            """);
        Assert.Equal("mysql", plan.Source.Name);
        Assert.Equal("redis", plan.Sink.Name);
        Assert.Equal((4, 1_048_576L, 500L), (plan.Settings.Concurrent, plan.Settings.BytesPerSecond, plan.Settings.RowsPerSecond));
        Assert.Equal((0L, 0.02), (plan.Settings.DirtyLimit.Records, plan.Settings.DirtyLimit.Fraction));
        Assert.Equal(4, ((FakeSource)plan.Source).Given.Context.Concurrent);
        Assert.Empty(_scratch.Warnings);
    }

    [Fact]
    public void Reader_and_writer_are_found_by_category_and_not_by_position()
    {
        var plan = _scratch.Load(Steps($"{Writer},{Reader}", Order(("R", "W"))));
        Assert.Equal("mysql", plan.Source.Name);
        Assert.Equal("redis", plan.Sink.Name);
    }

    [Fact]
    public void Without_an_order_one_reader_and_one_writer_are_enough()
    {
        Assert.Equal("mysql", _scratch.Load(Steps($"{Writer},{Reader}")).Source.Name);
        Assert.Equal("mysql", _scratch.Load(Steps($"{Writer},{Reader}", ",\"order\":{\"hops\":[]}")).Source.Name);
        Assert.Equal("mysql", _scratch.Load(Steps("""{"stepType":"redis","category":"writer"},{"stepType":"mysql","category":"reader"}""", ",\"order\":null")).Source.Name);
        Assert.Empty(_scratch.Warnings);
    }

    [Fact]
    public void A_hop_that_names_no_step_is_refused_with_the_nearest()
    {
        var script = Steps($"{Reader},{Writer}", Order(("R", "w")));
        var column = script.IndexOf("\"w\"", StringComparison.Ordinal) + 1;
        Assert.Equal($"job.json:1:{column} (order.hops[0].to): 'to' is \"w\", which names no step; did you mean 'W'?; the steps are: R, W", _scratch.Refusal(script));
    }

    [Fact]
    public void Hops_must_lead_from_the_reader_to_the_writer()
    {
        Assert.Contains("'from' is \"W\", which is a writer", _scratch.Refusal(Steps($"{Reader},{Writer}", Order(("W", "R")))), StringComparison.Ordinal);
        Assert.Contains("'to' is \"R\", which is a reader", _scratch.Refusal(Steps($"{Reader},{Writer}", Order(("R", "R")))), StringComparison.Ordinal);
        const string Processor = """{"category":"processor","name":"P"}""";
        Assert.Contains("do not lead from the reader to the writer", _scratch.Refusal(Steps($"{Reader},{Processor},{Writer}", Order(("R", "P")))), StringComparison.Ordinal);
        Assert.Contains("'from' is missing", _scratch.Refusal(Steps($"{Reader},{Writer}", ",\"order\":{\"hops\":[{\"to\":\"W\"}]}")), StringComparison.Ordinal);
        Assert.Contains("names no step; no step has a 'name'", _scratch.Refusal(Steps("""{"stepType":"mysql","category":"reader"},{"stepType":"redis","category":"writer"}""", Order(("R", "W")))), StringComparison.Ordinal);
        Assert.Contains("the name 'R' is also that of steps[0]", _scratch.Refusal(Steps($"{Reader},{Writer.Replace("\"W\"", "\"R\"", StringComparison.Ordinal)}", Order(("R", "W")))), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_one_reader_or_writer_is_refused()
    {
        Assert.Contains("(steps[1]): this is a second reader, the first is steps[0]", _scratch.Refusal(Steps($"{Reader},{Reader},{Writer}")), StringComparison.Ordinal);
        Assert.Contains("(steps[2]): this is a second writer, the first is steps[1]", _scratch.Refusal(Steps($"{Reader},{Writer},{Writer}", Order(("R", "W")))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_reader_or_writer_is_refused_in_every_dialect()
    {
        Assert.Contains("(steps): no step has the category 'reader'", _scratch.Refusal(Steps(Writer)), StringComparison.Ordinal);
        Assert.Contains("(steps): no step has the category 'writer'", _scratch.Refusal(Steps(Reader)), StringComparison.Ordinal);
        Assert.Contains("(configuration): 'reader' is missing", _scratch.Refusal("""{"configuration":{"writer":{"plugin":"redis"}}}"""), StringComparison.Ordinal);
        Assert.Contains("(configuration): 'writer' is missing", _scratch.Refusal("""{"configuration":{"reader":{"plugin":"mysql"},"writer":null}}"""), StringComparison.Ordinal);
        Assert.Contains("(job.content[0]): 'writer' is missing", _scratch.Refusal("""{"job":{"content":[{"reader":{"name":"mysql"}}]}}"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "0 entries")]
    [InlineData("""[{"reader":{"name":"mysql"},"writer":{"name":"redis"}},{"reader":{"name":"mysql"},"writer":{"name":"redis"}}]""", "2 entries")]
    [InlineData("{}", "'content' is an object; allowed: a list")]
    public void Job_content_has_exactly_one_entry(string content, string expected) =>
        Assert.Contains(expected, _scratch.Refusal($$"""{"job":{"content":{{content}} } }"""), StringComparison.Ordinal);

    [Fact]
    public void Steps_that_would_change_rows_are_refused()
    {
        Assert.Contains("(steps[1]): a step of the category 'map' would change the rows", _scratch.Refusal(Steps($$"""{{Reader}},{"stepType":"groovy","category":"map","parameter":{} },{{Writer}}""")), StringComparison.Ordinal);
        Assert.Contains("would change the rows", _scratch.Refusal(Steps($$"""{{Reader}},{"category":"processor","parameter":{"nodes":[{"x":1}]} },{{Writer}}""")), StringComparison.Ordinal);
        Assert.Contains("(job.content[0].transformer): 'transformer' would change the rows", _scratch.Refusal("""{"job":{"content":[{"reader":{"name":"mysql"},"writer":{"name":"redis"},"transformer":[{"name":"dx_substr"}]}]}}"""), StringComparison.Ordinal);
        Assert.Contains("'category' is \"source\"; allowed: reader, writer", _scratch.Refusal(Steps("""{"stepType":"mysql","category":"source"}""")), StringComparison.Ordinal);
        Assert.Contains("(steps[0]): 'category' is missing; it takes: reader or writer", _scratch.Refusal(Steps("""{"stepType":"mysql"}""")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysqll", "there is no reader \"mysqll\"; did you mean 'mysql'?; known readers: mysql, datagen")]
    [InlineData("oracle", "there is no reader \"oracle\"; known readers: mysql, datagen")]
    [InlineData("redis", "\"redis\" cannot be a reader; known readers: mysql, datagen")]
    [InlineData("", "the type of the reader is empty; allowed: a name")]
    public void A_type_that_cannot_read_is_refused_with_those_that_can(string type, string expected) =>
        Assert.Contains($"(steps[0].stepType): {expected}", _scratch.Refusal(Steps($$"""{"stepType":"{{type}}","category":"reader"},{{Writer}}""")), StringComparison.Ordinal);

    [Fact]
    public void A_type_that_cannot_write_is_refused_with_those_that_can()
    {
        Assert.Contains("\"mysql\" cannot be a writer; known writers: redis, blackhole", _scratch.Refusal(Steps($$"""{{Reader}},{"stepType":"mysql","category":"writer"}""")), StringComparison.Ordinal);
        Assert.Contains("(configuration.writer.plugin): there is no writer \"redsi\"; did you mean 'redis'?", _scratch.Refusal("""{"configuration":{"reader":{"plugin":"mysql"},"writer":{"plugin":"redsi"}}}"""), StringComparison.Ordinal);
        Assert.Contains("(steps[1]): 'stepType' is missing", _scratch.Refusal(Steps($$"""{{Reader}},{"category":"writer"}""")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_is_known_by_its_other_names_and_in_any_case() =>
        Assert.Equal("mysql", _scratch.Load(Steps($$"""{"stepType":"MySQLReader","category":"reader"},{{Writer}}""")).Source.Name);

    [Theory]
    [InlineData("{}", "this one has nothing")]
    [InlineData("""{"step":[],"type":"job"}""", "this one has 'step', 'type'; did you mean 'steps'?")]
    [InlineData("""{"steps":[],"job":{}}""", "the script has 'steps' and 'job' at the top")]
    [InlineData("[]", "a job script is a list; allowed: an object")]
    [InlineData("""{"steps":{}}""", "(steps): 'steps' is an object; allowed: a list")]
    [InlineData("""{"steps":[1]}""", "(steps[0]): a step is a number; allowed: an object")]
    [InlineData("""{"steps":null}""", "'steps' is missing")]
    [InlineData("""{"configuration":"x"}""", "(configuration): 'configuration' is a text; allowed: an object")]
    [InlineData("""{"type":"realtime","steps":[]}""", "(type): 'type' is \"realtime\"; allowed: \"job\"")]
    [InlineData("""{"steps":[{"category":"reader","parameter":[]}]}""", "(steps[0].parameter): 'parameter' is a list; allowed: an object")]
    public void What_is_no_job_script_is_refused_with_what_one_looks_like(string script, string expected) =>
        Assert.Contains(expected, _scratch.Refusal(script), StringComparison.Ordinal);

    [Fact]
    public void A_version_that_does_not_fit_the_dialect_is_a_warning()
    {
        _scratch.Load($$"""{"version":"1.0","steps":[{{Reader}},{{Writer}}]}""");
        Assert.Equal("job.json:1:12 (version): 'version' is \"1.0\", but a script with 'steps' is version 2.0; it is read as that.", _scratch.Short(Assert.Single(_scratch.Warnings)));
        _scratch.Warnings.Clear();
        _scratch.Load($$"""{"version":2.0,"steps":[{{Reader}},{{Writer}}]}""");
        Assert.Empty(_scratch.Warnings);
    }

    [Theory]
    [InlineData("""{"steps":[R,W],"settings":{}}""", "(settings): unknown key 'settings'; did you mean 'setting'?")]
    [InlineData("""{"steps":[{"stepType":"mysql","category":"reader","parameters":{}},W]}""", "(steps[0].parameters): unknown key 'parameters'; did you mean 'parameter'?")]
    [InlineData("""{"steps":[{"stepType":"mysql","category":"reader","parameter":{"wher":""}},W]}""", "(steps[0].parameter.wher): unknown key 'wher'; did you mean 'where'?")]
    [InlineData("""{"steps":[R,W],"order":{"hop":[]}}""", "(order.hop): unknown key 'hop'; did you mean 'hops'?")]
    [InlineData("""{"steps":[R,W],"order":{"hops":[{"from":"R","to":"W","till":1}]}}""", "(order.hops[0].till): unknown key 'till'")]
    [InlineData("""{"steps":[R,W],"setting":{"restore":{}}}""", "(setting.restore): unknown key 'restore'")]
    [InlineData("""{"steps":[R,W],"setting":{"speed":{"bytes":1}}}""", "(setting.speed.bytes): unknown key 'bytes'; did you mean 'byte'?")]
    [InlineData("""{"steps":[R,W],"setting":{"errorLimit":{"records":1}}}""", "(setting.errorLimit.records): unknown key 'records'; did you mean 'record'?")]
    [InlineData("""{"configuration":{"reader":{"plugin":"mysql","name":"x"},"writer":{"plugin":"redis"}}}""", "(configuration.reader.name): unknown key 'name'")]
    [InlineData("""{"core":{},"job":{"content":[{"reader":{"name":"mysql"},"writer":{"name":"redis"}}]}}""", "(core): unknown key 'core'")]
    [InlineData("""{"job":{"contents":1,"content":[{"reader":{"name":"mysql"},"writer":{"name":"redis"}}]}}""", "(job.contents): unknown key 'contents'; did you mean 'content'?")]
    public void An_unknown_key_at_any_level_is_a_warning_and_strictly_an_error(string script, string expected)
    {
        var text = script.Replace("[R,W]", $"[{Reader},{Writer}]", StringComparison.Ordinal).Replace(",W]", $",{Writer}]", StringComparison.Ordinal);
        _scratch.Load(text);
        Assert.Contains(expected, Assert.Single(_scratch.Warnings), StringComparison.Ordinal);
        _scratch.Strict = true;
        Assert.Contains(expected, _scratch.Refusal(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_foreign_key_is_silent_at_every_level()
    {
        _scratch.Strict = true;
        var foreign = string.Join("", ForeignKeys.All.Select(k => $",\"{k}\":0"));
        _scratch.Load($$"""
            {"steps":[{"stepType":"mysql","category":"reader","name":"R","parameter":{"where":""{{foreign}} }{{foreign}} },{{Writer}}],
             "setting":{"speed":{"concurrent":1{{foreign}} },"errorLimit":{"record":0{{foreign}} }{{foreign}} },
             "order":{"hops":[{"from":"R","to":"W"{{foreign}} }]{{foreign}} }{{foreign}} }
            """);
        Assert.Empty(_scratch.Warnings);
    }

    [Fact]
    public void What_means_something_elsewhere_and_not_yet_here_is_no_foreign_key() =>
        Assert.DoesNotContain(ForeignKeys.All, k => k is "restore" or "preSql" or "postSql" or "core" or "transformer" or "dirty" or "restart" or "mode" or "column" or "type" or "name");

    [Fact]
    public void The_sink_hears_of_the_columns_where_the_script_tells_them()
    {
        Assert.Equal(["id", "name"], ((FakeSink)_scratch.Load(Steps($"{Reader},{Writer}")).Sink).Bound!.Fields.Select(f => f.Name));
        Assert.Null(((FakeSink)_scratch.Load(Steps($"{Reader.Replace("\"name\"]", "\"*\"]", StringComparison.Ordinal)},{Writer}")).Sink).Bound);
        Assert.Equal("the sink refuses these columns", _scratch.Refusal(Steps($"{Reader.Replace("\"name\"]", "\"refused\"]", StringComparison.Ordinal)},{Writer}")));
    }

    [Fact]
    public void The_connectors_learn_the_folder_of_the_script_and_the_clock()
    {
        var plan = _scratch.Load(Steps($"{Reader},{Writer}"), "daily.orders.json");
        Assert.Equal("daily.orders", plan.Name);
        var context = ((FakeSource)plan.Source).Given.Context;
        Assert.Equal(Path.GetDirectoryName(_scratch.PathOf("x")), context.BaseDirectory);
        Assert.Same(_scratch.Clock, context.Clock);
    }

    [Fact]
    public void A_file_that_is_no_text_has_a_sentence_of_its_own()
    {
        string Refused(string path) => _scratch.Short(Assert.Throws<ConfigException>(() => _scratch.LoadFile(path)).Message);

        Assert.Equal("no.json: this does not exist; give the path of a job script", Refused(_scratch.PathOf("no.json")));
        Assert.Equal("no/such/job.json: this does not exist; give the path of a job script", Refused(_scratch.PathOf("no/such/job.json")));
        Directory.CreateDirectory(_scratch.PathOf("folder.json"));
        Assert.Equal("folder.json: this is a directory; give the path of a job script", Refused(_scratch.PathOf("folder.json")));
        Assert.Equal("empty.json: this is empty; expected one JSON object { ... }", Refused(_scratch.Write("empty.json", "")));
        Assert.Equal("blank.json: this is empty; expected one JSON object { ... }", Refused(_scratch.Write("blank.json", " \r\n\t")));
        File.WriteAllBytes(_scratch.PathOf("latin1.json"), [.. "{\n\"é\": \""u8, 0xE9, .. "\"}"u8]);
        Assert.Equal("latin1.json:2:7: a byte here is not UTF-8; a job script is written in UTF-8", Refused(_scratch.PathOf("latin1.json")));
        File.WriteAllText(_scratch.PathOf("utf16.json"), "{}", System.Text.Encoding.Unicode);
        Assert.Contains("this is text in UTF-16", Refused(_scratch.PathOf("utf16.json")), StringComparison.Ordinal);
        Assert.Contains("is empty or no path at all", Refused(""), StringComparison.Ordinal);
        File.WriteAllBytes(_scratch.PathOf("large.json"), new byte[16 * 1024 * 1024 + 1]);
        Assert.Contains("larger than the 16,777,216 bytes", Refused(_scratch.PathOf("large.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_tolerated_and_counts_for_nothing()
    {
        File.WriteAllText(_scratch.PathOf("bom.json"), "{\"x\":1}", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var refused = Assert.Throws<ConfigException>(() => _scratch.LoadFile(_scratch.PathOf("bom.json")));
        Assert.Equal((1, 1), (refused.Place!.Line, refused.Place.Column));
        Assert.Contains("this one has 'x'", refused.Message, StringComparison.Ordinal);
    }
}
