using System.Globalization;
using System.Text;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>Hashes of keys, whose seeds are of the process: what holds for any of them.</summary>
public sealed class KeyHashTests
{
    private const int Keys = 50_000;

    public static TheoryData<string> Shapes => ["{0}", "user:{0:00000}", "user:profile:{0:0000000}", "{0:0000000000000000}", "{0:00000} with much that is the same in all keys behind it"];

    /// <summary>Among 50,000 keys less than one pair is expected to share all 32 bits.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Keys_that_look_alike_have_other_hashes(string shape)
    {
        var hashes = Enumerable.Range(0, Keys).Select(i => KeyHash.Of(Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, shape, i)))).ToArray();
        Assert.InRange(Keys - hashes.Distinct().Count(), 0, 20);

        // Parts of a cache are chosen by the last bits, places in a table by the first: 50,000 keys in 16 places are 3,125 each, give or take 54.
        Assert.All(hashes.CountBy(h => h & 15), place => Assert.InRange(place.Value, 2600, 3650));
        Assert.All(hashes.CountBy(h => (uint)h >> 28), place => Assert.InRange(place.Value, 2600, 3650));
    }

    [Fact]
    public void A_key_has_the_same_hash_wherever_it_stands()
    {
        var random = new Random(1);
        for (var length = 0; length < 100; length++)
        {
            var key = new byte[length];
            random.NextBytes(key);
            byte[] elsewhere = [1, 2, 3, .. key, 4, 5];
            Assert.Equal(KeyHash.Of(key), KeyHash.Of(elsewhere.AsSpan(3, length)));
        }
    }

    [Fact]
    public void Each_byte_and_the_length_count()
    {
        for (var length = 1; length < 60; length++)
        {
            var key = new byte[length];
            var hash = KeyHash.Of(key);
            Assert.NotEqual(KeyHash.Of(key.AsSpan(1)), hash);
            for (var i = 0; i < length; i++)
            {
                key[i] = 1;
                Assert.NotEqual(hash, KeyHash.Of(key));
                key[i] = 0;
            }
        }
    }
}
