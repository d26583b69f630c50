using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Tests.Sql.Parsing;

public class LexerTests
{
    [Theory]
    [InlineData("select Größe _x $y", "Word:SELECT Word:GRÖSSE Word:_X Word:$Y")]
    [InlineData("a.b `c d` `e``f`", "Word:A Symbol:. Word:B QuotedName:c d QuotedName:e`f")]
    [InlineData("'a' '' 'it''s' N'n' _utf8'u' U&'x' x'0A'", "String:a String: String:it's String:n String:u UnicodeString:x Binary:0A")]
    [InlineData("1 1.5 .5 5. 1e3 1.5E-3 a.1", "Integer:1 Decimal:1.5 Decimal:.5 Decimal:5. Approximate:1e3 Approximate:1.5E-3 Word:A Symbol:. Integer:1")]
    [InlineData("a<>b!=c<=d>=e||f=>g", "Word:A Symbol:<> Word:B Symbol:<> Word:C Symbol:<= Word:D Symbol:>= Word:E Symbol:|| Word:F Symbol:=> Word:G")]
    [InlineData("ARRAY<ROW<a INT>>", "Word:ARRAY Symbol:< Word:ROW Symbol:< Word:A Word:INT Symbol:> Symbol:>")]
    [InlineData("a--b\nc//d\ne/*f*/g/**/h", "Word:A Word:C Word:E Word:G Word:H")]
    [InlineData("/*+ A */ * /", "HintStart:/*+ Word:A HintEnd:*/ Symbol:* Symbol:/")]
    [InlineData("a*/b", "Word:A Symbol:* Symbol:/ Word:B")]
    [InlineData("\uFEFFa\u00A0b", "Word:A Word:B")]
    [InlineData("", "")]
    public void Tokens(string text, string expected)
    {
        var tokens = Lexer.Read(text).Tokens;

        Assert.Equal(TokenKind.End, tokens[^1].Kind);
        Assert.Equal(expected.Replace("GRÖSSE", "Größe".ToUpperInvariant(), StringComparison.Ordinal), string.Join(' ', tokens.SkipLast(1).Select(t => $"{t.Kind}:{t.Text}")));
    }

    [Fact]
    public void Comments_are_known()
    {
        var (_, comments) = Lexer.Read("a -- b\n/* c */ '-- d' // e");

        Assert.Equal([(2, 4), (7, 7), (22, 4)], comments.Select(c => (c.Start, c.Length)));
    }
}
