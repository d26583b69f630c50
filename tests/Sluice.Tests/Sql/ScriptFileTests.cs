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

    [Fact]
    public void A_file_that_is_no_script_has_a_sentence_of_its_own()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-sql-");
        string Refused(string name, byte[]? content)
        {
            var path = Path.Combine(folder.FullName, name);
            if (content is not null)
            {
                File.WriteAllBytes(path, content);
            }

            return new SqlLab().RefusedFile(path).Replace(folder.FullName + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
        }

        Assert.Equal("no.sql: this does not exist; give the path of a SQL script", Refused("no.sql", null));
        Assert.Equal("latin1.sql:2:1: a byte in this line is not UTF-8; a SQL script is written in UTF-8", Refused("latin1.sql", [.. "SELECT\n'"u8, 0xE9, .. "'"u8]));
        Assert.Equal("utf16.sql: this is text in UTF-16; a SQL script is written in UTF-8", Refused("utf16.sql", [0xFF, 0xFE, 0x31, 0]));
        Assert.Contains("bom.sql:1:8: '*' needs a FROM", Refused("bom.sql", [.. "\uFEFFSELECT *"u8]), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }
}
