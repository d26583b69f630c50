namespace Sluice.Tests.Lookup;

/// <summary>Time that passes when the test says so, in milliseconds.</summary>
internal sealed class StillClock : TimeProvider
{
    private long _now = 1;

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public void Advance(int milliseconds) => Interlocked.Add(ref _now, milliseconds);
}
