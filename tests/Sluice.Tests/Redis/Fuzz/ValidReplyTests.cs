namespace Sluice.Tests.Redis.Fuzz;

/// <summary>Replies of every kind, in whatever pieces they arrive.</summary>
public sealed class ValidReplyTests
{
    private static List<string> Expected(RespValue[] values) =>
        [.. values.Select(v => v.IsPush ? "push " + v.Describe() : v.Items.Length > 0 || v.Kind is "*" or "~" or "%" ? v.Describe()[1..] : v.Describe())];

    private static void AssertRead(RespValue[] values, List<string> expected, byte[] bytes, bool inParts, params ReadOnlySpan<int> cuts)
    {
        var feed = ReplyFeed.Read(bytes, inParts, cuts);
        var place = $"{RespValue.Literal(bytes)} {(inParts ? "in parts" : "whole")}, cut at {string.Join(',', cuts.ToArray())}";
        Assert.True(feed.Refused is null, $"{place}: {feed.Refused?.Message}");
        Assert.True(expected.SequenceEqual(feed.Replies), $"{place}: {string.Join('|', feed.Replies)}");
        Assert.Equal((0, values.Count(v => v.IsPush)), (feed.Left, feed.Pushes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cut_at_any_place_replies_are_the_same_in_the_same_order(bool inParts) =>
        Property.Holds(RespGenerator.Replies, 300, values =>
        {
            var (bytes, expected) = (RespGenerator.BytesOf(values), Expected(values));
            AssertRead(values, expected, bytes, inParts);
            for (var cut = 1; cut < bytes.Length; cut += 1 + (bytes.Length / 600))
            {
                AssertRead(values, expected, bytes, inParts, cut);
            }
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cut_into_any_number_of_pieces_replies_are_the_same_in_the_same_order(bool inParts) =>
        Property.Holds(RespGenerator.Replies, 300, values =>
        {
            var (bytes, expected) = (RespGenerator.BytesOf(values), Expected(values));
            var random = new Random(bytes.Length);
            if (bytes.Length < 1000)
            {
                AssertRead(values, expected, bytes, inParts, [.. Enumerable.Range(1, bytes.Length - 1)]);
            }

            for (var round = 0; round < 8; round++)
            {
                var mostly = random.Next(2, 40);
                AssertRead(values, expected, bytes, inParts, [.. Enumerable.Range(1, bytes.Length - 1).Where(_ => random.Next(mostly) == 0)]);
            }
        });
}
