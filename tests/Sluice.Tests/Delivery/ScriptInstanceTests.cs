using Sluice.Engine.Connectors;
using Sluice.Sql;
using Sluice.Tests.Jobs;
using Sluice.Tests.Sql.Planning;

namespace Sluice.Tests.Delivery;

/// <summary>S-27b: which instance a script is.</summary>
public sealed class ScriptInstanceTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_job_script_is_its_name_and_the_placeholders_it_uses_outside_of_credentials_and_settings()
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("day", "1"), ("pw", "secret"), ("user", "me"), ("unused", "x"), ("mbps", "1"), ("tasks", "2")])
        {
            _scratch.Parameters[name] = value;
        }

        var instance = Instance("""
            {"steps":[{"stepType":"mysql","category":"reader","parameter":{"column":["a"],"where":"d = ${day}","password":"${pw}"}},
                      {"stepType":"redis","category":"writer","parameter":{"password":"${pw}${day}"}}],
             "setting":{"speed":{"concurrent":"${tasks}","throttle":true,"mbps":"${mbps}"}}}
            """);

        Assert.Equal("job?day=1", instance.Id);
        Assert.Empty(instance.FromClock);
    }

    [Fact]
    public void What_the_clock_gave_is_told_with_the_option_that_gives_it_again()
    {
        var script = Scratch.WithWhere("${bizdate} ${yyyymmdd-1} $[yyyymmdd]");
        Assert.Equal(
            [new ClockValue("$[yyyymmdd]", "--cyctime", "20260301003000"), new ClockValue("${bizdate}", "--bizdate", "20260228"), new ClockValue("${yyyymmdd-1}", "--bizdate", "20260228")],
            Instance(script).FromClock);
        Assert.Equal("job?[yyyymmdd]=20260301&bizdate=20260228&yyyymmdd-1=20260227", Instance(script).Id);

        (_scratch.BizDate, _scratch.CycTime) = ("20260228", "20260301003000");
        Assert.Empty(Instance(script).FromClock);
    }

    [Fact]
    public void The_fingerprint_of_sql_is_the_statement_its_views_and_its_tables()
    {
        const string script = """
            CREATE TABLE s (a INT) WITH ('connector' = 'fake', 'rows' = '1', 'password' = 'x');
            CREATE TABLE t (a INT) WITH ('connector' = 'fake');
            CREATE VIEW v AS SELECT a FROM s WHERE a > 0;
            INSERT INTO t SELECT a + 1 FROM v;
            """;

        Assert.Empty(Differences(script, script.Replace("a + 1", "a\n  -- one more\n  +  1", StringComparison.Ordinal).Replace("'x'", "'y'", StringComparison.Ordinal)));
        Assert.Equal(["the statement"], Differences(script, script.Replace("a + 1", "a + 2", StringComparison.Ordinal)));
        Assert.Equal(["view 'v'"], Differences(script, script.Replace("a > 0", "a > 1", StringComparison.Ordinal)));
        Assert.Equal(["table 's'"], Differences(script, script.Replace("'rows' = '1'", "'rows' = '2'", StringComparison.Ordinal)));
        Assert.Equal(["table 't'"], Differences(script, script.Replace("TABLE t (a INT)", "TABLE t (a INT, PRIMARY KEY (a) NOT ENFORCED)", StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_insert_of_a_sql_script_has_an_instance_of_its_own()
    {
        var lab = new SqlLab();
        lab.Parameters["day"] = "1";
        lab.Parameters["pw"] = "secret";
        var script = lab.Compile("""
            SET 'pipeline.name' = 'nightly';
            CREATE TABLE s (a INT) WITH ('connector' = 'fake', 'rows' = '${day}', 'password' = '${pw}');
            CREATE TABLE t (a INT) WITH ('connector' = 'fake');
            CREATE TABLE u (a INT) WITH ('connector' = 'fake');
            EXPLAIN INSERT INTO t SELECT a FROM s;
            INSERT INTO t SELECT a FROM s;
            INSERT INTO u SELECT a FROM s;
            INSERT INTO t SELECT a + 1 FROM s;
            """);

        Assert.Equal(["nightly?day=1/t", "nightly?day=1/u", "nightly?day=1/t#2"], Instances(script).Select(i => i.Id));
    }

    private static IReadOnlyList<string> Differences(string one, string other) =>
        Instances(new SqlLab().Compile(one))[0].Fingerprint.DifferencesFrom(Instances(new SqlLab().Compile(other))[0].Fingerprint);

    private static List<JobInstance> Instances(CompiledScript script) =>
        [.. script.Steps.OfType<RunStep>().SelectMany(s => s.Plan.Pipelines).SelectMany(p => p.Branches).Select(b => b.Instance!)];

    private JobInstance Instance(string script) => _scratch.Load(script).Pipelines[0].Branches[0].Instance!;
}
