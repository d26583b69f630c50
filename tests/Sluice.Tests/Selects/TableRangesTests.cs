using Sluice.Connectors.Selects;
using Sluice.Engine.Errors;

namespace Sluice.Tests.Selects;

public sealed class TableRangesTests
{
    private static readonly Place s_place = new("job.json", 3, 7, "table");

    [Theory]
    [InlineData("users", "users")]
    [InlineData("t_[0-3]", "t_0 t_1 t_2 t_3")]
    [InlineData("t_[8-11]", "t_8 t_9 t_10 t_11")]
    [InlineData("t_[08-11]x", "t_08x t_09x t_10x t_11x")]
    [InlineData("t_[000-001]", "t_000 t_001")]
    [InlineData("d[0-1].t[1-2]", "d0.t1 d0.t2 d1.t1 d1.t2")]
    [InlineData("t[a-b]", "t[a-b]")]
    public void A_range_stands_for_its_tables(string name, string expected) =>
        Assert.Equal(expected.Split(' '), TableRanges.Expand(name, s_place));

    [Theory]
    [InlineData("t_[3-1]")]
    [InlineData("t_[0-100000]")]
    [InlineData("t_[0-99999999999]")]
    [InlineData("a[0-9999]b[0-9999]")]
    public void A_range_that_runs_backwards_or_too_far_is_refused(string name)
    {
        var e = Assert.Throws<ConfigException>(() => TableRanges.Expand(name, s_place));
        Assert.StartsWith("job.json:3:7 (table): ", e.Message);
    }
}
