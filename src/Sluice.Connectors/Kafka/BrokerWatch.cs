using System.Diagnostics;
using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>Listens to what the client reports while it reads: ends the job for what cannot change, and says so every ten
/// seconds while no broker answers.</summary>
internal sealed class BrokerWatch(KafkaMember member, ReaderContext context, string firstTopic, bool hasGroup)
{
    private const int AskMs = 1000;

    private static readonly TimeSpan s_firstLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private long _lostSince;
    private long _looked;
    private bool _said;
    private string _reason = "";

    /// <summary>Called often by the thread that reads.</summary>
    public void Look()
    {
        while (member.Consumer.TryTakeEvent(out var happened))
        {
            Take(happened);
        }

        if (_lostSince != 0 && Stopwatch.GetElapsedTime(_looked) >= (_said ? s_interval : s_firstLook))
        {
            Ask();
        }
    }

    /// <summary>An error that a partition reported in place of a message.</summary>
    public void TakeError(KafkaPartition? partition, KafkaError error, string text)
    {
        var where = partition?.Id ?? "a partition";
        switch (error)
        {
            case KafkaError.AutoOffsetReset or KafkaError.OffsetOutOfRange:
                throw new EndpointException(member.Consumer.Endpoint, $"{where}: the messages to go on with are not there any more ({text}); "
                    + "rows may be lost. Choose where to begin with 'scan.startup.mode', or set 'properties.auto.offset.reset'");
            case KafkaError.UnknownTopicOrPartition or KafkaError.UnknownTopic or KafkaError.UnknownPartition:
                throw new EndpointException(member.Consumer.Endpoint, $"{where} is gone: {text}");
            case KafkaError.BadMessage or KafkaError.BadCompression or KafkaError.InvalidMessage or KafkaError.MessageSizeTooLarge or KafkaError.UnsupportedFeature:
                // The library would either ask for the same for ever or go on behind it.
                throw new DataException($"{(partition is { Next: >= 0 } ? partition.Describe(partition.Next) : where)}: what the brokers hold there cannot be read: {text}");
            default:
                Take(new ClientEvent(error, $"{where}: {text}"));
                break;
        }
    }

    private void Take(ClientEvent happened)
    {
        switch (happened.Error)
        {
            case KafkaError.AllBrokersDown:
                _lostSince = _lostSince == 0 ? Stopwatch.GetTimestamp() : _lostSince;
                _looked = _looked == 0 ? _lostSince : _looked;
                break;
            case KafkaError.Transport or KafkaError.Resolve or KafkaError.TimedOut:
                _reason = happened.Text;
                break;
            case KafkaError.GroupAuthorizationFailed when !hasGroup:
                // The library looks for a group even where none is used.
                break;
            case KafkaError.MaxPollExceeded:
                context.Report.Warn(null, $"{member.Consumer.Endpoint}: {happened.Text}");
                break;
            default:
                KafkaErrors.ThrowIfRefused(member.Consumer.Endpoint, happened);
                break;
        }
    }

    private void Ask()
    {
        var error = member.Consumer.Metadata(firstTopic, AskMs, out _);
        _looked = Stopwatch.GetTimestamp();
        var lost = Stopwatch.GetElapsedTime(_lostSince).TotalSeconds;
        if (error != KafkaError.None)
        {
            context.Report.Warn(null, $"{member.Consumer.Endpoint}: no broker answers for {lost:0} s now, waiting"
                + (_reason.Length > 0 ? $": {_reason}" : ""));
            _said = true;
            return;
        }

        if (_said)
        {
            context.Report.Warn(null, $"{member.Consumer.Endpoint}: a broker answers again after {lost:0} s");
            context.Books.AddReconnect();
        }

        (_lostSince, _looked, _said, _reason) = (0, 0, false, "");
    }
}
