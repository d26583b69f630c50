namespace Sluice.Tests.Lookup;

/// <summary>A clock that a test sets forward; timers that are due then ring, each at its moment.</summary>
internal sealed class HandClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = start;

    public HandClock()
        : this(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Timers that have not rung.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public void Advance(TimeSpan time)
    {
        var until = GetUtcNow() + time;
        while (true)
        {
            Timer? due;
            lock (_gate)
            {
                due = _timers.Where(t => t.Due <= until).MinBy(t => t.Due);
                if (due is null)
                {
                    _now = until;
                    return;
                }

                _timers.Remove(due);
                _now = due.Due > _now ? due.Due : _now;
            }

            due.Ring();
        }
    }

    /// <summary>Waits until so many timers are set, and lets the next one ring.</summary>
    public async Task RingAsync(CancellationToken stop)
    {
        while (Waiting == 0)
        {
            await Task.Delay(1, stop);
        }

        TimeSpan left;
        lock (_gate)
        {
            left = _timers.Min(t => t.Due) - _now;
        }

        Advance(left);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(HandClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
