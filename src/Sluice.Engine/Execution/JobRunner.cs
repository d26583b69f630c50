using System.Runtime.ExceptionServices;
using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Execution;

/// <summary>Runs a plan: prepares both ends, then lets each task read split after split into its writer.</summary>
public sealed class JobRunner(Plan plan, string dirtyRecordsPath, Report report, TimeProvider clock)
{
    /// <summary>How long a stopped or failed job waits for the replies of what it has sent.</summary>
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(5);

    private readonly long _started = clock.GetTimestamp();

    public Books Books { get; } = new();

    public Positions Positions { get; } = new();

    public Metrics Metrics { get; } = new();

    /// <summary>Known once the source is prepared.</summary>
    public SourcePlan? SourcePlan { get; private set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Runs to the end. Never throws: whatever went wrong is in the summary.</summary>
    /// <param name="stop">The user's wish to stop: what was sent is still acknowledged and counted.</param>
    public async Task<JobSummary> RunAsync(CancellationToken stop)
    {
        using var dirty = new DirtyRecords(dirtyRecordsPath, plan.Settings.DirtyLimit, Books);
        var error = await CatchAsync(() => RunTasksAsync(dirty, stop));
        var status = StatusOf(error, stop);
        var message = status switch
        {
            JobStatus.Stopped or JobStatus.Succeeded => null,
            JobStatus.DirtyLimit => $"{Books.Dirty} dirty record{(Books.Dirty == 1 ? "" : "s")}, allowed are {plan.Settings.DirtyLimit}; the first one too many: {error!.Message}",
            JobStatus.Failed when plan.Settings.DirtyLimit.IsExceededBy(Books.Dirty) => $"{MessageOf(error!)}; and {Books.Dirty} dirty records, allowed are {plan.Settings.DirtyLimit}",
            _ => MessageOf(error!),
        };
        if (status == JobStatus.Succeeded && plan.Settings.DirtyLimit.IsExceededAtEnd(Books.Dirty, Books.Read))
        {
            (status, message) = (JobStatus.DirtyLimit, $"{Books.Dirty} of {Books.Read} records were dirty, allowed are {plan.Settings.DirtyLimit}");
        }

        if (!Books.Balance || (status == JobStatus.Succeeded && Books.Unknown != 0))
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
            Metrics = CloseMetrics(),
        };
    }

    private async Task RunTasksAsync(DirtyRecords dirty, CancellationToken stop)
    {
        var source = await plan.Source.PrepareAsync(plan.Settings.Concurrent, stop);
        SourcePlan = source;
        plan.Sink.Bind(source.Schema);
        await plan.Sink.PrepareAsync(stop);
        dirty.CheckWritable();

        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var context = new TaskContext(Books, Positions, dirty, Metrics, report, clock);
        var pool = new RowBatchPool(source.Schema, SizeOfBatches());
        var throttles = Throttles();
        var assignment = new SplitQueue(source.Splits);
        var tasks = Enumerable.Range(0, Math.Min(plan.Settings.Concurrent, Math.Max(1, source.Splits.Count)))
            .Select(_ => Task.Run(() => RunTaskAsync(context, pool, assignment, throttles, failed), CancellationToken.None)).ToArray();
        try
        {
            await Task.WhenAll(tasks);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // One task failed and the others were stopped for it: the failure is what the user should read.
            ExceptionDispatchInfo.Throw(tasks.Select(t => t.Exception?.InnerException).First(e => e is not null and not OperationCanceledException)!);
        }
    }

    private async Task RunTaskAsync(TaskContext context, RowBatchPool pool, SplitQueue assignment, Throttles throttles, CancellationTokenSource failed)
    {
        var stop = failed.Token;
        try
        {
            await using var writer = plan.Sink.Open(context);
            try
            {
                while (await assignment.NextAsync(stop) is { } split)
                {
                    await CopyAsync(split, writer, pool, throttles, stop);
                }

                await writer.FlushAsync(stop);
            }
            catch (Exception e) when (e is not ProtocolException)
            {
                // The other tasks end too. What has been sent is still to be accounted for, within a bound.
                await failed.CancelAsync();
                using var drain = new CancellationTokenSource(s_drainTime, context.Clock);
                await CatchAsync(() => writer.FlushAsync(drain.Token).AsTask());
                throw;
            }
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private async Task CopyAsync(Split split, ISinkWriter writer, RowBatchPool pool, Throttles throttles, CancellationToken stop)
    {
        await using var reader = plan.Source.Open(split, after: null, pool);
        while (await reader.ReadAsync(stop) is { } batch)
        {
            batch.Split = split;
            await throttles.WaitAsync(batch, stop);
            await writer.WriteAsync(batch, stop);
        }

        Positions.Finish();
    }

    /// <summary>A batch passes a throttle as one: it must not be more than a second's worth (S-7).</summary>
    private BatchSize SizeOfBatches() => new(
        (int)Math.Clamp(plan.Settings.RowsPerSecond ?? long.MaxValue, 1, plan.Sink.BatchSize.Rows),
        (int)Math.Clamp(plan.Settings.BytesPerSecond ?? long.MaxValue, 1, plan.Sink.BatchSize.Bytes));

    private Throttles Throttles() => new(
        plan.Settings.BytesPerSecond is { } bytes ? new Throttle(bytes, clock) : null,
        plan.Settings.RowsPerSecond is { } rows ? new Throttle(rows, clock) : null);

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

    private static async Task<Exception?> CatchAsync(Func<Task> run)
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
        ConfigException or EndpointException or RefusedException or DirtyLimitException or ProtocolException => error.Message,
        _ => $"internal error, please report it: {error}",
    };
}

/// <summary>The caps of a job: bytes and rows, either of which may be absent.</summary>
internal sealed record Throttles(Throttle? Bytes, Throttle? Rows)
{
    public async ValueTask WaitAsync(RowBatch batch, CancellationToken stop)
    {
        if (Bytes is not null)
        {
            await Bytes.WaitAsync(batch.ValueBytes, stop);
        }

        if (Rows is not null)
        {
            await Rows.WaitAsync(batch.Count, stop);
        }
    }
}
