using Sluice.Engine.Errors;
using Sluice.Sql.Functions.Regexes;

namespace Sluice.Tests.Sql.Functions;

public class RegexFunctionsTests
{
    public static TheoryData<string, string> Results => FunctionLab.Examples("""
        REGEXP_REPLACE('foobar', 'oo|ar', '') => fb
        REGEXP_REPLACE('a1b22', '[0-9]+', '$1') => a$1b$1
        REGEXP_REPLACE('abc', '(', 'x') => <null>
        REGEXP_REPLACE('äö', 'ö', '€') => ä€
        REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)', 2) => bar
        REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)', 1) => the
        REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)') => foothebar
        REGEXP_EXTRACT('22', '[A-Z]+') => <null>
        REGEXP_EXTRACT('ABC', '[A-Z]+') => ABC
        REGEXP_EXTRACT('abc', '(a)', 2) => <null>
        REGEXP('foobar', 'o+b') => TRUE
        REGEXP('foobar', '') => FALSE
        REGEXP('foobar', '(') => FALSE
        REGEXP(n, 'a') => <null>
        REGEXP_COUNT('hello world! Hello everyone!', 'Hello') => 1
        REGEXP_COUNT('abcabcabc', 'abcab') => 1
        REGEXP_COUNT('a.b.c.d', '\.') => 3
        REGEXP_COUNT('abc123xyz456', '\d') => 6
        REGEXP_COUNT('Helloworld! Hello everyone!', '\bHello\b') => 1
        REGEXP_COUNT('abc', '(') => <null>
        REGEXP_EXTRACT_ALL('100-200, 300-400', '(\d+)-(\d+)', 0) => [100-200, 300-400]
        REGEXP_EXTRACT_ALL('100-200, 300-400', '(\d+)-(\d+)') => [100, 300]
        REGEXP_EXTRACT_ALL('100-200, 300-400', '(\d+)-(\d+)', 2) => [200, 400]
        REGEXP_EXTRACT_ALL('abcdeabde', 'ab((c)|(.?))de', 2) => [c, NULL]
        REGEXP_EXTRACT_ALL('abcdeabde', '(abcdeabde)|([a-z]*)', 2) => [NULL, ]
        REGEXP_EXTRACT_ALL('abcdeabde', '', 0) => [, , , , , , , , , ]
        REGEXP_EXTRACT_ALL('abc', '[x-z]', 0) => []
        REGEXP_EXTRACT_ALL('abcdeabde', 'abcdeabde') => <null>
        REGEXP_EXTRACT_ALL('abcdeabde', '(abcdeabde)', -1) => <null>
        REGEXP_INSTR('Helloworld! Hello everyone!', '\bHello\b') => 13
        REGEXP_INSTR('100-200, 300-400', '[a-z]') => 0
        REGEXP_INSTR('abc', '(') => <null>
        REGEXP_SUBSTR('100-200', '[0-9]+$') => 200
        REGEXP_SUBSTR('abc', '[0-9]') => <null>
        """);

    /// <summary>A pattern, a text, and the first match in Java; null where there is none.</summary>
    public static TheoryData<string, string, string?> Java => new()
    {
        { @"\d+", "٣7", "7" },
        { @"\w+", "äab_1", "ab_1" },
        { @"[\W]", "aé", "é" },
        { @"\Qa.b\E+", "a.bbb", "a.bbb" },
        { @"a++b", "aaab", "aaab" },
        { @"a*+a", "aaa", null },
        { @"(?<year>\d{4})-(\d{2})", "on 2026-02", "2026-02" },
        { @"(?<c>a)(b)\k<c>\2", "abab", "abab" },
        { @"(a)\11", "aa1", "aa1" },
        { @"[a-z&&[^bc]]+", "abcd", "a" },
        { @"[a-z&&[def]]+", "abcdef", "def" },
        { @"[a-c[x-z]]+", "mmaxz", "axz" },
        { @"[]a]+", "]a", "]a" },
        { @"\p{Alpha}+", "1äb", "b" },
        { @"\P{Alpha}+", "ab12", "12" },
        { @"\p{Lu}", "aÄ", "Ä" },
        { @"\x41\x{42}\u0043\0104", "ABCD", "ABCD" },
        { @"a.b", "a\rb", null },
        { @"(?s)a.b", "a\nb", "a\nb" },
        { @"(?i)ABC", "xabc", "abc" },
        { @"(?m)^b$", "a\nb\nc", "b" },
        { @"b$", "ab\r\n", "b" },
        { @"a{2,3}", "aaaa", "aaa" },
        { @"\h+x", "a \tx", " \tx" },
        { @"[_\-\]]+", "a_-]", "_-]" },
    };

    [Theory]
    [MemberData(nameof(Results))]
    public void Results_are_those_of_Flink(string call, string expected) => FunctionLab.Check(call, expected);

    [Theory]
    [MemberData(nameof(Java))]
    public void Patterns_mean_what_they_mean_in_Java(string pattern, string text, string? match)
    {
        var found = System.Text.RegularExpressions.Regex.Match(text, JavaRegex.Translate(pattern)!, System.Text.RegularExpressions.RegexOptions.CultureInvariant);

        Assert.Equal(match, found.Success ? found.Value : null);
    }

    [Theory]
    [InlineData("a{")]
    [InlineData("a{,3}")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("*a")]
    [InlineData(@"\y")]
    [InlineData(@"a\")]
    public void What_Java_refuses_is_no_pattern(string pattern) => Assert.Null(JavaRegex.Translate(pattern));

    [Theory]
    [InlineData(@"\p{IsGreek}")]
    [InlineData("(?x)a b")]
    [InlineData(@"\X")]
    [InlineData("[^a&&b]")]
    public void What_cannot_be_written_for_the_platform_is_refused_aloud(string pattern) => Assert.Throws<DataException>(() => JavaRegex.Translate(pattern));

    [Fact]
    public void A_pattern_that_would_never_end_is_stopped() =>
        FunctionLab.Check("REGEXP(CONCAT(s, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'), '(a+)+$')", "!! took more than");
}
