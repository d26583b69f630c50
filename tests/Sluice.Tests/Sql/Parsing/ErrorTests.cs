using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Tests.Sql.Parsing;

public class ErrorTests
{
    [Fact]
    public void An_error_shows_its_place_its_line_and_a_caret_under_the_word() =>
        Assert.Equal(
            """
            job.sql:3:3: expected ')' or ',' after a column, found 'b'
              b STRING
              ^
            """,
            One("CREATE TABLE t (\n  a INT\n  b STRING\n) WITH ('connector' = 'print')"));

    [Fact]
    public void A_list_without_its_parenthesis_points_at_what_follows() =>
        Assert.Equal(
            """
            job.sql:1:27: expected ',' or ')' after an argument of f, found 'FROM'
            INSERT INTO s SELECT f(a  FROM t
                                      ^^^^
            """,
            One("INSERT INTO s SELECT f(a  FROM t"));

    [Theory]
    [InlineData("SELCT 1", 1, "expected a statement, found 'SELCT'; did you mean 'SELECT'?")]
    [InlineData("SELECT * FORM t", 10, "expected ';' after the query, found 'FORM'; did you mean 'FROM'?")]
    [InlineData("SELECT a FORM t", 10, "'FORM' stands here as an alias, and 't' cannot follow one; did you mean 'FROM'?")]
    [InlineData("SELECT a FROM t WERE a = 1", 17, "'WERE' stands here as an alias, and 'a' cannot follow one; did you mean 'WHERE'?")]
    [InlineData("SELECT a FROM t x ODER BY a", 19, "expected ';' after the query, found 'ODER'; did you mean 'ORDER'?")]
    [InlineData("INSERT IN t SELECT 1", 8, "expected INTO or OVERWRITE after INSERT, found 'IN'")]
    [InlineData("INSERT INT t SELECT 1", 8, "expected INTO or OVERWRITE after INSERT, found 'INT'; did you mean 'INTO'?")]
    [InlineData("CREATE TABEL t (a INT)", 8, "expected TABLE, VIEW, DATABASE or CATALOG after CREATE, found 'TABEL'; did you mean 'TABLE'?")]
    [InlineData("SHOW TABELS", 6, "expected CREATE TABLE, CREATE VIEW, CREATE CATALOG, CURRENT CATALOG, CURRENT DATABASE, TABLES, VIEWS, DATABASES, CATALOGS, USER FUNCTIONS, FUNCTIONS, FULL MODULES, MODULES, JARS, JOBS, COLUMNS, PARTITIONS, PROCEDURES after SHOW, found 'TABELS'; did you mean 'TABLES'?")]
    [InlineData("CREATE TABLE t (a INT) WTIH ('a'='b')", 24, "expected WITH (...) in CREATE TABLE, found 'WTIH'; did you mean 'WITH'?")]
    [InlineData("CREATE TABLE t (a INT PRIMRY KEY NOT ENFORCED)", 23, "expected ')' or ',' after a column, found 'PRIMRY'; did you mean 'PRIMARY'?")]
    public void A_misspelt_keyword_suggests_the_nearest(string sql, int column, string message) => AssertError(sql, column, message);

    [Theory]
    [InlineData("CREATE TABLE t (value STRING)", 17, "expected the name of a column, found the reserved word 'value'; a name that is a reserved word is put in backticks: `value`")]
    [InlineData("SELECT order FROM t", 8, "expected an expression, found the reserved word 'order'; a name that is a reserved word is put in backticks: `order`")]
    [InlineData("SELECT a + ORDER BY b", 12, "expected an expression, found 'ORDER'")]
    [InlineData("SELECT user.a FROM t", 8, "expected an expression, found the reserved word 'user'; a name that is a reserved word is put in backticks: `user`")]
    [InlineData("SELECT t.timestamp FROM t", 10, "expected a name after 't.', found the reserved word 'timestamp'; a name that is a reserved word is put in backticks: `timestamp`")]
    [InlineData("SELECT a AS date FROM t", 13, "expected the name of a column after AS, found the reserved word 'date'; a name that is a reserved word is put in backticks: `date`")]
    [InlineData("SELECT rank FROM t", 8, "expected an expression, found the reserved word 'rank'; a name that is a reserved word is put in backticks: `rank`")]
    public void A_reserved_word_as_a_name_says_to_put_it_in_backticks(string sql, int column, string message) => AssertError(sql, column, message);

    [Fact]
    public void Words_that_flink_does_not_reserve_are_names() =>
        Assert.Empty(Tree.Errors("SELECT key, name, type, `state`, data, version, source, status, id, a, c, length, topic, level, path, plan FROM session"));

    [Theory]
    [InlineData("SELECT 'abc", 8, "this text is not closed: its closing ' is missing (a ' inside a text is written '')")]
    [InlineData("SELECT `abc", 8, "this name is not closed: its closing ` is missing")]
    [InlineData("SELECT 1 /* abc", 10, "this comment is not closed: its '*/' is missing")]
    [InlineData("SELECT a /*+ X", 10, "expected ';' after the query, found '/*+'")]
    [InlineData("SELECT a FROM t /*+ X(", 23, "expected an expression, found the end of the script")]
    [InlineData("SELECT a FROM t /*+ X()", 17, "this hint is not closed: its '*/' is missing")]
    [InlineData("SELECT \"a\"", 8, "a double quote means nothing here: texts stand in single quotes, names in backticks")]
    [InlineData("SELECT a | b", 10, "a single '|' means nothing here; texts are joined with '||'")]
    [InlineData("SELECT 1abc", 8, "'1abc' is neither a number nor a name; a name that begins with a digit is put in backticks: `1abc`")]
    [InlineData("SELECT ‘a’", 8, "'‘' is a typographic quote; texts stand in straight single quotes (')")]
    [InlineData("SELECT a # b", 10, "the character '#' means nothing here")]
    [InlineData("SELECT ``", 8, "a name in backticks has at least one character")]
    [InlineData("SELECT x'abc'", 8, "X'...' takes two hex digits for each byte; here their number is odd")]
    [InlineData("SELECT U&'\\00'", 8, "in U&'...' four hex digits follow each '\\'; '\\' itself is written '\\\\'")]
    public void What_is_no_token_says_why(string sql, int column, string message) => AssertError(sql, column, message);

    [Theory]
    [InlineData("SELECT", 7, "expected an expression, found the end of the script")]
    [InlineData("SELECT a, FROM t", 9, "expected an expression after this ',', found 'FROM'; remove the ','")]
    [InlineData("SELECT a FROM", 14, "expected the name of a table, or a query in parentheses, found the end of the script")]
    [InlineData("CREATE TABLE t (a INT,) WITH ()", 22, "expected a column, PRIMARY KEY or WATERMARK after this ',', found ')'; remove the ','")]
    [InlineData("CREATE TABLE t (a)", 18, "expected the type of the column 'a', or AS and an expression, found ')'")]
    [InlineData("CREATE TABLE t (a INT) WITH ('a' 'b')", 34, "expected '=' after the option 'a', found a text in quotes")]
    [InlineData("CREATE TABLE t (a INT) WITH ('a'='b' 'c'='d')", 38, "expected ',' or ')' after the option 'a', found a text in quotes")]
    [InlineData("CREATE TABLE t (a INT) WITH (a='b')", 30, "expected an option in single quotes: 'name' = 'value', found 'a'")]
    [InlineData("CREATE TABLE t (a INT) WITH ('a'=1)", 34, "expected the value of 'a' in single quotes, found '1'")]
    [InlineData("SELECT a IN ()", 13, "this list is empty; it takes at least one item, or a query")]
    [InlineData("SELECT a IS 1", 13, "expected NULL, TRUE, FALSE, UNKNOWN, DISTINCT FROM or JSON after IS, found '1'")]
    [InlineData("SELECT a BETWEEN 1 OR 2", 20, "expected 'AND', found 'OR'")]
    [InlineData("SELECT CASE a END", 15, "expected 'WHEN', found 'END'")]
    [InlineData("SELECT CASE WHEN a THEN b", 26, "expected WHEN, ELSE or END in CASE, found the end of the script")]
    [InlineData("SELECT a AT TIME ZONE 'UTC'", 10, "AT TIME ZONE is not in Flink SQL; use CONVERT_TZ for texts, TO_TIMESTAMP_LTZ and CAST for timestamps")]
    [InlineData("SELECT MAP['a']", 8, "MAP[...] takes a value for each key: MAP['a', 1, 'b', 2]")]
    [InlineData("SELECT EXTRACT(DAYS2 FROM d)", 16, "expected a unit of time (YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, QUARTER, WEEK, MILLISECOND, MICROSECOND, NANOSECOND, DOW, DOY, ISODOW, ISOYEAR, EPOCH, DECADE, CENTURY, MILLENNIUM), found 'DAYS2'; did you mean 'DAYS'?")]
    [InlineData("SELECT a FROM s JOIN t AS d FOR SYSTEM_TIME AS OF s.p ON s.a = d.a", 29, "the alias of a table stands behind its FOR SYSTEM_TIME AS OF: t FOR SYSTEM_TIME AS OF ... AS d")]
    [InlineData("SELECT a FROM t LIMIT 1, 2", 24, "LIMIT takes one number; write LIMIT count OFFSET start")]
    [InlineData("SELECT 1 MINUS SELECT 2", 10, "MINUS is not in Flink SQL; did you mean EXCEPT?")]
    [InlineData("SELECT a + SELECT 1", 12, "a query inside of an expression stands in parentheses; expected '(' before 'SELECT'")]
    [InlineData("SELECT a = ?", 12, "'?' is a parameter of a prepared statement, which a script has none of; write the value, or ${name}")]
    [InlineData("ALTER TABLE t ADD (a INT)", 15, "ALTER TABLE takes SET (...), RESET (...) and RENAME TO here; other changes are written into CREATE TABLE, as the table lives as long as the script")]
    [InlineData("CREATE FUNCTION f AS 'x'", 8, "CREATE FUNCTION is not supported: functions of one's own need Java or Python; docs/sql.md lists the built-in ones")]
    [InlineData("CREATE OR REPLACE VIEW v AS SELECT 1", 1, "CREATE OR REPLACE is for tables only; DROP ... IF EXISTS comes before CREATE")]
    [InlineData("END", 1, "END without BEGIN STATEMENT SET before it")]
    [InlineData("BEGIN STATEMENT SET; INSERT INTO t SELECT 1;", 1, "this statement set has no END")]
    [InlineData("BEGIN STATEMENT SET; END", 1, "this statement set has no INSERT")]
    [InlineData("SET 'a'", 8, "expected '=' after the setting, found the end of the script")]
    [InlineData("CREATE TABLE t (a DECIMAL(99999999999))", 27, "99999999999 is too large for the precision")]
    public void What_was_found_and_what_was_expected(string sql, int column, string message) => AssertError(sql, column, message);

    [Fact]
    public void Tabs_stay_tabs_and_wide_characters_take_two_columns() =>
        Assert.Equal(
            "job.sql:2:11: expected ')' or ',' after a column, found 'bc'\n\t`名前` INT bc INT)\n\t           ^^",
            One("CREATE TABLE t (\n\t`名前` INT bc INT)"));

    [Fact]
    public void A_long_line_is_cut_around_the_word()
    {
        var lines = One($"SELECT {string.Join(", ", Enumerable.Repeat("abcdefgh", 50))} FORM t WHERE {string.Join(" AND ", Enumerable.Repeat("xyz", 100))}").Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.Equal(SqlErrorText.MaxColumns + 1, lines[1].Length);
        Assert.StartsWith("…", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("…", lines[1], StringComparison.Ordinal);
        Assert.Equal("FORM", lines[1].Substring(lines[2].IndexOf('^', StringComparison.Ordinal), lines[2].Count(c => c == '^')));
    }

    [Fact]
    public void The_end_of_the_script_is_shown_behind_its_last_word() =>
        Assert.Equal("job.sql:1:14: expected the name of a table, or a query in parentheses, found the end of the script\nSELECT a FROM\n             ^",
            One("SELECT a FROM\n\n-- nothing more\n"));

    [Theory]
    [InlineData("CREATE TABLE t (a INT) WITH ('password' = 'hunter2' 'x' = 'y')")]
    [InlineData("CREATE TABLE t (a INT) WITH ('connector' = 'redis' 'password' = 'hunter2')")]
    [InlineData("CREATE TABLE t (a INT) WITH ('password' 'hunter2')")]
    [InlineData("CREATE TABLE t (a INT) WITH ('properties.sasl.jaas.config' = 'x password=\"hunter2\";' 'x' = 'y')")]
    [InlineData("SET 'x.password' 'hunter2'")]
    public void A_password_in_the_line_is_not_shown(string sql)
    {
        var error = One(sql);

        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
        Assert.Contains("***", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_quoted_where_they_need_it()
    {
        Assert.Equal("user_id", ReservedWords.Quote("user_id"));
        Assert.Equal("key", ReservedWords.Quote("key"));
        Assert.Equal("`value`", ReservedWords.Quote("value"));
        Assert.Equal("`a b`", ReservedWords.Quote("a b"));
        Assert.Equal("`a``b`", ReservedWords.Quote("a`b"));
        Assert.Equal("`1a`", ReservedWords.Quote("1a"));
    }

    private static string One(string sql) => Assert.Single(Tree.Errors(sql));

    private static void AssertError(string sql, int column, string message)
    {
        var script = Tree.Parse(sql);
        var error = Assert.Single(script.Errors);
        Assert.Equal(message, error.Message);
        Assert.StartsWith($"job.sql:1:{column}: ", SqlErrorText.Render(script.Source, error), StringComparison.Ordinal);
    }
}
