using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Tests.Sql.Parsing;

public class RecoveryTests
{
    [Fact]
    public void Each_bad_statement_is_reported_once_and_the_good_ones_are_kept()
    {
        var script = Tree.Parse(
            """
            CREATE TABLE a (x INT, y STRNG) WITH ('connector' = 'datagen');
            CREATE TABLE b (x INT) WITH ('k' = 'a;b');
            SELEC ';' FROM a;
            -- a comment; with a semicolon
            INSERT INTO b SELECT x FROM a WHERE (x > 1;
            INSERT INTO b SELECT x FROM a
            """);

        Assert.Equal([(1, "'STRNG' is no type; did you mean 'STRING'?"), (3, "expected a statement, found 'SELEC'; did you mean 'SELECT'?"), (5, "expected ',' or ')' after the expression, found ';'")], Lines(script));
        Assert.Equal(["a"], script.Broken.Select(n => n.ToString()));
        Assert.Collection(
            script.Statements,
            s => Assert.Equal("b", Assert.IsType<CreateTableStatement>(s).Name.ToString()),
            s => Assert.IsType<InsertStatement>(s));
    }

    [Fact]
    public void A_missing_semicolon_is_one_error_and_both_statements_are_kept()
    {
        var script = Tree.Parse("CREATE TABLE a (x INT) WITH ('k' = 'v')\nINSERT INTO a SELECT 1;\nSELECT 2");

        Assert.Equal([(2, "expected ';' after CREATE TABLE, found 'INSERT'")], Lines(script));
        Assert.Equal(3, script.Statements.Count);
        Assert.Empty(script.Broken);
    }

    [Theory]
    [InlineData("EXECUTE STATEMENT SET BEGIN")]
    [InlineData("BEGIN STATEMENT SET;")]
    public void A_statement_set_reports_each_of_its_inserts(string head)
    {
        var script = Tree.Parse(
            $"""
            {head}
            INSERT INTO a SELECT FROM t;
            INSERT INTO a SELECT CASE WHEN x THEN y END FROM t;
            CREATE TABLE b (x INT);
            INSERT INTO a VALUES (1;
            END;
            SELECT 1
            """);

        Assert.Equal(
            [(2, "expected an expression, found 'FROM'"), (4, "expected INSERT or END in a statement set, found 'CREATE'"), (5, "expected ',' or ')' after the expression, found ';'")],
            Lines(script));
        Assert.IsType<QueryStatement>(Assert.Single(script.Statements));
    }

    [Theory]
    [InlineData("EXECUTE STATMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END; SELECT 1", "expected STATEMENT SET, INSERT or a query after EXECUTE, found 'STATMENT'; did you mean 'STATEMENT'?")]
    [InlineData("BEGIN STATEMENT SAT; INSERT INTO a SELECT 1; END; SELECT 1", "expected 'SET', found 'SAT'; did you mean 'SET'?")]
    public void A_statement_set_with_a_wrong_head_is_left_out_as_a_whole(string sql, string message)
    {
        var script = Tree.Parse(sql);

        Assert.Equal([(1, message)], Lines(script));
        Assert.IsType<QueryStatement>(Assert.Single(script.Statements));
    }

    private static IEnumerable<(int Line, string Message)> Lines(ParsedScript script) => script.Errors.Select(e => (script.Source.PlaceOf(e.Span).Line, e.Message));
}
