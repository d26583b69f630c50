namespace Sluice.Engine.Execution;

/// <summary>Caps a rate over all tasks of a job, with a burst of at most one second (S-7): a token bucket that may go
/// into debt, so that one batch larger than a second's worth passes and is then waited for.</summary>
public sealed class Throttle(long perSecond, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private double _tokens = perSecond;
    private long _last = clock.GetTimestamp();

    /// <summary>Returns when <paramref name="amount"/> may pass.</summary>
    public async ValueTask WaitAsync(long amount, CancellationToken stop)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            _tokens = Math.Min(perSecond, _tokens + (clock.GetElapsedTime(_last, now).TotalSeconds * perSecond));
            _last = now;
            _tokens -= amount;
            wait = _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, stop);
        }
    }
}
