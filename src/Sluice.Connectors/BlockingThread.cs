namespace Sluice.Connectors;

/// <summary>Runs work that blocks in a native library on a thread of its own.</summary>
internal static class BlockingThread
{
    /// <summary>Returns as soon as the work is done or the token is cancelled; in the latter case the thread ends when it can.</summary>
    public static async Task<T> RunAsync<T>(string name, Func<CancellationToken, T> work, CancellationToken stop)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                done.TrySetResult(work(stop));
            }
            catch (OperationCanceledException)
            {
                done.TrySetCanceled(stop);
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        })
        { IsBackground = true, Name = name }.Start();
        await using var registration = stop.UnsafeRegister(_ => done.TrySetCanceled(stop), null);
        return await done.Task;
    }
}
