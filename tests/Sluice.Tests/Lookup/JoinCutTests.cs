using Sluice.Engine.Connectors;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>Open batches, whose rows the position of a later one covers, on their way through a join (S-27c).</summary>
public sealed class JoinCutTests
{
    private static readonly Split s_other = new("o");

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_closes_an_open_batch_does_not_overtake_it()
    {
        var lab = await LabAsync();
        await GiveAsync(lab, isOpen: true, "a", "b");
        await GiveAsync(lab, isOpen: true);
        await GiveAsync(lab, isOpen: false);
        Assert.Empty(lab.Ends);

        lab.Lookup.Release(0);
        await lab.FlushJoinAsync();
        Assert.Equal(["2 of s: s@2 open", "0 of s: s@2 open", "0 of s: s@2"], lab.Ends);
        Assert.Equal(2, lab.Task.Positions.Of(JoinLab.Split)!.Value.Ordinal);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task Rows_without_match_that_close_a_batch_still_close_it()
    {
        var lab = await LabAsync();
        await GiveAsync(lab, isOpen: true, "a");
        await GiveAsync(lab, isOpen: false, "x", "x");
        lab.Lookup.Release(1);
        lab.Lookup.Release(0);
        await lab.FlushJoinAsync();
        Assert.Equal(["1 of s: s@1 open", "0 of s: s@3"], lab.Ends);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task Time_passes_an_open_batch_and_positions_of_another_split_do_not()
    {
        var lab = await LabAsync();
        await GiveAsync(lab, isOpen: true, "a");
        var time = lab.Batch();
        (time.Split, time.End) = (Split.None, default);
        await lab.GiveAsync(time, Test);
        Assert.Equal(["0 of :"], lab.Ends);

        await GiveOtherAsync(lab, 7);
        Assert.Single(lab.Ends);
        lab.Lookup.Release(0);
        await lab.FlushJoinAsync();
        Assert.Equal(["1 of s: s@1 open", "0 of : o@7"], lab.Ends.Skip(1));
        Assert.Null(lab.Task.Positions.Of(JoinLab.Split));
        Assert.Equal(7, lab.Task.Positions.Of(s_other)!.Value.Ordinal);
        await lab.CloseAsync();
    }

    [Fact]
    public async Task A_batch_that_takes_positions_along_still_says_whose_rows_it_has()
    {
        var lab = await LabAsync();
        await GiveAsync(lab, isOpen: false, "a");
        await GiveOtherAsync(lab, 7);
        await GiveOtherAsync(lab, 9);
        Assert.Equal(["0 of :", "0 of :"], lab.Ends);

        lab.Lookup.Release(0);
        await lab.FlushJoinAsync();
        Assert.Equal("1 of s: s@1 o@9", lab.Ends[^1]);
        Assert.Equal(9, lab.Task.Positions.Of(s_other)!.Value.Ordinal);
        await lab.CloseAsync();
    }

    private static async Task<JoinLab> LabAsync() =>
        await new JoinLab(new FakeLookup(new LookupSettings()) { ["a"] = "A", ["b"] = "B", HoldsReads = true }).OpenAsync();

    private static ValueTask GiveAsync(JoinLab lab, bool isOpen, params string[] keys)
    {
        var batch = lab.Batch(keys);
        batch.IsOpen = isOpen;
        return lab.GiveAsync(batch, Test);
    }

    /// <summary>An empty batch with the position of a split that has moved without rows.</summary>
    private static ValueTask GiveOtherAsync(JoinLab lab, long position)
    {
        var batch = lab.Batch();
        (batch.Split, batch.End) = (Split.None, default);
        batch.Ends.Add(new SplitPosition(s_other, new Position(position)));
        return lab.GiveAsync(batch, Test);
    }
}
