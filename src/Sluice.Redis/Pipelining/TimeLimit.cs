namespace Sluice.Redis.Pipelining;

/// <summary>Bounds whatever is done for a block by the block's time.</summary>
internal static class TimeLimit
{
    /// <returns>False where the time was over first.</returns>
    public static async Task<bool> RunAsync(TimeSpan left, Func<CancellationToken, Task> run, TimeProvider clock, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await run(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
