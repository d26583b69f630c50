namespace Sluice.Cli.Progress;

/// <summary>Progress for logs: one line every ten seconds.</summary>
internal static class ProgressLines
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    public static async Task ShowAsync(Rates rates, Shell shell, CancellationToken end)
    {
        using var timer = new PeriodicTimer(s_interval, shell.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                rates.Update();
                shell.Note(rates.ToLine());
            }
        }
        catch (OperationCanceledException)
        {
            // The job has ended.
        }
    }
}
