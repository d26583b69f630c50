using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Kafka;

/// <summary>Exactly-once: where partitions go on stands with the rows that were written of them, and comes before what the group has
/// committed and before the startup mode (S-27). Asking for it takes them from whoever had them. Its methods block.</summary>
/// <param name="claims">Null under at-least-once: then nothing is known.</param>
internal sealed class PartitionClaims(IPositionClaims? claims, CancellationToken stop)
{
    /// <summary>The offset to begin at; null where nothing of the partition was written.</summary>
    public long? Claim(KafkaPartition partition) => claims?.ClaimAsync(partition, stop).GetAwaiter().GetResult().After?.Ordinal;
}
