using System.Text;
using Sluice.Connectors.Redis.Lookups;

namespace Sluice.Tests.Redis.Lookups;

public sealed class ScanPartsTests
{
    [Theory]
    [InlineData("user:", "user:*")]
    [InlineData("a*b:", @"a\*b:*")]
    [InlineData("[x]?", @"\[x\]\?*")]
    [InlineData(@"c:\", @"c:\\*")]
    [InlineData("näme-^", "näme-^*")]
    public void A_pattern_matches_the_prefix_as_it_is(string prefix, string pattern) =>
        Assert.Equal(pattern, Encoding.UTF8.GetString(KeyPattern.Of(Encoding.UTF8.GetBytes(prefix))!));

    [Fact]
    public void Without_a_prefix_nothing_is_matched() => Assert.Null(KeyPattern.Of([]));

    [Fact]
    public void A_key_is_new_once()
    {
        var (seen, expected, random) = (new SeenKeys(), new HashSet<string>(), new Random(5));
        for (var i = 0; i < 20_000; i++)
        {
            // Of all lengths around the eight bytes that are taken at a time, and with zeros at their ends.
            var key = new string('\0', random.Next(3)) + random.Next(9_000) + new string('\0', random.Next(12));
            Assert.Equal(expected.Add(key), seen.Add(Encoding.UTF8.GetBytes(key)));
        }
    }

    [Theory]
    [InlineData(100, 100, 512)]
    [InlineData(100, 100 * 65_536, 32)]
    [InlineData(1, 1 << 30, 16)]
    public void A_page_is_as_many_keys_as_take_2_MiB_within_bounds(int keys, long bytes, int expected)
    {
        var size = new PageSize();
        size.Learn(keys, bytes);
        Assert.Equal(expected, size.Keys);
        size.Learn(0, 0);
        Assert.Equal(expected, size.Keys);
    }
}
