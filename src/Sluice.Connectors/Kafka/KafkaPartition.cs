using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Kafka;

/// <summary>A partition while one reader has it. Given away and taken again, it is another object: what was confirmed before
/// does not count for it.</summary>
internal sealed class KafkaPartition(string topic, int number, long end) : Split(NameOf(topic, number))
{
    private long _committed = -1;

    public string Topic { get; } = topic;

    public int Number { get; } = number;

    /// <summary>Messages from this offset on are not read; <see cref="long.MaxValue"/> without a bound.</summary>
    public long End { get; } = end;

    /// <summary>Where reading begins: an offset, or a word of <see cref="Native.LogicalOffset"/>. What is confirmed up to here was
    /// confirmed before it became ours.</summary>
    public long Start { get; set; } = Native.LogicalOffset.Beginning;

    /// <summary>The offset after the last message read; -1 before the first. Only the reading thread uses it.</summary>
    public long Next { get; set; } = -1;

    /// <summary>The offset after the last message that has been handed over with a position behind it.</summary>
    public long Given { get; private set; } = -1;

    /// <summary>Offsets at which a batch must end, in order (<see cref="SplitStart.Cuts"/>); those that are reached are gone.</summary>
    public Queue<long> Cuts { get; set; } = [];

    /// <summary>The next of them; <see cref="long.MaxValue"/> where none is left.</summary>
    public long NextCut => Cuts.TryPeek(out var cut) ? cut : long.MaxValue;

    /// <summary>Whether what is read of it waits for the next cut.</summary>
    public bool IsOpen => Next < NextCut && NextCut < long.MaxValue;

    /// <summary>Read to its end, or not ours any more.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether <see cref="Next"/> has moved since the last batch.</summary>
    public bool HasMoved { get; set; }

    /// <summary>Which one of the reader's takings of messages came before it was assigned.</summary>
    public long Since { get; init; }

    public string LagMetric { get; } = $"{Sluice.Engine.Diagnostics.Metrics.LagPrefix}{topic}-{number}";

    /// <summary>What the group has as committed, as far as we know; nothing before it is committed again.</summary>
    public long Committed
    {
        get => Interlocked.Read(ref _committed);
        set => Interlocked.Exchange(ref _committed, value);
    }

    /// <summary><see cref="Next"/> has been handed over as a position.</summary>
    public void HasGiven()
    {
        Given = Next;
        if (NextCut == Next)
        {
            Cuts.Dequeue();
        }
    }

    public static string NameOf(string topic, int number) => $"topic {topic}, partition {number}";

    /// <summary>Where a message came from, for messages to people.</summary>
    public string Describe(long offset) => $"{Id}, offset {offset}";
}
