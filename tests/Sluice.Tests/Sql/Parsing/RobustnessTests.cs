using System.Text;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Grammar;
using Sluice.Sql.Parsing.Tokens;
using Sluice.Tests.Architecture;

namespace Sluice.Tests.Sql.Parsing;

/// <summary>Whatever the text is, the parser ends and reports; it never throws.</summary>
public class RobustnessTests
{
    private const string Everything =
        """
        CREATE TEMPORARY TABLE IF NOT EXISTS t (a ARRAY<ROW<x INT NOT NULL, y MAP<STRING, DECIMAL(10, 2)>>>, b AS a[1].x + 1, c TIMESTAMP(3) METADATA FROM 'ts' VIRTUAL,
          PRIMARY KEY (`b c`) NOT ENFORCED, WATERMARK FOR c AS c - INTERVAL '5' SECOND) COMMENT 'it''s' PARTITIONED BY (a) WITH ('k' = 'v') LIKE s (INCLUDING ALL);
        WITH q (a) AS (SELECT DISTINCT x'0a', U&'\00e9', 1.5e3, a || b FROM t AS x (a, b) /*+ H */ LEFT JOIN d FOR SYSTEM_TIME AS OF x.p AS y ON x.a = y.b)
        SELECT CASE a WHEN 1 THEN NULL ELSE -b END, CAST(a AS ROW(x INT)), JSON_VALUE(a, '$.x' RETURNING INT DEFAULT 1 ON EMPTY), f(x => DEFAULT) OVER (ORDER BY a ROWS 1 PRECEDING)
        FROM q, UNNEST(a) WITH ORDINALITY AS u, TABLE(TUMBLE(TABLE t, DESCRIPTOR(c), INTERVAL '1' DAY)), (VALUES (1), (2)) v
        WHERE a NOT BETWEEN SYMMETRIC 1 AND 2 AND b LIKE 'x' ESCAPE '!' AND c IS NOT DISTINCT FROM d AND e IN (SELECT 1) /* comment */
        GROUP BY CUBE (a), () HAVING x > ALL (SELECT 1) UNION ALL (SELECT 1) ORDER BY a DESC NULLS LAST LIMIT 1 OFFSET 2 ROWS; -- end
        EXECUTE STATEMENT SET BEGIN INSERT INTO t PARTITION (a = 1) (b) SELECT TRIM(BOTH 'x' FROM a), EXTRACT(DAY FROM b); END;
        SET 'a' = 'b'; SHOW TABLES NOT LIKE 'x'; EXPLAIN CHANGELOG_MODE SELECT 1; ALTER TABLE t SET ('a' = 'b')
        """;

    [Fact]
    public void A_script_cut_at_any_character_reports_or_is_whole()
    {
        for (var length = 0; length <= Everything.Length; length++)
        {
            Render(Everything[..length]);
        }
    }

    [Fact]
    public void A_script_without_any_one_of_its_tokens_reports_or_is_whole()
    {
        var tokens = Lexer.Read(Everything).Tokens;
        foreach (var token in tokens)
        {
            Render(Everything.Remove(token.Span.Start, token.Span.Length));
            Render(Everything.Insert(token.Span.Start, " ) "));
            Render(Everything.Insert(token.Span.Start, " SELECT "));
        }
    }

    [Fact]
    public void Words_in_any_order_never_throw()
    {
        var random = new Random(4711);
        var words = Lexer.Read(Everything).Tokens.Select(t => Everything.Substring(t.Span.Start, t.Span.Length)).Append("END").Append("'").Append("${x}").ToArray();
        for (var round = 0; round < 2000; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(30); i >= 0; i--)
            {
                text.Append(words[random.Next(words.Length)]).Append(' ');
            }

            Render(text.ToString());
        }
    }

    [Fact]
    public void Any_characters_never_throw()
    {
        var random = new Random(4712);
        const string Characters = "'`\"\\/*+-|!<>=()[]{};:,.?$#@aA1 \n\t\r\0é名\uD83D\uDE00\uD83D";
        for (var round = 0; round < 3000; round++)
        {
            Render(string.Create(random.Next(40), random, (span, r) =>
            {
                foreach (ref var c in span)
                {
                    c = Characters[r.Next(Characters.Length)];
                }
            }));
        }
    }

    [Theory]
    [InlineData("SELECT ", "(", "1", ")", 8)]
    [InlineData("SELECT ", "NOT ", "TRUE", "", 8)]
    [InlineData("SELECT ", "- ", "1", "", 8)]
    [InlineData("SELECT ", "f(", "1", ")", 8)]
    [InlineData("SELECT ", "CASE WHEN ", "1", " THEN 1 END", 8)]
    [InlineData("SELECT ", "a[", "1", "]", 8)]
    [InlineData("SELECT ", "(SELECT ", "1", ")", 8)]
    [InlineData("SELECT * FROM ", "(SELECT * FROM ", "t", ")", 15)]
    [InlineData("SELECT * FROM ", "(", "t", ")", 15)]
    [InlineData("CREATE TABLE t (a ", "ARRAY<", "INT", ">", 19)]
    [InlineData("SELECT CAST(a AS ", "ROW<a ", "INT", ">", 18)]
    public void Deep_nesting_is_an_error_with_its_place_and_no_stack_overflow(string head, string open, string core, string close, int column)
    {
        var script = Tree.Parse(head + string.Concat(Enumerable.Repeat(open, 100_000)) + core + string.Concat(Enumerable.Repeat(close, 100_000)));

        var error = Assert.Single(script.Errors);
        Assert.Equal($"this is nested more than {TokenCursor.MaxDepth} levels deep", error.Message);
        Assert.True(script.Source.PlaceOf(error.Span).Column > column);
    }

    [Theory]
    [InlineData("SELECT 1", " + 1")]
    [InlineData("SELECT a", "[1]")]
    [InlineData("SELECT a", " OR a = 1")]
    [InlineData("SELECT 1", " UNION ALL SELECT 1")]
    [InlineData("SELECT * FROM t", ", t")]
    [InlineData("SELECT * FROM t", " CROSS JOIN t")]
    public void A_chain_has_a_bound(string head, string link)
    {
        Assert.Empty(Tree.Errors(head + string.Concat(Enumerable.Repeat(link, TokenCursor.MaxChain))));
        Assert.Contains($"more than {TokenCursor.MaxChain}", Assert.Single(Tree.Errors(head + string.Concat(Enumerable.Repeat(link, 100_000)))), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lists_have_none() =>
        Assert.Empty(Tree.Errors($"SELECT a IN ({string.Join(", ", Enumerable.Range(0, 100_000))}) FROM t"));

    [Fact]
    public void Reasonable_nesting_is_parsed() =>
        Assert.Empty(Tree.Errors($"SELECT {new string('(', 200)}1{new string(')', 200)}"));

    [Fact]
    public void The_files_of_the_repository_are_parsed_at_every_cut()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("tests", "sql", "parse"), "*.sql"))
        {
            var text = File.ReadAllText(file);
            for (var length = 0; length < text.Length; length += 3)
            {
                Render(text[..length]);
            }
        }
    }

    private static void Render(string text)
    {
        var script = SqlParser.Parse(SourceText.WithPlaceholders("job.sql", text, new PlaceholderValues(new Dictionary<string, string>())));
        foreach (var error in script.Errors)
        {
            var lines = SqlErrorText.Render(script.Source, error).Split('\n');
            Assert.Equal(3, lines.Length);
            Assert.Contains('^', lines[2]);
        }
    }
}
