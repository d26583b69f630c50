using Sluice.Redis.Clustering;

namespace Sluice.Tests.Redis.Clusters;

/// <summary>What a node says of itself in CLUSTER NODES.</summary>
public sealed class NodeClaimTests
{
    private static string Reply(string mine) =>
        $"07c37df 127.0.0.1:30004@31004 slave e7d1eec 0 1426238317239 4 connected\ne7d1eec 127.0.0.1:30001@31001,host1 myself,{mine}\n67ed2db 127.0.0.1:30002@31002 master - 0 1426238316232 2 connected 5461-10922\n";

    [Theory]
    [InlineData("master - 0 0 1 connected 0-5460 5462", 5462, false)]
    [InlineData("master - 0 0 1 connected", 0, false)]
    [InlineData("slave 67ed2db 0 0 1 connected", 0, false)]
    [InlineData("master - 0 0 1 connected 7 [7->-67ed2db]", 1, true)]
    [InlineData("master - 0 0 1 connected 1-2 [7-<-67ed2db]", 2, true)]
    public void Its_slots_are_counted_and_those_on_the_move_are_noticed(string mine, int slots, bool isMoving)
    {
        var claim = NodeClaim.Parse(Reply(mine))!;
        Assert.Equal((slots, isMoving), (claim.Slots, claim.IsMoving));
        Assert.Equal(claim, NodeClaim.Parse(Reply(mine).Replace("1426238317239", "1426238399999", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("master - 0 0 1 connected 0-5")]
    [InlineData("master - 0 0 2 connected 0-6")]
    [InlineData("slave 67ed2db 0 0 1 connected 0-6")]
    [InlineData("master - 0 0 1 connected 0-6 [6->-67ed2db]")]
    public void A_slot_a_role_or_an_epoch_makes_another_claim(string mine) =>
        Assert.NotEqual(NodeClaim.Parse(Reply("master - 0 0 1 connected 0-6")), NodeClaim.Parse(Reply(mine)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(7L)]
    [InlineData("e7d1eec 127.0.0.1:30001@31001 myself,master -")]
    [InlineData("67ed2db 127.0.0.1:30002@31002 master - 0 1426238316232 2 connected 5461-10922")]
    public void What_tells_nothing_of_the_node_is_none(object? reply) => Assert.Null(NodeClaim.Parse(reply));
}
