using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>Exactly-once: where partitions go on stands with the rows that were written of them, and comes before what the group has
/// committed and before the startup mode (S-27). Asking for it takes them from whoever had them. Its methods block.</summary>
/// <param name="claims">Null under at-least-once: then nothing is known.</param>
internal sealed class PartitionClaims(IPositionClaims? claims, CancellationToken stop)
{
    /// <summary>Whether a batch holds rows of one partition only.</summary>
    public bool KeepsApart => claims?.KeepsSplitsApart == true;

    /// <summary>The offset to begin at; null where nothing of the partition was written. The partition gets its cuts.</summary>
    public long? Claim(KafkaPartition partition)
    {
        if (claims is null)
        {
            return null;
        }

        var start = claims.ClaimAsync(partition, stop).GetAwaiter().GetResult();
        if (start.Cuts.Count > 0 && !KeepsApart)
        {
            throw new ConfigException($"exactly-once: some rows of '{partition.Id}' are written up to offset {start.Cuts[0]} and others are not, and batches that mix partitions cannot end there; start over with --restart");
        }

        partition.Cuts = new Queue<long>(start.Cuts.Select(c => c.Ordinal).Where(c => !(c <= start.After?.Ordinal)));
        return start.After?.Ordinal;
    }
}
