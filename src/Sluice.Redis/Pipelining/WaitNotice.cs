namespace Sluice.Redis.Pipelining;

/// <summary>Tells that a server is being waited for: when that has lasted two seconds, and every ten seconds from then on.</summary>
internal sealed class WaitNotice(Action<TimeSpan, string>? tell, TimeProvider clock)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private long? _since;
    private TimeSpan _next;

    /// <summary>One more attempt has failed.</summary>
    public void Failed(string why)
    {
        if (_since is not { } since)
        {
            (_since, _next) = (clock.GetTimestamp(), s_first);
        }
        else if (clock.GetElapsedTime(since) is var waited && waited >= _next)
        {
            _next = waited + s_interval;
            tell?.Invoke(waited, why);
        }
    }

    /// <summary>The server has taken something.</summary>
    public void Ended() => _since = null;
}
