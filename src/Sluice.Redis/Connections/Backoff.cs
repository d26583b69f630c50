namespace Sluice.Redis.Connections;

/// <summary>Waiting times between attempts: doubled each time up to a bound, with jitter, so that many clients of a restarted
/// server do not come back at the same moment.</summary>
public sealed class Backoff(TimeProvider clock)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    private TimeSpan _next = s_first;

    public async Task WaitAsync(CancellationToken stop)
    {
        var jittered = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next * 2 < s_longest ? _next * 2 : s_longest;
        await Task.Delay(jittered, clock, stop);
    }
}
