using Sluice.Connectors.MySql.Slicing;

namespace Sluice.Tests.MySql;

public sealed class SlicerTests
{
    [Fact]
    public void Integer_bounds_cut_the_whole_signed_and_unsigned_range_evenly()
    {
        Assert.Equal(["-4611686018427387904", "0", "4611686018427387904"], Slicer.IntegerBounds(long.MinValue, long.MaxValue, 4));
        Assert.Equal(["9223372036854775808"], Slicer.IntegerBounds(0, ulong.MaxValue, 2));
        Assert.Equal(["18446744073709551615"], Slicer.IntegerBounds(ulong.MaxValue - 1, ulong.MaxValue, 100));
    }

    [Fact]
    public void Equal_keys_are_not_cut()
    {
        Assert.Empty(Slicer.IntegerBounds(5, 5, 10));
        Assert.Equal(Slice.Whole, Assert.Single(Slice.Between([], withNull: true)));
    }

    [Fact]
    public void Slices_are_open_at_both_ends_and_null_has_its_own() => Assert.Equal(
        [("#1", "k < 3"), ("#2", "k >= 3 AND k < 7"), ("#3", "k >= 7"), ("#null", "k IS NULL")],
        Slice.Between(["3", "7"], withNull: true).Select(s => (s.Suffix, s.Condition("k")!)));
}
