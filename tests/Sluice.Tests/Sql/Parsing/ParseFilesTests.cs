using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using Sluice.Tests.Architecture;

namespace Sluice.Tests.Sql.Parsing;

/// <summary>Scripts in tests/sql/parse. Each line <c>--fail=line:column: message</c> at the top is an error that must be reported, in this order.</summary>
public class ParseFilesTests
{
    private const string Fail = "--fail=";

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Repository.PathOf("tests", "sql", "parse"), "*.sql").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_script_has_the_errors_that_its_head_says(string file)
    {
        var text = File.ReadAllText(Repository.PathOf("tests", "sql", "parse", file));
        var script = SqlParser.Parse(new SourceText(file, text));
        var expected = text.Split('\n').TakeWhile(l => l.StartsWith(Fail, StringComparison.Ordinal)).Select(l => $"{file}:{l[Fail.Length..].TrimEnd()}");

        Assert.Equal(expected, script.Errors.Select(e => SqlErrorText.Render(script.Source, e).Split('\n')[0]));
        Assert.True(script.Errors.Count > 0 || script.Statements.Count > 0);
    }

    [Theory]
    [InlineData("reference-sink-string.sql")]
    [InlineData("reference-sink-hashmap-flat.sql")]
    [InlineData("reference-sink-hashmap.sql")]
    [InlineData("reference-lookup-string.sql")]
    [InlineData("reference-lookup-hashmap-flat.sql")]
    [InlineData("reference-lookup-hashmap.sql")]
    public void The_examples_of_the_reference_are_tables_and_one_insert(string file)
    {
        var statements = SqlParser.Parse(new SourceText(file, File.ReadAllText(Repository.PathOf("tests", "sql", "parse", file)))).Statements;

        Assert.All(statements.SkipLast(1), s => Assert.True(Assert.IsType<CreateTableStatement>(s).Temporary));
        Assert.Equal(file.Contains("lookup", StringComparison.Ordinal) ? 4 : 3, statements.Count);
        Assert.Equal(
            file switch
            {
                "reference-lookup-string.sql" or "reference-lookup-hashmap.sql" =>
                    "(Insert blackhole_sink (Select [(SelectItem t1.user_id) (SelectItem t2.user_id) (SelectItem t2.user_name)] "
                    + "(JoinTable Inner (NamedTable kafka_source (TableAlias t1)) (NamedTable redis_dim (SystemTime t1.proctime) (TableAlias t2)) (= t1.user_id t2.user_id))))",
                "reference-lookup-hashmap-flat.sql" =>
                    "(Insert blackhole_sink (Select [(SelectItem t1.user_id) (SelectItem t2.user_name) (SelectItem t2.email) (SelectItem t2.register_time) (SelectItem t1.click_time)] "
                    + "(JoinTable Inner (NamedTable kafka_source (TableAlias t1)) (NamedTable redis_dim (SystemTime t1.proctime) (TableAlias t2)) (= t1.user_id t2.user_id))))",
                _ => "(Insert redis_sink (Select [(SelectItem *)] (NamedTable kafka_source)))",
            },
            Tree.Print(statements[^1]));
    }

    [Fact]
    public void The_first_example_has_the_options_and_the_key_it_declares()
    {
        var statements = SqlParser.Parse(new SourceText("x.sql", File.ReadAllText(Repository.PathOf("tests", "sql", "parse", "reference-sink-string.sql")))).Statements;

        Assert.Equal(
            "(CreateTable temporary redis_sink [(PhysicalColumn user_id String) (PhysicalColumn login_time String)] [(PrimaryKey [user_id])] "
            + "['connector'='redis' 'mode'='STRING' 'host'='<yourHost>' 'port'='<yourPort>' 'password'='<yourPassword>'])",
            Tree.Print(statements[1]));
    }
}
