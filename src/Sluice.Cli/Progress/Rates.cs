using System.Globalization;
using Sluice.Engine.Execution;

namespace Sluice.Cli.Progress;

/// <summary>The figures of a running job at one moment. Rates are smoothed: over the time since the moment before where that
/// is long, else with what they were over about two seconds, since a throttled job moves in bursts.</summary>
internal sealed class Rates(JobRunner runner)
{
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(2);

    private TimeSpan _time;
    private long _rows;
    private long _bytes;

    public TimeSpan Elapsed => _time;

    public long RowsRead => _rows;

    public long RowsWritten { get; private set; }

    public double RowsPerSecond { get; private set; }

    public double MegabytesPerSecond { get; private set; }

    /// <summary>From 0 to 1, or null where nobody can tell.</summary>
    public double? Share { get; private set; }

    public void Update()
    {
        var time = runner.Elapsed;
        var rows = runner.Books.Read;
        var bytes = runner.Books.BytesOut;
        var seconds = (time - _time).TotalSeconds;
        if (seconds > 0)
        {
            var weight = _time == TimeSpan.Zero ? 1 : Math.Min(1, seconds / s_memory.TotalSeconds);
            RowsPerSecond += weight * (((rows - _rows) / seconds) - RowsPerSecond);
            MegabytesPerSecond += weight * (((bytes - _bytes) / seconds / 1e6) - MegabytesPerSecond);
        }

        (_time, _rows, _bytes) = (time, rows, bytes);
        RowsWritten = runner.Books.Written;
        Share = ShareDone();
    }

    /// <summary>The line for logs.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture,
        $"{_time.TotalSeconds:N0} s: {_rows:N0} rows read, {RowsWritten:N0} written, {RowsPerSecond:N0} rows/s, {MegabytesPerSecond:N1} MB/s")
        + (Share is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share:P0}") : "");

    private double? ShareDone()
    {
        // An estimate is one: it must not claim the end before it is there.
        if (runner.EstimatedRows is > 0 and var estimated)
        {
            return Math.Min((double)_rows / estimated, 0.99);
        }

        var (splits, finished) = runner.Splits;
        return splits > 1 ? (double)finished / splits : null;
    }
}
