using Sluice.Engine.Execution;

namespace Sluice.Cli.Progress;

/// <summary>Says on standard error how far a job is: a live bar on a terminal, a line every ten seconds elsewhere.
/// Disposing it ends it.</summary>
internal sealed class ProgressDisplay : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _task;

    private ProgressDisplay(Func<CancellationToken, Task> show) => _task = show(_end.Token);

    /// <param name="bothRates">Whether rows may come out at another rate than they come in, as in SQL.</param>
    /// <returns>The display, or null where the user wants none.</returns>
    public static ProgressDisplay? Start(JobRunner runner, Shell shell, bool quiet, bool bothRates = false)
    {
        if (quiet)
        {
            return null;
        }

        var rates = new Rates(runner, bothRates);
        return new ProgressDisplay(shell.ErrorIsTerminal
            ? end => LiveBar.ShowAsync(rates, shell, end)
            : end => ProgressLines.ShowAsync(rates, shell, end));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _task;
        _end.Dispose();
    }
}
