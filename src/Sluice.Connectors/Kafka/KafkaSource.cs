using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>What one task reads: the partitions that its consumer has.</summary>
internal sealed class ConsumerSplit(string id, Share share) : Split(id)
{
    public Share Share { get; } = share;
}

/// <summary>Topics of a Kafka cluster. Each task has a consumer of its own.</summary>
internal sealed class KafkaSource(KafkaSourceSettings settings, Report report, TimeProvider clock) : ITableSource
{
    /// <summary>How long the last commit waits for a rebalance to end.</summary>
    private static readonly TimeSpan s_lastPatience = TimeSpan.FromSeconds(4);

    private readonly Lock _gate = new();
    private readonly List<KafkaMember> _members = [];
    private IReadOnlyList<PlannedPartition> _planned = [];
    private KafkaMember? _first;
    private int _consumers = 1;
    private bool _committing;
    private bool _warned;

    public string Name => $"kafka {settings.Properties.Brokers}, {settings.Scan.TopicText}";

    public Schema? Schema => settings.Schema;

    public bool IsBounded => settings.Scan.IsBounded;

    public bool ClaimsPositions => true;

    public bool HasChangelog => settings.HasChangelog;

    public IEnumerable<string> Explain()
    {
        var scan = settings.Scan;
        yield return $"{settings.Properties.Brokers}: {(scan.Pattern is null ? "topic " : "")}{scan.TopicText}, from {scan.Start.Mode}"
            + (scan.IsBounded ? $" to {scan.End.Mode}" : ", without end");
        yield return settings.JoinsGroup ? $"partitions are shared in the group '{settings.Properties.GroupId}'"
            : settings.Properties.GroupId is { } group ? $"all partitions; offsets are committed for the group '{group}'"
            : "all partitions; no offsets are committed";
    }

    /// <summary>The same source with another time to wait for a broker.</summary>
    internal KafkaSource WithPatience(TimeSpan patience) => new(settings with { Patience = patience }, report, clock);

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) =>
        BlockingThread.RunAsync("kafka planner", token => Prepare(parallelism, token), stop);

    public ISplitReader Open(Split split, ReaderContext context)
    {
        var share = ((ConsumerSplit)split).Share;
        return new KafkaReader(TakeMember(), settings, _planned, share, context, clock);
    }

    public async Task CommitAsync(IConfirmedPositions confirmed, bool last, CancellationToken stop)
    {
        try
        {
            if (settings.Properties.GroupId is not null && (!Interlocked.Exchange(ref _committing, true) || last))
            {
                // While no broker answers one attempt may take long; the next one commits more. The last one waits for it.
                await BlockingThread.RunAsync("kafka commit", token => Commit(confirmed, last ? s_lastPatience : TimeSpan.Zero, token), stop);
            }
        }
        catch (OperationCanceledException) when (last)
        {
            // The thread is still in the library, which so cannot be closed; it ends with the process.
            report.Warn(null, $"kafka {settings.Properties.Brokers}: no broker has taken the last offsets in time; a new start may read rows again");
        }
        finally
        {
            if (last && !stop.IsCancellationRequested)
            {
                await CloseAsync(stop);
            }
        }
    }

    private async Task CloseAsync(CancellationToken stop)
    {
        try
        {
            await BlockingThread.RunAsync("kafka close", _ => Close(), stop);
        }
        catch (OperationCanceledException)
        {
            // All is committed; the group notices by itself that this member is gone.
        }
    }

    private SourcePlan Prepare(int parallelism, CancellationToken stop)
    {
        var consumer = new KafkaConsumer(settings.ClientSettings(0, 1));
        var member = new KafkaMember(consumer);
        try
        {
            var catalog = new PartitionCatalog(consumer, settings.Scan, settings.Patience, stop) { Waiting = text => report.Warn(null, text) };
            var partitions = catalog.Partitions();
            _planned = new OffsetPlan(catalog, settings).Make(partitions, starts: !settings.JoinsGroup);
            _consumers = Math.Clamp(parallelism, 1, partitions.Count);
        }
        catch
        {
            member.Dispose();
            throw;
        }

        if (_consumers == 1)
        {
            _first = member;
        }
        else
        {
            // Several share the memory, so this one is set too high.
            member.Dispose();
        }

        return new SourcePlan(settings.Schema,
            [.. Enumerable.Range(0, _consumers).Select(i => new ConsumerSplit($"{settings.Scan.TopicText}, consumer {i + 1} of {_consumers}", new Share(i, _consumers)))]);
    }

    private KafkaMember TakeMember()
    {
        lock (_gate)
        {
            var member = _first ?? new KafkaMember(new KafkaConsumer(settings.ClientSettings(_members.Count, _consumers)));
            _first = null;
            _members.Add(member);
            return member;
        }
    }

    private KafkaMember[] Members()
    {
        lock (_gate)
        {
            return [.. _members];
        }
    }

    private bool Commit(IConfirmedPositions confirmed, TimeSpan patience, CancellationToken stop)
    {
        try
        {
            foreach (var member in Members())
            {
                Check(member, member.Commit(confirmed, patience, stop), patience > TimeSpan.Zero);
            }

            return true;
        }
        finally
        {
            Interlocked.Exchange(ref _committing, false);
        }
    }

    /// <exception cref="RefusedException">The group is not ours to use.</exception>
    private void Check(KafkaMember member, KafkaError error, bool last)
    {
        // In a rebalance the next attempt commits the same.
        if (error is KafkaError.None or KafkaError.NoOffset || (error == KafkaError.RebalanceInProgress && !last))
        {
            _warned = false;
            return;
        }

        var happened = new ClientEvent(error, KafkaClient.Describe(error));
        KafkaErrors.ThrowIfRefused(member.Consumer.Endpoint, happened);
        if (!_warned)
        {
            _warned = true;
            report.Warn(null, $"{member.Consumer.Endpoint}: the offsets could not be committed ({happened.Text}); until they are, a new start reads rows again");
        }
    }

    private bool Close()
    {
        foreach (var member in Members().Where(m => !m.IsRead))
        {
            if (settings.JoinsGroup)
            {
                member.Consumer.Close();
            }

            member.Dispose();
        }

        _first?.Dispose();
        _first = null;
        lock (_gate)
        {
            _members.Clear();
        }

        return true;
    }
}
