using System.Runtime.ExceptionServices;
using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Execution;

/// <summary>What the pipelines of a job share.</summary>
/// <param name="Note">Takes lines for the user that are no warnings.</param>
internal sealed record JobContext(
    JobSettings Settings, Books Books, DirtyRecordsFile Dirty, Metrics Metrics, Report Report, TimeProvider Clock, Continuation Continuation, Action<string>? Note);

/// <summary>Runs one pipeline: prepares its ends, then lets each task read split after split into its writers.</summary>
internal sealed class PipelineRunner
{
    /// <summary>How long a stopped or failed job waits for the replies of what it has sent.</summary>
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(5);

    /// <summary>The same where its sink has not got on for that long already.</summary>
    private static readonly TimeSpan s_lastLook = TimeSpan.FromSeconds(1);

    /// <summary>How long sinks may take to find out whether what they were told is written still is.</summary>
    private static readonly TimeSpan s_confirmTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_commitInterval = TimeSpan.FromSeconds(5);

    private readonly Pipeline _pipeline;
    private readonly JobContext _job;
    private readonly Books _sourceBooks;
    private readonly TaskContext[] _branches;
    private readonly Positions[] _positions;
    private readonly IConfirmedPositions _confirmed;
    private readonly PipelinePositions _kept;
    private readonly bool _plain;
    private volatile bool _isStopped;

    public PipelineRunner(Pipeline pipeline, JobContext job)
    {
        (_pipeline, _job) = (pipeline, job);

        // Where nothing stands between source and sink, a row is read when it is sent: rows read ahead are nobody's (S-9).
        _plain = pipeline.Branches is [{ Operators.Count: 0 }];
        _sourceBooks = new Books(job.Books);
        _positions = [.. pipeline.Branches.Select(_ => new Positions())];
        _confirmed = _positions.Length == 1 ? _positions[0] : new SharedPositions(_positions);
        _branches = [.. _positions.Select(Context)];
        _kept = new PipelinePositions(job);
    }

    /// <summary>Known once the source is prepared.</summary>
    public SourcePlan? SourcePlan { get; private set; }

    public IReadOnlyList<Positions> Positions => _positions;

    /// <summary>Whether a later run finds positions to continue from.</summary>
    public bool CanContinue => _kept.CanContinue;

    /// <summary>Each INSERT balances at its sink, and what the source skipped it has read.</summary>
    public bool Balance => _branches.All(b => b.Books.Balance) && _sourceBooks.Balance;

    /// <summary>Connects both ends and checks what they say.</summary>
    public async Task PrepareAsync(CancellationToken stop)
    {
        if (_pipeline.Branches.Any(b => b.Sink.IsExactlyOnce))
        {
            _pipeline.Source.NeedPositions();
        }

        SourcePlan = await _pipeline.Source.PrepareAsync(_job.Settings.Concurrent, stop);
        foreach (var branch in _pipeline.Branches)
        {
            branch.Sink.Bind(branch.Operators.Count == 0 ? SourcePlan.Schema : branch.Operators[^1].Schema);
        }

        foreach (var (branch, context) in _pipeline.Branches.Zip(_branches))
        {
            foreach (var step in branch.Operators)
            {
                await step.PrepareAsync(context, stop);
            }
        }

        foreach (var sink in _pipeline.Branches.Select(b => b.Sink).Distinct())
        {
            await sink.PrepareAsync(stop);
        }

        SourcePlan = await _kept.LoadAsync(_pipeline, SourcePlan, _positions, stop);
    }

    /// <param name="failed">Cancelled as soon as any task fails.</param>
    /// <param name="stop">The user's wish.</param>
    public async Task RunAsync(CancellationTokenSource failed, CancellationToken stop)
    {
        var source = SourcePlan ?? throw new InvalidOperationException("not prepared");
        var pool = new RowBatchPool(source.Schema, SizeOfBatches());
        var throttles = Throttles.Of(_job.Settings, _job.Clock);
        var assignment = new SplitQueue(source.Splits);
        using var ended = new CancellationTokenSource();

        // A stop does not cut a batch in two: its first rows would be written and its position not confirmed. A failure may.
        using var writing = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _job.Clock);
        await using var afterStop = stop.UnsafeRegister(_ => StopWriting(writing), null);
        await using var afterFailure = failed.Token.UnsafeRegister(_ => CutUnlessStopped(writing, stop), null);
        var committing = CommitAsync(failed, ended.Token);
        var saving = _kept.SaveAsync(ended.Token);
        try
        {
            var tasks = Enumerable.Range(0, Math.Min(_job.Settings.Concurrent, Math.Max(1, source.Splits.Count)))
                .Select(_ => Task.Run(() => RunTaskAsync(pool, assignment, throttles, failed, writing.Token), CancellationToken.None)).ToArray();
            await WhenAllAsync(tasks, stop);
        }
        catch
        {
            await EndAsync(ended, committing, saving);
            using var last = new CancellationTokenSource(s_drainTime, _job.Clock);
            await _kept.SaveLastAsync(last.Token);
            throw;
        }

        await ConfirmAsync(ended, committing, saving);
        await EndAsync(ended, committing, saving);
        using var finishing = new CancellationTokenSource(s_drainTime, _job.Clock);
        await _kept.FinishAsync(finishing.Token);
    }

    /// <summary>Where what was acknowledged is gone, neither the source nor a later run is told that it was written.</summary>
    private async Task ConfirmAsync(CancellationTokenSource ended, Task committing, Task saving)
    {
        using var confirming = new CancellationTokenSource(s_confirmTime, _job.Clock);
        try
        {
            foreach (var sink in _pipeline.Branches.Select(b => b.Sink).Distinct())
            {
                await sink.ConfirmAsync(confirming.Token);
            }
        }
        catch
        {
            await ended.CancelAsync();
            await saving;
            await committing;
            using var last = new CancellationTokenSource(s_drainTime, _job.Clock);
            await _kept.DiscardAsync(last.Token);
            throw;
        }
    }

    private async Task EndAsync(CancellationTokenSource ended, Task committing, Task saving)
    {
        await ended.CancelAsync();
        await saving;
        await committing;
        using var drain = new CancellationTokenSource(s_drainTime, _job.Clock);
        await _pipeline.Source.CommitAsync(_confirmed, last: true, drain.Token);
    }

    /// <summary>After the run, or instead of it.</summary>
    public async ValueTask CloseAsync()
    {
        foreach (var step in _pipeline.Branches.SelectMany(b => b.Operators))
        {
            await step.CloseAsync();
        }

        await _kept.CloseAsync();
    }

    private void StopWriting(CancellationTokenSource writing)
    {
        _isStopped = true;
        writing.CancelAfter(s_drainTime);
    }

    private static void CutUnlessStopped(CancellationTokenSource writing, CancellationToken stop)
    {
        if (!stop.IsCancellationRequested)
        {
            writing.Cancel();
        }
    }

    /// <summary>Where one task failed and the others were stopped for it, the failure is what the user should read.</summary>
    internal static async Task WhenAllAsync(IReadOnlyList<Task> tasks, CancellationToken stop)
    {
        try
        {
            await Task.WhenAll(tasks);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            var failure = tasks.Select(t => t.Exception?.InnerException).FirstOrDefault(e => e is not null and not OperationCanceledException);
            if (failure is null)
            {
                throw;
            }

            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private TaskContext Context(Positions positions)
    {
        var books = new Books(_job.Books, countsRead: _plain);
        return new TaskContext(books, positions, new DirtyRecords(_job.Dirty, _job.Settings.DirtyLimit, books), _job.Metrics, _job.Report, _job.Clock);
    }

    private async Task CommitAsync(CancellationTokenSource failed, CancellationToken ended)
    {
        try
        {
            using var timer = new PeriodicTimer(s_commitInterval, _job.Clock);
            while (await timer.WaitForNextTickAsync(ended))
            {
                await _pipeline.Source.CommitAsync(_confirmed, last: false, ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The job has ended; its last commit follows.
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private async Task RunTaskAsync(RowBatchPool pool, SplitQueue assignment, Throttles throttles, CancellationTokenSource failed, CancellationToken writing)
    {
        var stop = failed.Token;
        try
        {
            await using var writer = OpenWriter();
            try
            {
                while (await assignment.NextAsync(stop) is { } split)
                {
                    await CopyAsync(split, writer, pool, throttles, stop, writing);
                }

                await writer.FlushAsync(stop);
            }
            catch (Exception e) when (e is not ProtocolException)
            {
                // The other tasks end too. What has been sent is still to be accounted for, within a bound.
                await failed.CancelAsync();
                using var drain = new CancellationTokenSource(_isStopped && writing.IsCancellationRequested ? s_lastLook : s_drainTime, _job.Clock);
                await JobRunner.CatchAsync(() => writer.FlushAsync(drain.Token).AsTask());
                throw;
            }
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private ISinkWriter OpenWriter()
    {
        var writers = new List<ISinkWriter>();
        foreach (var (branch, context) in _pipeline.Branches.Zip(_branches))
        {
            var writer = branch.Sink.Open(context);
            foreach (var step in branch.Operators.Reverse())
            {
                writer = step.Open(context, writer);
            }

            writers.Add(writer);
        }

        return writers is [var only] ? only : new Fork(writers);
    }

    private async Task CopyAsync(Split split, ISinkWriter writer, RowBatchPool pool, Throttles throttles, CancellationToken stop, CancellationToken writing)
    {
        var start = _kept.Any && !_pipeline.Source.ClaimsPositions ? await _kept.ClaimAsync(split, stop) : SplitStart.Of(null);
        if (start.After is { IsEnd: true })
        {
            FinishSplit();
            return;
        }

        var course = new SplitCourse(split, start, _pipeline.Source.Name);
        var context = new ReaderContext(pool, start.After, _confirmed, _sourceBooks, _job.Metrics, _job.Report) { Claims = _kept.Claims, Cuts = start.Cuts };
        await using var reader = _pipeline.Source.Open(split, context);
        while (await reader.ReadAsync(stop) is { } batch)
        {
            if (batch.Ends.Count == 0 && !_pipeline.Source.ClaimsPositions)
            {
                course.Take(batch);
            }

            if (batch.Count > 0)
            {
                await throttles.WaitAsync(batch, stop);
            }

            if (!_plain)
            {
                _job.Books.AddRead(batch.Count, batch.ValueBytes);
            }

            await WriteAsync(batch, writer, stop, writing);
        }

        if (_kept.Any && !_pipeline.Source.ClaimsPositions)
        {
            foreach (var position in course.Rest())
            {
                var last = pool.Rent();
                (last.Split, last.End) = (split, position);
                await WriteAsync(last, writer, stop, writing);
            }
        }

        FinishSplit();
    }

    private async ValueTask WriteAsync(RowBatch batch, ISinkWriter writer, CancellationToken stop, CancellationToken writing)
    {
        try
        {
            await writer.WriteAsync(batch, writing);
        }
        catch (EndpointException) when (_isStopped)
        {
            // As in the flush that follows: what a stopped job could not write any more is unknown, and no failure.
            stop.ThrowIfCancellationRequested();
            throw;
        }
    }

    private void FinishSplit()
    {
        foreach (var positions in _positions)
        {
            positions.Finish();
        }
    }

    /// <summary>A batch passes a throttle as one: it must not be more than a second's worth (S-7).</summary>
    private BatchSize SizeOfBatches()
    {
        var sinks = _pipeline.Branches.Select(b => b.Sink.BatchSize).ToList();
        return new(
            (int)Math.Clamp(_job.Settings.RowsPerSecond ?? long.MaxValue, 1, sinks.Max(s => s.Rows)),
            (int)Math.Clamp(_job.Settings.BytesPerSecond ?? long.MaxValue, 1, sinks.Max(s => s.Bytes)));
    }
}
