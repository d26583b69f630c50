using Sluice.Cli;

namespace Sluice.Tests.Cli;

/// <summary>SQL of the command line, as far as it needs no server.</summary>
public sealed class SqlTests
{
    [Fact]
    public async Task A_select_prints_its_rows_as_a_table()
    {
        var run = await Invocation.RunAsync("sql", "-e", "SELECT * FROM (VALUES (1, 'Ada'), (20, CAST(NULL AS STRING))) AS t (n, name)");

        Assert.Equal(" n | name\n---+-------\n 1 | Ada\n20 | <NULL>\n(2 rows)\n", run.Out);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task With_json_its_rows_are_json_lines_before_the_summary()
    {
        var run = await Invocation.RunAsync("sql", "--json", "-e", "SELECT 1 AS n, 'Ada' AS name");

        var lines = run.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal("""{"n":1,"name":"Ada"}""", lines[0]);
        Assert.Contains("\"status\":\"succeeded\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"rowsRead\":1,\"rowsWritten\":1", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_nobody_takes_fail_the_script_and_have_their_place_in_the_books()
    {
        using var error = new StringWriter();
        var shell = new Shell { Out = new FullWriter(), Error = error, Environment = _ => null, ListenForStop = () => new StopSignal() };
        var code = await CommandLine.RunAsync(["sql", "-e", "SELECT 1 AS n UNION ALL SELECT 2"], shell);

        Assert.Equal(1, code);
        Assert.Contains("cannot be written: no room", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", error.ToString(), StringComparison.Ordinal);
    }

    private sealed class FullWriter : StringWriter
    {
        public override void Flush() => throw new IOException("no room");

        public override void WriteLine(string? value) => throw new IOException("no room");

        public override void WriteLine(System.Text.StringBuilder? value) => throw new IOException("no room");
    }

    [Fact]
    public async Task What_a_value_does_to_a_terminal_is_not_printed()
    {
        var run = await Invocation.RunAsync("sql", "-e", "SELECT U&'a\\001bb\\000a' AS x");

        Assert.Contains("a\\u001bb\\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_stand_between_the_rows_of_the_statements_around_them()
    {
        var run = await Invocation.RunAsync("sql", "-e", "SELECT 1 AS a; CREATE TABLE t (x INT) WITH ('connector' = 'datagen'); SHOW TABLES; SELECT 2 AS b; SHOW VIEWS");

        var (a, tables, b) = (run.Out.IndexOf("\n1\n", StringComparison.Ordinal), run.Out.IndexOf("table name", StringComparison.Ordinal), run.Out.IndexOf("\n2\n", StringComparison.Ordinal));
        Assert.True(a >= 0 && a < tables && tables < b, run.Out);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task All_errors_of_a_script_are_reported_and_nothing_runs()
    {
        var run = await Invocation.RunAsync("sql", "-e", "SELECT 1 AS fine;\nSELECT missing;\nSELECT NO_SUCH(1)");

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains("-e:2:8: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("SELECT missing;\n       ^^^^^^^", run.Error, StringComparison.Ordinal);
        Assert.Contains("-e:3:8: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_division_by_zero_fails_the_script()
    {
        var run = await Invocation.RunAsync("sql", "--json", "-e", "SELECT 1 / x FROM (VALUES (1), (0)) AS t (x)");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("by zero", run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"status\":\"failed\"", run.Out, StringComparison.Ordinal);
    }
}
