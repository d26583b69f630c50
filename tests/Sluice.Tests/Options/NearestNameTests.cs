using Sluice.Engine.Options;

namespace Sluice.Tests.Options;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("redsi", "redis")]
    [InlineData("mysqll", "mysql")]
    [InlineData("MYSQL", "mysql")]
    [InlineData("ysql", "mysql")]
    [InlineData("kafkb", "kafka")]
    [InlineData("", null)]
    [InlineData("oracle", null)]
    public void A_name_within_a_third_of_its_letters_is_meant(string given, string? expected) =>
        Assert.Equal(expected, NearestName.Of(given, ["mysql", "redis", "kafka"]));

    [Fact]
    public void Without_known_names_none_is_meant() => Assert.Null(NearestName.Of("x", []));
}
