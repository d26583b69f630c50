using Sluice.Engine.Rows;

namespace Sluice.Connectors.Datagen;

/// <summary>Moments from now back to so many milliseconds ago, cut to the digits of the type.</summary>
internal sealed class RecentTimestamp(long maxPastMillis, int digits) : Generator
{
    public override long MostBytes => 12;

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<Timestamp>)column;
        var random = run.Random;
        var (now, range) = (run.NowMillis, (ulong)Math.Max(1, maxPastMillis));
        foreach (ref var value in values.Values.AsSpan(start, count))
        {
            value = new Timestamp(now - (long)random.Below(range)).Truncate(digits);
        }

        values.Nulls.AsSpan(start, count).Clear();
        run.Random = random;
        return count * MostBytes;
    }
}

/// <summary>The present day, or time of day, of the session's time zone: the same in all rows of a batch.</summary>
internal sealed class CurrentDay(bool timeOfDay) : Generator
{
    public override long MostBytes => sizeof(int);

    public override long Fill(Column column, int start, int count, FillRun run)
    {
        var values = (ValueColumn<int>)column;
        var now = run.LocalNow;
        values.Values.AsSpan(start, count).Fill(timeOfDay
            ? (int)(now.TimeOfDay.Ticks / TimeSpan.TicksPerMillisecond)
            : (int)((now.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay));
        values.Nulls.AsSpan(start, count).Clear();
        return count * MostBytes;
    }
}
