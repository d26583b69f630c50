namespace Sluice.ServerTests.RedisTables;

/// <summary>Time that passes when the test says so. Timers are the machine's: nothing here waits for one.</summary>
internal sealed class TestClock : TimeProvider
{
    private long _now = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public void Advance(int milliseconds) => Interlocked.Add(ref _now, milliseconds * TimeSpan.TicksPerMillisecond);
}
