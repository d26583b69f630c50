using Sluice.Sql;

namespace Sluice.Tests.Sql.Planning;

/// <summary>SET and RESET (S-20a).</summary>
public sealed class SettingTests
{
    private const string Tables = """
        CREATE TABLE s (a INT) WITH ('connector' = 'fake', 'rows' = '1');
        CREATE TABLE t (a INT) WITH ('connector' = 'fake');

        """;

    private readonly SqlLab _lab = new();

    [Fact]
    public void A_setting_applies_to_the_statements_after_it()
    {
        var steps = _lab.Compile(Tables + """
            INSERT INTO t SELECT * FROM s;
            SET 'sluice.dirty-records.limit' = '5';
            SET 'parallelism.default' = '3';
            SET 'pipeline.name' = 'nightly';
            INSERT INTO t SELECT * FROM s;
            SET 'table.exec.resource.default-parallelism' = '2';
            INSERT INTO t SELECT * FROM s;
            RESET;
            INSERT INTO t SELECT * FROM s;
            """).Steps.Cast<RunStep>().Select(s => s.Plan).ToList();
        Assert.Equal([0, 5, 5, 0], steps.Select(p => p.Settings.DirtyLimit.Records ?? -1));
        Assert.Equal([1, 3, 2, 1], steps.Select(p => p.Settings.Concurrent));
        Assert.Equal(["job", "nightly", "nightly", "job"], steps.Select(p => p.Name));
    }

    [Fact]
    public void The_name_of_the_command_line_counts_before_that_of_the_script()
    {
        const string Script = Tables + "SET 'pipeline.name' = 'nightly'; INSERT INTO t SELECT * FROM s";
        Assert.Equal("nightly", _lab.Compile(Script).Name);
        Assert.Equal("sql", _lab.Compile("SHOW CATALOGS", path: null).Name);
        _lab.Name = "given";
        var script = _lab.Compile(Script);
        Assert.Equal(("given", "given"), (script.Name, ((RunStep)script.Steps[0]).Plan.Name));
        Assert.Equal("nightly", script.Settings["pipeline.name"]);
    }

    [Theory]
    [InlineData("Europe/Berlin", 1)]
    [InlineData("GMT+08:00", 8)]
    [InlineData("UTC+8", 8)]
    [InlineData("-05:00", -5)]
    [InlineData("UTC", 0)]
    [InlineData("Z", 0)]
    [InlineData("China Standard Time", 8)]
    public void The_time_zone_of_the_session_is_what_the_script_says(string id, int hours)
    {
        _lab.Compile($"SET 'table.local-time-zone' = '{id}';\n" + Tables + "INSERT INTO t SELECT * FROM s");
        Assert.All(_lab.Tables.Contexts, c => Assert.Equal(TimeSpan.FromHours(hours), c.TimeZone.GetUtcOffset(_lab.Clock.GetUtcNow())));
    }

    [Fact]
    public void The_time_zone_is_that_of_the_machine_where_the_script_names_none()
    {
        _lab.Compile(Tables + "INSERT INTO t SELECT * FROM s");
        Assert.Equal(TimeSpan.FromHours(2), _lab.Tables.Contexts[0].TimeZone.BaseUtcOffset);
    }

    [Theory]
    [InlineData("'table.local-time-zone' = 'Europe/Berlim'", "there is no time zone 'Europe/Berlim'; did you mean 'Europe/Berlin'?; allowed: a name such as 'Europe/Berlin', an offset such as 'GMT+08:00' or 'UTC+8', or UTC")]
    [InlineData("'sluice.dirty-records.limit' = '-1'", "'sluice.dirty-records.limit' is '-1'; allowed: a whole number from 0")]
    [InlineData("'parallelism.default' = '0'", "'parallelism.default' is '0'; allowed: a whole number from 1 to 1024")]
    [InlineData("'table.exec.sink.not-null-enforcer' = 'IGNORE'", "'table.exec.sink.not-null-enforcer' is 'IGNORE'; allowed: ERROR, DROP")]
    [InlineData("'table.exec.sink.type-length-enforcer' = 'TRIM_PAD'", "'table.exec.sink.type-length-enforcer' is 'TRIM_PAD'; allowed here: IGNORE (values are not cut or padded to the length of their type)")]
    [InlineData("'pipeline.name' = ''", "'pipeline.name' is empty; allowed: a name")]
    public void A_value_that_is_not_allowed_is_refused(string setting, string message) => Assert.Equal(message, _lab.Error($"SET {setting}"));

    [Fact]
    public void Keys_of_flink_are_silent_and_others_a_warning()
    {
        _lab.Compile("SET 'execution.checkpointing.interval' = '10s'; SET 'table.exec.mini-batch.enabled' = 'true'; SET 'restart-strategy' = 'fixed-delay'; SET 'state.backend' = 'rocksdb'; SET 'sql-client.verbose' = 'true'");
        Assert.Empty(_lab.Warnings);
        _lab.Compile("SET 'sluice.dirty-record.limit' = '3';\nSET 'my.key' = '1'");
        Assert.Equal(
            [
                "job.sql:1:5: unknown setting 'sluice.dirty-record.limit'; did you mean 'sluice.dirty-records.limit'? It has no effect here",
                "job.sql:2:5: unknown setting 'my.key'; it has no effect here",
            ],
            _lab.Warnings);
    }

    [Fact]
    public void Set_without_a_value_prints_what_is_set()
    {
        Assert.Equal("'parallelism.default' = '2'\n'pipeline.name' = 'x'", _lab.Printed("SET 'pipeline.name' = 'x'; SET 'parallelism.default' = '2'; SET"));
        Assert.Equal("Empty set", _lab.Printed("SET 'pipeline.name' = 'x'; RESET 'pipeline.name'; SET"));
    }
}
