using Sluice.Connectors.Selects;

namespace Sluice.Tests.Selects;

/// <summary>S-10: names are quoted, expressions are not.</summary>
public sealed class ColumnItemsTests
{
    [Theory]
    [InlineData("id", "`id`")]
    [InlineData(" id ", "`id`")]
    [InlineData("ID", "`ID`")]
    [InlineData("größe", "`größe`")]
    [InlineData("_a$1", "`_a$1`")]
    [InlineData("two words", "`two words`")]
    [InlineData("a`b", "`a``b`")]
    [InlineData("1", "1")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("'x'", "'x'")]
    [InlineData("a+1", "a+1")]
    [InlineData("NULL", "NULL")]
    [InlineData("true", "true")]
    [InlineData("current_timestamp", "current_timestamp")]
    [InlineData("false", "`false`")]
    [InlineData("now()", "now()")]
    [InlineData("`id`", "`id`")]
    [InlineData("missing", "`missing`")]
    public void An_item_is_a_name_or_an_expression(string listed, string expected) =>
        Assert.Equal([expected], ColumnItems.Of([listed], ["id", "two words", "a`b", "false"], Quoting.Backticks));

    [Fact]
    public void A_star_becomes_the_columns_of_the_table_and_stays_where_they_are_not_known()
    {
        Assert.Equal(["1", "`a`", "`b`", "`a`"], ColumnItems.Of(["1", "*", "a"], ["a", "b"], Quoting.Backticks));
        Assert.Equal(["1", "*", "`a`"], ColumnItems.Of(["1", "*", "a"], null, Quoting.Backticks));
    }

    [Theory]
    [InlineData("t", "t")]
    [InlineData("db.t", "db|t")]
    [InlineData("`a.b`.t", "a.b|t")]
    [InlineData("`a``b`", "a`b")]
    public void A_table_is_cut_at_the_dots_outside_of_quotation_marks(string name, string parts) =>
        Assert.Equal(parts.Split('|'), Quoting.Backticks.Parts(name));

    [Fact]
    public void Conditions_are_put_in_parentheses()
    {
        Assert.Equal("SELECT a FROM t", SelectText.Of(["a"], "t", null, " "));
        Assert.Equal("SELECT a, b FROM t WHERE (x OR y) AND (k < 5)", SelectText.Of(["a", "b"], "t", "x OR y", "k < 5"));
    }
}
