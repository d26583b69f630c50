using Sluice.Redis.Clustering;

namespace Sluice.Tests.Redis.Clusters;

public sealed class SlotMapTests
{
    private static readonly NodeAddress s_asked = new("seed", 7000);

    private static readonly object?[] s_reply =
    [
        new object?[] { 0L, 5460L, new object?[] { "10.0.0.1", 7000L, "id1" }, new object?[] { "10.0.0.4", 7003L, "id4" } },
        new object?[] { 5461L, 10922L, new object?[] { "10.0.0.2", 7001L, "id2", Array.Empty<object?>() } },
        new object?[] { 10924L, 16383L, new object?[] { "10.0.0.1", 7000L, "id1" } },
    ];

    private static NodeAddress? OwnerOf(SlotMap map, int slot) => map.OwnerOf(slot) is var owner and >= 0 ? map.Primaries[owner] : null;

    [Fact]
    public void Ranges_belong_to_their_primaries_and_gaps_to_nobody()
    {
        var map = SlotMap.Parse(s_reply, s_asked)!;
        Assert.Equal(new NodeAddress("10.0.0.1", 7000), OwnerOf(map, 0));
        Assert.Equal(new NodeAddress("10.0.0.1", 7000), OwnerOf(map, 5460));
        Assert.Equal(new NodeAddress("10.0.0.2", 7001), OwnerOf(map, 5461));
        Assert.Equal(new NodeAddress("10.0.0.2", 7001), OwnerOf(map, 10922));
        Assert.Null(OwnerOf(map, 10923));
        Assert.Equal(new NodeAddress("10.0.0.1", 7000), OwnerOf(map, 16383));
        Assert.Equal(2, map.Primaries.Count);
        Assert.Equal(3, map.Nodes.Count);
        Assert.Contains(new NodeAddress("10.0.0.4", 7003), map.Nodes);
    }

    [Fact]
    public void A_host_that_is_not_told_is_the_one_that_was_asked_or_the_ip_beside_it()
    {
        object?[] metadata = ["ip", "10.0.0.9"];
        object?[] reply =
        [
            new object?[] { 0L, 0L, new object?[] { "", 7000L, "a" } },
            new object?[] { 1L, 1L, new object?[] { null, 7001L, "b", Array.Empty<object?>() } },
            new object?[] { 2L, 2L, new object?[] { "?", 7002L, "c", metadata } },
            new object?[] { 3L, 3L, new object?[] { "::1", 7003L, "d" } },
        ];
        var map = SlotMap.Parse(reply, s_asked)!;
        Assert.Equal(["seed:7000", "seed:7001", "10.0.0.9:7002", "[::1]:7003"], Enumerable.Range(0, 4).Select(slot => OwnerOf(map, slot).ToString()));
    }

    [Fact]
    public void One_slot_moves_and_the_others_stay()
    {
        var map = SlotMap.Parse(s_reply, s_asked)!;
        var moved = map.With(7, new NodeAddress("10.0.0.2", 7001));
        Assert.Equal(new NodeAddress("10.0.0.2", 7001), OwnerOf(moved, 7));
        Assert.Equal(new NodeAddress("10.0.0.1", 7000), OwnerOf(moved, 8));
        Assert.Equal(new NodeAddress("10.0.0.1", 7000), OwnerOf(map, 7));
        Assert.False(map.IsSameAs(moved));
        Assert.True(map.IsSameAs(moved.With(7, new NodeAddress("10.0.0.1", 7000))));
        Assert.Same(map, map.With(7, new NodeAddress("10.0.0.1", 7000)));

        var grown = map.With(10923, new NodeAddress("10.0.0.7", 7006));
        Assert.Equal(new NodeAddress("10.0.0.7", 7006), OwnerOf(grown, 10923));
        Assert.Equal(3, grown.Primaries.Count);
    }

    [Fact]
    public void Two_replies_that_say_the_same_are_the_same_map()
    {
        var map = SlotMap.Parse(s_reply, s_asked)!;
        Assert.True(map.IsSameAs(SlotMap.Parse(s_reply.Reverse().ToArray(), s_asked)!));
    }

    [Fact]
    public void What_is_no_slot_map_is_none()
    {
        Assert.Null(SlotMap.Parse(null, s_asked));
        Assert.Null(SlotMap.Parse("OK", s_asked));
        Assert.Null(SlotMap.Parse(Array.Empty<object?>(), s_asked));
        Assert.Null(SlotMap.Parse(new object?[] { "x" }, s_asked));
        Assert.Null(SlotMap.Parse(new object?[] { new object?[] { 0L, 16384L, new object?[] { "h", 1L } } }, s_asked));
        Assert.Null(SlotMap.Parse(new object?[] { new object?[] { 5L, 4L, new object?[] { "h", 1L } } }, s_asked));
        Assert.Null(SlotMap.Parse(new object?[] { new object?[] { 0L, 1L, new object?[] { "h", 70_000L } } }, s_asked));
    }

    [Theory]
    [InlineData("MOVED 3999 127.0.0.1:6381", false, 3999, "127.0.0.1:6381")]
    [InlineData("ASK 0 127.0.0.1:6381", true, 0, "127.0.0.1:6381")]
    [InlineData("MOVED 16383 :6381", false, 16383, "seed:6381")]
    [InlineData("MOVED 1 ?:6381", false, 1, "seed:6381")]
    [InlineData("MOVED 1 ::1:6381", false, 1, "[::1]:6381")]
    public void A_redirection_tells_slot_and_node(string text, bool isAsk, int slot, string target)
    {
        var redirection = Redirection.Parse(text, s_asked)!.Value;
        Assert.Equal((isAsk, slot, target), (redirection.IsAsk, redirection.Slot, redirection.Target.ToString()));
    }

    [Theory]
    [InlineData("MOVED")]
    [InlineData("MOVED 1")]
    [InlineData("MOVED x 127.0.0.1:6381")]
    [InlineData("MOVED 16384 127.0.0.1:6381")]
    [InlineData("MOVED 1 127.0.0.1")]
    [InlineData("MOVED 1 127.0.0.1:0")]
    [InlineData("ASK -1 127.0.0.1:1")]
    public void What_does_not_say_where_to_go_is_no_redirection(string text) => Assert.Null(Redirection.Parse(text, s_asked));
}
