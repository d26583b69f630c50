using Sluice.Sql;
using Sluice.Sql.Parsing;
using Sluice.Tests.Architecture;
using Sluice.Tests.Sql.Planning;

namespace Sluice.Tests.Sql;

/// <summary>Scripts in tests/sql. The first line of one may be <c>--fail=message</c>; else tests/sql/expected has what it prints and the plans of
/// what it runs, in order, separated by empty lines.</summary>
public sealed class ScriptFileTests
{
    private const string Fail = "--fail=";

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Repository.PathOf("tests", "sql"), "*.sql").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_script_has_the_plan_or_the_error_that_is_written_down(string file)
    {
        var text = File.ReadAllText(Repository.PathOf("tests", "sql", file));
        var lab = new SqlLab();
        if (text.StartsWith(Fail, StringComparison.Ordinal))
        {
            Assert.Contains(text[Fail.Length..text.IndexOf('\n', StringComparison.Ordinal)], lab.Refusal(text), StringComparison.Ordinal);
            return;
        }

        var expected = File.ReadAllText(Repository.PathOf("tests", "sql", "expected", Path.ChangeExtension(file, ".txt")));
        var actual = string.Join("\n\n", lab.Compile(text).Steps.Select(s => s is PrintStep print ? print.Text : s.Explain)) + "\n";
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Every_expectation_belongs_to_a_script() => Assert.All(
        Directory.EnumerateFiles(Repository.PathOf("tests", "sql", "expected")),
        f => Assert.True(File.Exists(Repository.PathOf("tests", "sql", Path.ChangeExtension(Path.GetFileName(f), ".sql")))));

    [Fact]
    public void The_examples_of_the_documentation_can_be_parsed()
    {
        var blocks = File.ReadAllText(Repository.PathOf("docs", "sql.md")).Split("```sql\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)]).ToList();
        Assert.NotEmpty(blocks);
        var values = new PlaceholderValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["broker"] = "b:9092" });
        Assert.All(blocks, b => Assert.Empty(SqlParser.Parse(SourceText.WithPlaceholders("sql.md", b, values)).Errors));
    }
}
