using Sluice.Engine.Errors;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Tests.Sql.Parsing;

public class PlaceholderTests
{
    private static readonly Dictionary<string, string> s_parameters = new() { ["table"] = "orders_of_today", ["n"] = "5", ["x"] = "${n}", ["empty"] = "", ["lines"] = "1,\n2" };

    [Fact]
    public void Placeholders_are_replaced_before_parsing_and_what_comes_out_is_not_looked_at_again() =>
        Assert.Equal(
            "SELECT 5, '${n}', '${literal}', '$[0]', '$.a' FROM orders_of_today",
            Source("SELECT ${n}, '${x}', '$${literal}', '$[0]', '$.a'${empty} FROM ${table}").Text);

    [Fact]
    public void Positions_are_those_of_the_file()
    {
        var script = SqlParser.Parse(Source("SELECT ${n} AS a,\n ${n} ${n} FROM ${table} WHERE ${n} = = 1"));

        Assert.Equal(
            [
                "job.sql:2:7: expected ';' after the query, found '${n}'\n ${n} ${n} FROM ${table} WHERE ${n} = = 1\n      ^^^^",
            ],
            script.Errors.Select(e => SqlErrorText.Render(script.Source, e)));
    }

    [Fact]
    public void Positions_behind_values_of_other_lengths_and_with_line_breaks_are_the_files()
    {
        var script = SqlParser.Parse(Source("SELECT ${lines}, ${table}, '${empty}', a FROM ${table} WHERE = 1"));

        Assert.Equal("job.sql:1:62: expected an expression, found '='", SqlErrorText.Render(script.Source, Assert.Single(script.Errors)).Split('\n')[0]);
    }

    [Fact]
    public void An_error_inside_of_a_value_points_at_its_placeholder()
    {
        var values = new PlaceholderValues(new Dictionary<string, string> { ["list"] = "a, b, FROM" });
        var script = SqlParser.Parse(SourceText.WithPlaceholders("job.sql", "SELECT ${list} FROM t", values));

        Assert.Equal("job.sql:1:8: expected an expression after this ',', found '${list}'; remove the ','\nSELECT ${list} FROM t\n       ^^^^^^^", SqlErrorText.Render(script.Source, Assert.Single(script.Errors)));
    }

    [Fact]
    public void A_placeholder_without_a_value_is_reported_once_with_its_name_unless_a_comment_has_it()
    {
        var script = SqlParser.Parse(Source("-- ${one}\nSELECT '${two}', ${tabel} FROM t; /* ${three} */ SELECT ${ FROM t;\nSELECT 1"));

        Assert.Equal(
            [
                "job.sql:2:9: the placeholder '${two}' has no value; give it with -p two=VALUE; a literal '${' is written '$${'",
                "job.sql:2:18: the placeholder '${tabel}' has no value; did you mean '${table}'?; give it with -p tabel=VALUE; a literal '${' is written '$${'",
                "job.sql:2:57: this '${' has no '}' behind it in its line; a literal '${' is written '$${'",
            ],
            script.Errors.Select(e => SqlErrorText.Render(script.Source, e).Split('\n')[0]));
        Assert.Contains(script.Statements, s => script.Source.Written(s.Span) == "SELECT 1");
    }

    [Fact]
    public void A_secret_keeps_its_quotes_and_is_shown_as_it_is_written()
    {
        var places = new List<Place>();
        var values = new PlaceholderValues(s_parameters, (name, place) =>
        {
            places.Add(place);
            return name == "env:PW" ? "it's" : null;
        });
        var script = SqlParser.Parse(SourceText.WithPlaceholders("job.sql", "CREATE TABLE t (a INT) WITH ('n' = '${n}',\n 'p' = '${env:PW}')", values));

        Assert.Empty(script.Errors);
        var options = Assert.IsType<CreateTableStatement>(Assert.Single(script.Statements)).Options;
        Assert.Equal(["5", "it's"], options.Select(o => o.Text));
        Assert.Equal([false, true], options.Select(o => script.Source.HasSecret(o.Value!.Span)));
        Assert.Equal("'${env:PW}'", script.Source.Written(options[1].Value!.Span));
        Assert.Equal("job.sql:2:9", places[^1].ToString());
    }

    [Theory]
    [InlineData("SELECT ${env:PW}")]
    [InlineData("SELECT a AS `${env:PW}` b")]
    [InlineData("CREATE TABLE t (a INT) WITH ('password' = ${env:PW})")]
    [InlineData("CREATE TABLE t (a INT) WITH ('password' = '${env:PW}' 'x')")]
    public void A_secret_is_never_quoted(string sql)
    {
        var values = new PlaceholderValues(s_parameters, (_, _) => "1hunter2");
        var script = SqlParser.Parse(SourceText.WithPlaceholders("job.sql", sql, values));

        Assert.DoesNotContain("hunter2", SqlErrorText.Render(script.Source, Assert.Single(script.Errors)), StringComparison.Ordinal);
    }

    private static SourceText Source(string text) => SourceText.WithPlaceholders("job.sql", text, new PlaceholderValues(s_parameters));
}
