using System.Diagnostics;
using System.Text.RegularExpressions;
using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>Asks the brokers which partitions there are and where they begin and end. Its methods block.</summary>
internal sealed class PartitionCatalog(KafkaConsumer consumer, ScanSettings scan, TimeSpan patience, CancellationToken stop)
{
    private const int SliceMs = 1000;
    private const int AskMs = 10_000;

    private readonly long _started = Stopwatch.GetTimestamp();
    private string _reason = "";
    private TimeSpan _tellAt = TimeSpan.FromSeconds(2);

    /// <summary>Told now and then what is waited for.</summary>
    public Action<string>? Waiting { get; init; }

    /// <summary>All partitions of the table's topics, in order. Waits for a broker as long as patience allows.</summary>
    /// <exception cref="EndpointException">No broker answers.</exception>
    /// <exception cref="ConfigException">A topic does not exist.</exception>
    /// <exception cref="RefusedException">The brokers do not let us in.</exception>
    public IReadOnlyList<(string Topic, int Partition)> Partitions()
    {
        var names = scan.Pattern is null ? scan.Topics : Matching();
        return [.. names.SelectMany(name => PartitionsOf(name).Select(p => (name, p)))];
    }

    /// <summary>Topics whose whole name matches the pattern; those that Kafka keeps for itself never do.</summary>
    public IReadOnlyList<string> Matching()
    {
        var pattern = new Regex($"^(?:{scan.Pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        var found = Ask(null).Where(t => t.Error == KafkaError.None && !t.Name.StartsWith("__", StringComparison.Ordinal) && pattern.IsMatch(t.Name))
            .Select(t => t.Name).Order(StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw new ConfigException(scan.TopicPlace, $"{consumer.Endpoint} has no topic whose name matches '{scan.Pattern}'");
    }

    /// <summary>The first offset, and the one after the last.</summary>
    public (long Low, long High) Watermarks(string topic, int partition)
    {
        var (low, high) = (0L, 0L);
        Repeat(() => consumer.Watermarks(topic, partition, AskMs, out low, out high), $"the offsets of {KafkaPartition.NameOf(topic, partition)}");
        return (low, high);
    }

    /// <summary>The first offsets that are not older; <see cref="LogicalOffset.End"/> where all messages are.</summary>
    public IReadOnlyList<PartitionOffset> OffsetsForTime(IEnumerable<(string Topic, int Partition)> partitions, long millis)
    {
        PartitionOffset[] asked = [.. partitions.Select(p => new PartitionOffset(p.Topic, p.Partition, millis))];
        IReadOnlyList<PartitionOffset> found = [];
        Repeat(() => consumer.OffsetsForTimes(asked, AskMs, out found), "the offsets of a time");
        return found;
    }

    /// <summary>The group's offsets; <see cref="LogicalOffset.Invalid"/> where it has none.</summary>
    public IReadOnlyList<PartitionOffset> Committed(IEnumerable<(string Topic, int Partition)> partitions)
    {
        PartitionOffset[] asked = [.. partitions.Select(p => new PartitionOffset(p.Topic, p.Partition, LogicalOffset.Invalid))];
        IReadOnlyList<PartitionOffset> found = [];
        Repeat(() => consumer.Committed(asked, AskMs, out found), "the group's committed offsets");
        return found;
    }

    private IReadOnlyList<int> PartitionsOf(string topic)
    {
        while (true)
        {
            var found = Ask(topic)[0];
            switch (found.Error)
            {
                case KafkaError.None when found.Partitions.Count > 0:
                    return found.Partitions;
                case KafkaError.UnknownTopicOrPartition or KafkaError.UnknownTopic or KafkaError.TopicException:
                    throw new ConfigException(scan.TopicPlace, $"{consumer.Endpoint} has no topic '{topic}'");
                case KafkaError.TopicAuthorizationFailed:
                    throw new RefusedException(consumer.Endpoint, $"this user may not read the topic '{topic}': {KafkaClient.Describe(found.Error)}");
            }

            // A topic that has just been made has no leader yet.
            Pause($"the topic '{topic}' has no leader: {KafkaClient.Describe(found.Error)}");
        }
    }

    private IReadOnlyList<TopicMetadata> Ask(string? topic)
    {
        IReadOnlyList<TopicMetadata> found = [];
        Repeat(() => consumer.Metadata(topic, SliceMs, out found), "the topics");
        return found;
    }

    private void Repeat(Func<KafkaError> ask, string what)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var error = ask();
            if (error == KafkaError.None)
            {
                return;
            }

            consumer.ServeEvents();
            while (consumer.TryTakeEvent(out var happened))
            {
                KafkaErrors.ThrowIfRefused(consumer.Endpoint, happened);
                _reason = happened.Error == KafkaError.AllBrokersDown ? _reason : happened.Text;
            }

            KafkaErrors.ThrowIfRefused(consumer.Endpoint, new ClientEvent(error, what));
            Pause($"no broker tells {what}: {(_reason.Length > 0 ? _reason : KafkaClient.Describe(error))}");
        }
    }

    /// <exception cref="EndpointException">Patience is at its end.</exception>
    private void Pause(string reason)
    {
        var waited = Stopwatch.GetElapsedTime(_started);
        if (waited >= patience)
        {
            throw new EndpointException(consumer.Endpoint, $"{reason} (waited {patience.TotalSeconds:0} s)");
        }

        if (waited >= _tellAt)
        {
            _tellAt = waited + TimeSpan.FromSeconds(10);
            Waiting?.Invoke($"{consumer.Endpoint}: {reason}; waiting for {waited.TotalSeconds:0} s now, for up to {patience.TotalSeconds:0} s");
        }

        stop.WaitHandle.WaitOne(200);
    }
}
