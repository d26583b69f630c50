using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Redis.Clustering;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Connectors.Redis.Delivery;

/// <summary>Exactly-once in a cluster: each slot has a hash of its own with the positions of an instance's splits (S-27c).</summary>
/// <param name="instance"><see cref="JobInstance.Id"/>, which has no braces.</param>
/// <param name="hasPositions">False where writing twice is the same as writing once: then the splits' records are enough.</param>
/// <param name="patience">How long all slots together may take.</param>
internal sealed class SlotStore(ClusterTopology cluster, string instance, bool hasPositions, TimeSpan patience, TimeProvider clock)
{
    /// <summary>Behind it comes the slot's tag.</summary>
    private const string KeyPrefix = "sluice:slot:";

    private readonly SlotSweep _sweep = new(cluster, patience, clock);

    public bool HasPositions => hasPositions;

    /// <summary>A tag by which another key falls into the slot of this one.</summary>
    public static string TagOf(string key) => $"{{{SlotTag.Of(KeySlot.Of(Encoding.UTF8.GetBytes(key)))}}}";

    /// <summary>What is stored of a split.</summary>
    /// <exception cref="GuardException">A key holds something else.</exception>
    public async Task<SlotPositions> ReadAsync(Split split, CancellationToken stop)
    {
        var positions = PositionsOf(split.Id);
        foreach (var (slot, position) in await positions.ReadAsync(_sweep, Enumerable.Range(0, KeySlot.Count), stop))
        {
            positions.Know(slot, position);
        }

        return positions;
    }

    /// <exception cref="GuardException">A key holds something else: nothing was removed.</exception>
    public async Task ForgetAsync(CancellationToken stop)
    {
        if (hasPositions)
        {
            await PositionsOf("").ReadAsync(_sweep, Enumerable.Range(0, KeySlot.Count), stop);
            await EachAsync("DEL", null, stop);
        }
    }

    public Task ExpireAsync(string milliseconds, CancellationToken stop) => EachAsync("PEXPIRE", milliseconds, stop);

    private SlotPositions PositionsOf(string split) => new(KeyPrefix, $":{instance}", split);

    private async Task EachAsync(string command, string? argument, CancellationToken stop)
    {
        if (!hasPositions)
        {
            return;
        }

        var positions = PositionsOf("");
        await _sweep.RunAsync(Enumerable.Range(0, KeySlot.Count), (to, slot) =>
        {
            to.Begin(argument is null ? 2 : 3);
            to.Bulk(Encoding.ASCII.GetBytes(command));
            to.Bulk(Encoding.UTF8.GetBytes(positions.KeyOf(slot)));
            if (argument is not null)
            {
                to.Bulk(Encoding.ASCII.GetBytes(argument));
            }
        }, static (int _, in RespReply _) => { }, stop);
    }
}
