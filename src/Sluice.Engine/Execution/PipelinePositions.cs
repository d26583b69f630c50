using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;

namespace Sluice.Engine.Execution;

/// <summary>The kept positions of all branches of a pipeline: it begins where the one that is least far goes on.</summary>
internal sealed class PipelinePositions(JobContext job) : IPositionClaims
{
    private static readonly TimeSpan s_saveInterval = TimeSpan.FromSeconds(1);

    private readonly List<KeptPositions> _kept = [];

    /// <summary>Whether any branch keeps positions.</summary>
    public bool Any => _kept.Count > 0;

    /// <summary>For readers that claim positions themselves; null under at-least-once.</summary>
    public IPositionClaims? Claims => _kept.Exists(k => k.Store.IsExactlyOnce) ? this : null;

    public bool CanContinue => _kept.Exists(k => k.CanContinue);

    /// <summary>Looks for what an earlier run left. After the sinks are prepared.</summary>
    /// <returns>What is to be read in this run.</returns>
    /// <exception cref="ConfigException">It cannot be continued, or was asked for where nothing is kept.</exception>
    public async Task<SourcePlan> LoadAsync(Pipeline pipeline, SourcePlan plan, IReadOnlyList<Positions> positions, CancellationToken stop)
    {
        if (pipeline.Branches.Count > 1 && pipeline.Branches.FirstOrDefault(b => b.Sink.IsExactlyOnce) is { } shared)
        {
            throw new ConfigException($"exactly-once ({shared.Sink.Name}) is not supported yet where several INSERTs of a statement set read {pipeline.Source.Name} together; run them one by one, without the statement set");
        }

        if (pipeline.Branches.FirstOrDefault(b => b.Sink.IsExactlyOnce && b.Operators.Any(o => o.MayReorder)) is { } reordered)
        {
            throw new ConfigException($"exactly-once ({reordered.Sink.Name}) needs rows in the order of their positions, and a lookup join with 'async' may let them overtake one another; set it to false");
        }

        foreach (var (branch, confirmed) in pipeline.Branches.Zip(positions))
        {
            if (branch.Instance is { } instance && branch.Sink.Positions(instance) is { } store)
            {
                var kept = new KeptPositions(store, instance, confirmed, job.Report);
                _kept.Add(kept);
                await kept.LoadAsync(job.Continuation, job.Note, stop);
            }
            else if (branch.Sink.IsExactlyOnce)
            {
                throw new ConfigException($"exactly-once: the job needs a name under which {branch.Sink.Name} keeps its positions; give one with --job-id NAME, or in SQL with SET 'pipeline.name'");
            }
            else if (job.Continuation == Continuation.Resume)
            {
                throw new ConfigException($"--resume: {branch.Sink.Name} keeps no positions to continue from; run without it");
            }
            else if (job.Continuation == Continuation.Restart)
            {
                job.Note?.Invoke($"--restart: nothing to forget, {branch.Sink.Name} keeps no positions here.");
            }
        }

        if (_kept.Exists(k => k.Continued is not null))
        {
            job.Dirty.Appends = true;
        }

        if (_kept is [{ Continued: { } continued }])
        {
            plan = Continue(pipeline.Source, plan, continued);
        }

        foreach (var kept in _kept)
        {
            if (kept.Store.IsExactlyOnce && plan.Splits.FirstOrDefault(s => s.IsWhole) is { } whole)
            {
                throw new ConfigException(
                    $"exactly-once needs an order in which rows are read, and {pipeline.Source.Name} has none for '{whole.Id}' ({whole.Describe()}); {pipeline.Source.OrderAdvice}");
            }

            kept.Begin(pipeline.Source.ClaimsPositions ? [] : plan.Splits);
        }

        return plan;
    }

    public bool KeepsSplitsApart => _kept.Exists(k => k.Store.IsExactlyOnce && k.Store.KeepsSplitsApart);

    /// <summary>Where to begin in a split: with the branch that is least far.</summary>
    public async Task<SplitStart> ClaimAsync(Split split, CancellationToken stop)
    {
        var least = SplitStart.Of(null);
        for (var i = 0; i < _kept.Count; i++)
        {
            var start = await _kept[i].StartOfAsync(split, stop);
            least = i == 0 || start.After is null || start.After.Value.Ordinal < least.After?.Ordinal ? start : least;
        }

        return least;
    }

    /// <summary>Stores positions every second, until the token is cancelled.</summary>
    public async Task SaveAsync(CancellationToken ended)
    {
        if (!_kept.Exists(k => !k.Store.IsExactlyOnce))
        {
            return;
        }

        try
        {
            using var timer = new PeriodicTimer(s_saveInterval, job.Clock);
            while (await timer.WaitForNextTickAsync(ended))
            {
                await SaveOnceAsync(last: false, ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The job has ended; its last positions follow.
        }
    }

    /// <summary>After the job has ended in whatever way.</summary>
    public async Task SaveLastAsync(CancellationToken stop)
    {
        try
        {
            await SaveOnceAsync(last: true, stop);
        }
        catch (OperationCanceledException)
        {
            job.Report.Warn(null, "the last positions could not be stored in time, --resume continues from earlier ones");
        }
    }

    /// <summary>After all was read and confirmed.</summary>
    public async Task FinishAsync(CancellationToken stop)
    {
        foreach (var kept in _kept)
        {
            await kept.FinishAsync(stop);
        }
    }

    /// <summary>After all was read and confirmed, and may be gone all the same.</summary>
    public async Task DiscardAsync(CancellationToken stop)
    {
        foreach (var kept in _kept)
        {
            await kept.DiscardAsync(stop);
        }
    }

    /// <summary>After the run, or instead of it.</summary>
    public async ValueTask CloseAsync()
    {
        foreach (var kept in _kept)
        {
            await kept.Store.DisposeAsync();
        }
    }

    private SourcePlan Continue(ISource source, SourcePlan plan, StoredJob continued)
    {
        if (continued.FinishedAt is { } since)
        {
            job.Note?.Invoke($"finished since {since:yyyy-MM-dd HH:mm:ss}Z: nothing is written; --restart runs it anew.");
            return plan with { Splits = [], EstimatedRows = 0 };
        }

        var restored = source.Restore(plan, continued.Splits);
        var done = restored.Splits.Sum(s => continued.Positions.TryGetValue(s.Id, out var p) && (p.IsEnd || !s.IsWhole) ? p.Ordinal : 0);
        return restored with { EstimatedRows = restored.EstimatedRows is { } rows ? Math.Max(0, rows - done) : null };
    }

    private async Task SaveOnceAsync(bool last, CancellationToken stop)
    {
        foreach (var kept in _kept)
        {
            await kept.SaveAsync(last, stop);
        }
    }
}
