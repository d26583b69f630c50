using Sluice.Engine.Diagnostics;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Engine.Execution;

/// <summary>Runs the plans of a script to their end. They start in order; a bounded one ends before the next starts, one without
/// end does not hold back those after it (S-20a). The first failure stops all.</summary>
public sealed class JobRunner(IReadOnlyList<Plan> plans, string dirtyRecordsPath, Report report, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private readonly List<PipelineRunner> _pipelines = [];

    public JobRunner(Plan plan, string dirtyRecordsPath, Report report, TimeProvider clock)
        : this([plan], dirtyRecordsPath, report, clock)
    {
    }

    /// <summary>The sums over all pipelines. What is read by several INSERTs together is read once, so only each pipeline balances.</summary>
    public Books Books { get; } = new();

    public Metrics Metrics { get; } = new();

    /// <summary>Called before a plan is prepared.</summary>
    public Action<Plan>? Starting { get; init; }

    /// <summary>Called after a plan has run to its end.</summary>
    public Action<Plan>? Ended { get; init; }

    /// <summary>What to do about positions of an earlier run.</summary>
    public Continuation Continuation { get; init; }

    /// <summary>Takes lines for the user that are no warnings.</summary>
    public Action<string>? Note { get; init; }

    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Rows that the whole job will read, or null where nobody can tell cheaply.</summary>
    public long? EstimatedRows => Pipelines() is { Count: > 0 } running && running.Count == plans.Sum(p => p.Pipelines.Count) ? running.Sum(p => p.SourcePlan?.EstimatedRows) : null;

    /// <summary>The splits of what runs, and how many of them are read to their end.</summary>
    public (int Splits, int Finished) Splits => (Pipelines().Sum(p => p.SourcePlan?.Splits.Count ?? 0), Pipelines().Sum(p => p.Positions.Min(q => q.FinishedSplits)));

    /// <summary>The first sink's confirmed positions of the first source.</summary>
    public Positions? Positions => Pipelines() is [var first, ..] ? first.Positions[0] : null;

    private DirtyLimit DirtyLimit => plans[0].Settings.DirtyLimit;

    /// <summary>Runs to the end. Never throws: whatever went wrong is in the summary.</summary>
    /// <param name="stop">The user's wish to stop: what was sent is still acknowledged and counted.</param>
    public async Task<JobSummary> RunAsync(CancellationToken stop)
    {
        using var dirty = new DirtyRecordsFile(dirtyRecordsPath);
        var error = await CatchAsync(() => RunPlansAsync(dirty, stop));
        var status = StatusOf(error, stop);
        var message = status switch
        {
            JobStatus.Stopped or JobStatus.Succeeded => null,
            JobStatus.DirtyLimit => $"{Books.Dirty} dirty record{(Books.Dirty == 1 ? "" : "s")}, allowed are {DirtyLimit}; the first one too many: {error!.Message}",
            JobStatus.Failed when DirtyLimit.IsExceededBy(Books.Dirty) => $"{MessageOf(error!)}; and {Books.Dirty} dirty records, allowed are {DirtyLimit}",
            _ => MessageOf(error!),
        };
        if (status == JobStatus.Succeeded && DirtyLimit.IsExceededAtEnd(Books.Dirty, Books.Read))
        {
            (status, message) = (JobStatus.DirtyLimit, $"{Books.Dirty} of {Books.Read} records were dirty, allowed are {DirtyLimit}");
        }

        if (!Pipelines().All(p => p.Balance) || (status == JobStatus.Succeeded && Books.Unknown != 0))
        {
            (status, message) = (JobStatus.Failed, "internal error: the books do not balance. Please report it. " + message);
        }

        return new JobSummary(status, message)
        {
            RowsRead = Books.Read,
            RowsWritten = Books.Written,
            RowsSkipped = Books.Skipped,
            RowsDirty = Books.Dirty,
            RowsUnknown = Books.Unknown,
            BytesIn = Books.BytesIn,
            BytesOut = Books.BytesOut,
            Elapsed = Elapsed,
            Retries = Books.Retries,
            DirtyRecordsFile = dirty.File,
            CanContinue = status != JobStatus.Succeeded && error is not EndpointException { IsTakenOver: true } && Pipelines().Any(p => p.CanContinue),
            AlwaysContinues = plans.All(plan => plan.Pipelines.All(p => p.Branches.All(b => b.Sink.IsExactlyOnce))),
            Metrics = CloseMetrics(),
        };
    }

    private async Task RunPlansAsync(DirtyRecordsFile dirty, CancellationToken stop)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = new List<Task>();
        try
        {
            foreach (var plan in plans)
            {
                var run = RunPlanAsync(plan, dirty, failed, stop);
                running.Add(run);
                if (plan.IsBounded)
                {
                    await run;
                }
                else if (failed.IsCancellationRequested)
                {
                    break;
                }
            }

            await PipelineRunner.WhenAllAsync(running, stop);
        }
        catch
        {
            await failed.CancelAsync();

            // The one that was waited for may only have been stopped for the failure of another.
            await PipelineRunner.WhenAllAsync(running, stop);
            throw;
        }
    }

    private async Task RunPlanAsync(Plan plan, DirtyRecordsFile dirty, CancellationTokenSource failed, CancellationToken stop)
    {
        try
        {
            Starting?.Invoke(plan);
            var context = new JobContext(plan.Settings, Books, dirty, Metrics, report, clock, Continuation, Note);
            PipelineRunner[] pipelines = [.. plan.Pipelines.Select(p => new PipelineRunner(p, context))];
            lock (_pipelines)
            {
                _pipelines.AddRange(pipelines);
            }

            try
            {
                await RunAsync(plan, pipelines, dirty, failed, stop);
            }
            finally
            {
                foreach (var pipeline in pipelines)
                {
                    await pipeline.CloseAsync();
                }
            }

            Ended?.Invoke(plan);
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private static async Task RunAsync(Plan plan, PipelineRunner[] pipelines, DirtyRecordsFile dirty, CancellationTokenSource failed, CancellationToken stop)
    {
        foreach (var pipeline in pipelines)
        {
            await pipeline.PrepareAsync(failed.Token);
        }

        if (plan.Settings.DirtyLimit.Records != 0)
        {
            // Where none is allowed, the first one ends the job anyway.
            dirty.CheckWritable();
        }

        await PipelineRunner.WhenAllAsync([.. pipelines.Select(p => p.RunAsync(failed, stop))], stop);
    }

    private List<PipelineRunner> Pipelines()
    {
        lock (_pipelines)
        {
            return [.. _pipelines];
        }
    }

    private IReadOnlyDictionary<string, double> CloseMetrics()
    {
        var seconds = Math.Max(Elapsed.TotalSeconds, 1e-9);
        Metrics.Set("numRecordsIn", Books.Read);
        Metrics.Set("numBytesIn", Books.BytesIn);
        Metrics.Set("numRecordsOut", Books.Written);
        Metrics.Set("numBytesOut", Books.BytesOut);
        Metrics.Set("numRecordsOutPerSecond", Math.Round(Books.Written / seconds, 1));
        Metrics.Set("numBytesOutPerSecond", Math.Round(Books.BytesOut / seconds, 1));
        Metrics.Set("dirtyRecords", Books.Dirty);
        Metrics.Set("retries", Books.Retries);
        Metrics.Set("reconnects", Books.Reconnects);
        return Metrics.Snapshot();
    }

    internal static async Task<Exception?> CatchAsync(Func<Task> run)
    {
        try
        {
            await run();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private JobStatus StatusOf(Exception? error, CancellationToken stop) => error switch
    {
        null => JobStatus.Succeeded,
        DirtyLimitException => JobStatus.DirtyLimit,
        ConfigException or RefusedException => Books.Written == 0 ? JobStatus.Refused : JobStatus.Failed,
        OperationCanceledException when stop.IsCancellationRequested => JobStatus.Stopped,
        _ => JobStatus.Failed,
    };

    private static string MessageOf(Exception error) => error switch
    {
        ConfigException or EndpointException or RefusedException or DirtyLimitException or DataException or ProtocolException => error.Message,
        _ => $"internal error, please report it: {error}",
    };
}
