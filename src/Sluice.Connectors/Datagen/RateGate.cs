namespace Sluice.Connectors.Datagen;

/// <summary>Says how many rows may go by now. Small amounts wait for each other for a short while, so that batches are not rows.</summary>
internal sealed class RateGate(double rowsPerSecond, TimeProvider clock)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);

    private readonly double _burst = Math.Max(1, rowsPerSecond);
    private long _started;
    private long _last;
    private double _taken = -1;

    /// <returns>As many rows as wanted, or fewer where a while has passed; 0 where nothing is due.</returns>
    public int Take(int wanted)
    {
        var due = Due();
        var take = due >= wanted ? wanted : clock.GetElapsedTime(_last) >= s_tick ? (int)due : 0;
        if (take > 0)
        {
            _taken += take;
            _last = clock.GetTimestamp();
        }

        return take;
    }

    /// <summary>How long until <see cref="Take"/> should be asked again, in whole milliseconds, as timers have them.</summary>
    public TimeSpan Wait(int wanted)
    {
        var due = Due();
        var tick = Math.Max((s_tick - clock.GetElapsedTime(_last)).TotalSeconds, (1 - due) / rowsPerSecond);
        return TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(1000 * Math.Min(tick, (wanted - due) / rowsPerSecond))));
    }

    /// <summary>Rows that are due; the first one is at once. What a slow sink has cost is made up for by one second at most.</summary>
    private double Due()
    {
        if (_taken < 0)
        {
            (_started, _last, _taken) = (clock.GetTimestamp(), clock.GetTimestamp(), 0);
        }

        var due = 1 + (clock.GetElapsedTime(_started).TotalSeconds * rowsPerSecond) - _taken;
        if (due > _burst)
        {
            _taken += due - _burst;
            due = _burst;
        }

        return due;
    }
}
