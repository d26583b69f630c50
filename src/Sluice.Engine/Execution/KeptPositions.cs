using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Engine.Execution;

/// <summary>The positions of one branch, kept where another run finds them: loaded before the first row, then stored every second
/// (at-least-once), or claimed split by split and stored by the sink itself (exactly-once).</summary>
internal sealed class KeptPositions(IPositionStore store, JobInstance instance, Positions positions, Report report)
{
    private readonly Dictionary<string, Position> _saved = new(StringComparer.Ordinal);
    private bool _refused;
    private bool _isFinished;

    public IPositionStore Store => store;

    /// <summary>What is continued; null where the run starts from the beginning.</summary>
    public StoredJob? Continued { get; private set; }

    /// <summary>Whether a later run finds something to continue from.</summary>
    public bool CanContinue => !_refused && !_isFinished && (Continued is not null || _saved.Count > 0 || (store.IsExactlyOnce && positions.All().Count > 0));

    /// <summary>Looks for what an earlier run left, and decides whether this one continues it.</summary>
    /// <param name="note">Takes a line for the user.</param>
    /// <exception cref="ConfigException">What is stored is of another job, or of nobody.</exception>
    public async Task LoadAsync(Continuation wish, Action<string>? note, CancellationToken stop)
    {
        if (wish == Continuation.Restart)
        {
            await store.ForgetAsync(stop);
            return;
        }

        var continues = wish == Continuation.Resume || store.IsExactlyOnce;
        StoredJob? stored;
        try
        {
            stored = await store.LoadAsync(stop);
        }
        catch (RefusedException) when (!continues)
        {
            // Said when the first position is refused; many jobs end before that.
            return;
        }

        if (!continues)
        {
            return;
        }

        if (stored is null)
        {
            if (wish == Continuation.Resume)
            {
                note?.Invoke($"--resume: nothing is stored ({store.Name}); starting from the beginning.");
            }

            return;
        }

        if (stored.Fingerprint.DifferencesFrom(instance.Fingerprint) is { Count: > 0 } differences)
        {
            throw new ConfigException(
                $"the job is not the one that was stopped ({store.Name}): {string.Join(", ", differences)} {(differences.Count == 1 ? "is" : "are")} another now; undo the change to continue, start over with --restart, or run it as another instance with --job-id NAME");
        }

        Continued = stored;
        if (store is { IsExactlyOnce: false, Repeats: { } repeats })
        {
            note?.Invoke($"--resume: rows of up to the last second before the stop {repeats}.");
        }
    }

    public void Begin(IReadOnlyList<Split> splits)
    {
        store.Begin(splits, Continued);
        foreach (var split in splits)
        {
            if (!store.IsExactlyOnce && Continued?.Positions.TryGetValue(split.Id, out var position) == true)
            {
                // Else a second stop before the first row would report nothing of it.
                positions.Confirm(split, position);
                _saved[split.Id] = position;
            }
        }
    }

    /// <summary>Where to continue in a split; null: at its beginning.</summary>
    public async ValueTask<SplitStart> StartOfAsync(Split split, CancellationToken stop) =>
        store.IsExactlyOnce ? await store.ClaimAsync(split, stop)
        : SplitStart.Of(Continued?.Positions.TryGetValue(split.Id, out var position) == true ? position : null);

    /// <summary>Stores what has been confirmed since the last time. A server that refuses it is no reason to end the job (S-27a).</summary>
    public async Task SaveAsync(bool last, CancellationToken stop)
    {
        if (_refused || store.IsExactlyOnce)
        {
            return;
        }

        List<SplitPosition> changed = [.. positions.All().Where(p => !_saved.TryGetValue(p.Split.Id, out var saved) || saved != p.Position)];
        if (changed.Count == 0)
        {
            return;
        }

        try
        {
            await store.SaveAsync(changed, stop);
            foreach (var (split, position) in changed)
            {
                _saved[split.Id] = position;
            }
        }
        catch (Exception e) when (e is RefusedException or ConfigException)
        {
            _refused = true;
            report.Warn(null, $"positions cannot be stored, so this run cannot be resumed; the job goes on: {e.Message}");
        }
        catch (EndpointException e)
        {
            if (last && (_saved.Count > 0 || Continued is not null))
            {
                report.Warn(null, $"the last positions could not be stored, --resume continues from earlier ones: {e.Message}");
            }
        }
    }

    /// <summary>Everything is read and confirmed.</summary>
    public async Task FinishAsync(CancellationToken stop)
    {
        _isFinished = true;
        try
        {
            await store.FinishAsync(stop);
        }
        catch (OperationCanceledException e) when (store.IsExactlyOnce)
        {
            throw new EndpointException(store.Name, "everything is written, but that could not be noted in time; start the job again, which writes nothing twice and notes it", e);
        }
        catch (Exception e) when (!store.IsExactlyOnce && e is EndpointException or RefusedException or ConfigException or OperationCanceledException)
        {
            if (_saved.Count > 0)
            {
                report.Warn(null, $"everything is written, but the stored positions could not be removed ({store.Name}): {e.Message}");
            }
        }
    }

    /// <summary>The rows behind the positions may be gone: no later run is to continue from those that a sink stores behind them. Those that
    /// went with their rows are right.</summary>
    public async Task DiscardAsync(CancellationToken stop)
    {
        if (store.IsExactlyOnce)
        {
            return;
        }

        _isFinished = true;
        try
        {
            await store.FinishAsync(stop);
        }
        catch (Exception e) when (e is EndpointException or RefusedException or ConfigException or OperationCanceledException)
        {
            report.Warn(null, $"the stored positions could not be removed ({store.Name}), do not continue from them with --resume: {e.Message}");
        }
    }
}
