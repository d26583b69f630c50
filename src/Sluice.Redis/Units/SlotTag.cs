using System.Globalization;
using System.Text;
using Sluice.Redis.Clustering;

namespace Sluice.Redis.Units;

/// <summary>A hash tag for each slot of a cluster: a key with it between braces falls into that slot.</summary>
public static class SlotTag
{
    private static readonly Lazy<string[]> s_tags = new(Find);

    /// <summary>The same one each time, in every version: the smallest number whose digits fall into the slot.</summary>
    public static string Of(int slot) => s_tags.Value[slot];

    private static string[] Find()
    {
        var tags = new string[KeySlot.Count];
        var missing = KeySlot.Count;
        Span<byte> digits = stackalloc byte[10];
        for (var number = 0; missing > 0; number++)
        {
            number.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
            ref var tag = ref tags[KeySlot.Of(digits[..length])];
            if (tag is null)
            {
                tag = Encoding.ASCII.GetString(digits[..length]);
                missing--;
            }
        }

        return tags;
    }
}
