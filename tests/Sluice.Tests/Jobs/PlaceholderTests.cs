using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Tests.Jobs;

public sealed class PlaceholderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("day='${day}'", "day='Monday'")]
    [InlineData("${day}${day}", "MondayMonday")]
    [InlineData("$${day}", "${day}")]
    [InlineData("$${ ${day} $${", "${ Monday ${")]
    [InlineData("$$${day}", "$${day}")]
    [InlineData("$ $day $$ 5$", "$ $day $$ 5$")]
    [InlineData("no placeholder {day}", "no placeholder {day}")]
    [InlineData("${with space}", "x")]
    [InlineData("${again}", "${day} $${ $[yyyy] \" \\")]
    [InlineData("${again}${day}", "${day} $${ $[yyyy] \" \\Monday")]
    [InlineData("${empty}", "")]
    public void A_name_is_replaced_by_its_parameter_and_never_twice(string text, string expected)
    {
        _scratch.Parameters["day"] = "Monday";
        _scratch.Parameters["with space"] = "x";
        _scratch.Parameters["again"] = "${day} $${ $[yyyy] \" \\";
        _scratch.Parameters["empty"] = "";
        Assert.Equal(expected, _scratch.Where(text));
    }

    [Fact]
    public void Placeholders_stand_in_any_text_but_not_in_keys()
    {
        _scratch.Parameters["x"] = "mysql";
        _scratch.Parameters["n"] = "4";
        var plan = _scratch.Load("""{"steps":[{"stepType":"${x}","category":"reader","parameter":{"${x}":1,"column":["a","${n}"]}},{"stepType":"redis","category":"writer"}],"setting":{"speed":{"concurrent":"${n}"}}}""");
        Assert.Equal(4, plan.Settings.Concurrent);
        Assert.Equal("4", ((FakeSource)plan.Source).Given.Values["column"].Items[1].Text);
        Assert.Contains("unknown key '${x}'", Assert.Single(_scratch.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unresolved_placeholder_is_refused_with_the_known_ones()
    {
        _scratch.Parameters["day"] = "1";
        var refused = _scratch.Refusal(Scratch.WithWhere("a = ${dya}"));
        Assert.Contains("(steps[0].parameter.where): the placeholder '${dya}' has no value", refused, StringComparison.Ordinal);
        Assert.Contains("give it with -p dya=VALUE; known here: day, bizdate, cyctime, and dates such as ${yyyymmdd-1}", refused, StringComparison.Ordinal);
        Assert.Contains("did you mean '${bizdate}'?", _scratch.Refusal(Scratch.WithWhere("${bizdat}")), StringComparison.Ordinal);
        Assert.Contains("the placeholder '${}' has no value", _scratch.Refusal(Scratch.WithWhere("${}")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_opening_without_its_end_is_refused_without_quoting_the_text()
    {
        var refused = _scratch.Refusal(Scratch.WithWhere("hunter2${x"));
        Assert.Contains("a '${' in this text has no '}' behind it; a literal '${' is written '$${'", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("${bizdate}", "20260228")]
    [InlineData("${cyctime}", "20260301003000")]
    [InlineData("${yyyymmdd}", "20260228")]
    [InlineData("$[yyyymmddhh24miss]", "20260301003000")]
    public void Without_the_command_line_the_dates_are_those_of_the_local_clock(string text, string expected) => Assert.Equal(expected, _scratch.Where(text));

    [Theory]
    [InlineData("${bizdate}", "20260301")]
    [InlineData("${cyctime}", "20260331013005")]
    [InlineData("${yyyymmdd}", "20260301")]
    [InlineData("${yyyymmdd-1}", "20260228")]
    [InlineData("${yyyymmdd+31}", "20260401")]
    [InlineData("${yyyymmdd-7*1}", "20260222")]
    [InlineData("${yyyymmdd+7*2}", "20260315")]
    [InlineData("${yyyymmdd - 1}", "20260228")]
    [InlineData("${yyyy-mm-dd}", "2026-03-01")]
    [InlineData("${yyyy-mm-dd-1}", "2026-02-28")]
    [InlineData("${yyyy/mm/dd}", "2026/03/01")]
    [InlineData("${yyyymm}", "202603")]
    [InlineData("${yyyymm-1}", "202602")]
    [InlineData("${yyyymm-3}", "202512")]
    [InlineData("${yyyy-mm+10}", "2027-01")]
    [InlineData("${yyyy-1}", "2025")]
    [InlineData("${yyyy}", "2026")]
    [InlineData("${yymmdd}", "260301")]
    [InlineData("${yy}", "26")]
    [InlineData("${mm}", "03")]
    [InlineData("${dd-1}", "28")]
    [InlineData("/${yyyy}/${mm}/${dd}/", "/2026/03/01/")]
    [InlineData("$[yyyymmddhh24miss]", "20260331013005")]
    [InlineData("$[yyyymmddhh24miss-1/24]", "20260331003005")]
    [InlineData("$[yyyymmddhh24miss-2/24]", "20260330233005")]
    [InlineData("$[yyyymmddhh24miss-15/24/60]", "20260331011505")]
    [InlineData("$[yyyymmddhh24miss+5/24/60/60]", "20260331013010")]
    [InlineData("$[hh24miss-1/24]", "003005")]
    [InlineData("$[hh24miss-30/24/60]", "010005")]
    [InlineData("$[hh24]", "01")]
    [InlineData("$[yyyymmdd-1/24]", "20260331")]
    [InlineData("$[yyyymmdd-2/24]", "20260330")]
    [InlineData("$[yyyymmdd-1]", "20260330")]
    [InlineData("$[yyyymmdd+7*1]", "20260407")]
    [InlineData("$[yyyymmdd-1-1/24]", "20260330")]
    [InlineData("$[yyyymmdd-1-2/24]", "20260329")]
    [InlineData("$[yyyy-mm-dd hh24:mi:ss]", "2026-03-31 01:30:05")]
    [InlineData("$[yyyy-mm-dd hh24:mi:ss-1/24]", "2026-03-31 00:30:05")]
    [InlineData("$[yyyymm-31]", "202602")]
    [InlineData("$[add_months(yyyymmdd,-1)]", "20260228")]
    [InlineData("$[add_months(yyyymmdd,1)]", "20260430")]
    [InlineData("$[add_months(yyyymmdd,+1)]", "20260430")]
    [InlineData("$[add_months(yyyymmdd,12*1)]", "20270331")]
    [InlineData("$[add_months(yyyymmdd, -12*1)]", "20250331")]
    [InlineData("$[add_months(yyyymm,-1)]", "202602")]
    [InlineData("$[add_months(yyyy-mm-dd hh24:mi:ss,-1)]", "2026-02-28 01:30:05")]
    [InlineData("$[add_months(yyyymmdd,-1)-1]", "20260227")]
    public void Scheduling_forms_count_from_the_given_dates(string text, string expected)
    {
        _scratch.BizDate = "20260301";
        _scratch.CycTime = "20260331013005";
        Assert.Equal(expected, _scratch.Where(text));
    }

    [Theory]
    [InlineData("doc->'$[0]'")]
    [InlineData("doc->'$[*].a'")]
    [InlineData("doc->'$[last-1]'")]
    [InlineData("doc->'$[1 to 3]'")]
    [InlineData("x regexp '$[a-c]'")]
    [InlineData("$[")]
    [InlineData("$[yyyy")]
    public void What_is_no_date_in_brackets_stays_as_it_is(string text) => Assert.Equal(text, _scratch.Where(text));

    [Theory]
    [InlineData("$[yyyymmdd-]")]
    [InlineData("$[yyyymmdd-1/0]")]
    [InlineData("$[yyyymmddhh]")]
    [InlineData("$[add_months(yyyymmdd)]")]
    [InlineData("$[add_months(yyyymmdd,1/2)]")]
    [InlineData("$[add_months(yyyymmdd,1]")]
    [InlineData("$[yyyyMMdd]")]
    public void A_mistaken_form_of_the_schedule_time_is_refused(string text) =>
        Assert.Contains($"'{text}' is no form of the schedule time; allowed are patterns of yyyy, mm, dd, hh24, mi, ss", _scratch.Refusal(Scratch.WithWhere(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("${yyyymmdd-}")]
    [InlineData("${yyyymmdd-x}")]
    [InlineData("${yyyymmdd-1/24}")]
    [InlineData("${yyyymmddhh24}")]
    [InlineData("${yyyyMMdd}")]
    public void A_mistaken_form_of_the_business_date_is_an_unresolved_placeholder(string text) =>
        Assert.Contains($"the placeholder '{text}' has no value", _scratch.Refusal(Scratch.WithWhere(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("${yyyy-9999}")]
    [InlineData("${yyyymmdd-999999*999999}")]
    [InlineData("$[add_months(yyyymm,999999)]")]
    [InlineData("$[yyyymmdd+999999*999999*999999*999999]")]
    public void An_offset_out_of_the_calendar_is_refused(string text) =>
        Assert.Contains($"'{text}' leads out of the calendar", _scratch.Refusal(Scratch.WithWhere(text)), StringComparison.Ordinal);

    [Fact]
    public void A_parameter_wins_over_a_scheduling_form_and_moves_no_other()
    {
        _scratch.BizDate = "20260301";
        _scratch.Parameters["bizdate"] = "last week";
        _scratch.Parameters["cyctime"] = "noon";
        _scratch.Parameters["yyyymm"] = "a month";
        Assert.Equal("last week, noon, a month, 20260301", _scratch.Where("${bizdate}, ${cyctime}, ${yyyymm}, ${yyyymmdd}"));
    }

    [Theory]
    [InlineData("2026-03-01", null, "--bizdate is \"2026-03-01\"; allowed: yyyyMMdd with a date of the calendar, such as 20260131")]
    [InlineData("20260229", null, "--bizdate is \"20260229\"")]
    [InlineData("", null, "--bizdate is \"\"")]
    [InlineData(null, "20260301", "--cyctime is \"20260301\"; allowed: yyyyMMddHHmmss with a date of the calendar, such as 20260131083000")]
    [InlineData(null, "20260301250000", "--cyctime is \"20260301250000\"")]
    public void A_wrong_date_on_the_command_line_is_refused_even_where_nothing_uses_it(string? bizDate, string? cycTime, string expected)
    {
        (_scratch.BizDate, _scratch.CycTime) = (bizDate, cycTime);
        Assert.StartsWith(expected, _scratch.Refusal(Scratch.WithWhere("")), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_come_from_the_environment_and_from_files_beside_the_script()
    {
        _scratch.Environment["PW"] = "p${day}$[yyyy]";
        _scratch.Environment["EMPTY"] = "";
        _scratch.Write("secrets/pw", "two\nlines\r\n");
        _scratch.Write("plain", "one\n\n");
        Assert.Equal("p${day}$[yyyy]", _scratch.Where("${env:PW}"));
        Assert.Equal("[]", _scratch.Where("[${env:EMPTY}]"));
        Assert.Equal("two\nlines", _scratch.Where("${file:secrets/pw}"));
        Assert.Equal("one\n", _scratch.Where("${file:" + _scratch.PathOf("plain") + "}"));
        Assert.Equal("${env:PW}", _scratch.Where("$${env:PW}"));
    }

    [Fact]
    public void A_missing_secret_is_refused_by_its_name()
    {
        Assert.Contains("(steps[0].parameter.where): the environment variable 'PW' of '${env:PW}' is not set", _scratch.Refusal(Scratch.WithWhere("${env:PW}")), StringComparison.Ordinal);
        Assert.Contains("'${env:}' names no variable", _scratch.Refusal(Scratch.WithWhere("${env:}")), StringComparison.Ordinal);
        Assert.Contains("(steps[0].parameter.where): 'pw' does not exist; give the path of the file of ${file:PATH}", _scratch.Refusal(Scratch.WithWhere("${file:pw}")), StringComparison.Ordinal);
        Assert.Contains("is empty or no path at all", _scratch.Refusal(Scratch.WithWhere("${file:}")), StringComparison.Ordinal);
        Directory.CreateDirectory(_scratch.PathOf("folder"));
        Assert.Contains("'folder' is a directory", _scratch.Refusal(Scratch.WithWhere("${file:folder}")), StringComparison.Ordinal);
        File.WriteAllBytes(_scratch.PathOf("binary"), [0xFF]);
        Assert.Contains("'binary' is not text in UTF-8", _scratch.Refusal(Scratch.WithWhere("${file:binary}")), StringComparison.Ordinal);
        File.WriteAllBytes(_scratch.PathOf("large"), new byte[1024 * 1024 + 1]);
        Assert.Contains("'large' is larger than", _scratch.Refusal(Scratch.WithWhere("${file:large}")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_at_the_wrong_place_is_shown_as_it_was_written()
    {
        _scratch.Environment["PW"] = "hunter2";
        var refused = _scratch.Refusal(Scratch.WithSetting("""{"errorLimit":{"record":"${env:PW}"}}"""));
        Assert.Contains("'record' is \"${env:PW}\"; allowed: integer from 0", refused, StringComparison.Ordinal);
        foreach (var script in (string[])
        [
            """{"steps":[{"stepType":"${env:PW}","category":"reader"},{"stepType":"redis","category":"writer"}]}""",
            """{"steps":[{"stepType":"mysql","category":"${env:PW}"}]}""",
            """{"type":"${env:PW}","steps":[]}""",
            """{"steps":[{"stepType":"mysql","category":"reader","parameter":"${env:PW}"}]}""",
            """{"steps":[{"stepType":"mysql","name":"R","category":"reader"},{"stepType":"redis","category":"writer"}],"order":{"hops":[{"from":"R","to":"${env:PW}"}]}}""",
            """{"steps":[{"stepType":"mysql","category":"reader"},{"stepType":"redis","category":"writer"}],"setting":{"speed":{"mbps":"${env:PW}"}}}""",
        ])
        {
            Assert.DoesNotContain("hunter2", _scratch.Refusal(script), StringComparison.Ordinal);
        }

        Assert.Equal("\"hunter2\"", OptionNode.Scalar(OptionKind.Text, "hunter2", new Place("f", 1, 1, "")).Show());
    }
}
