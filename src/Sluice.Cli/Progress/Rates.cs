using System.Globalization;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Execution;

namespace Sluice.Cli.Progress;

/// <summary>The figures of a running job at one moment. Rates are smoothed: over the time since the moment before where that
/// is long, else with what they were over about two seconds, since a throttled job moves in bursts.</summary>
internal sealed class Rates(JobRunner runner, bool both = false)
{
    private const int LagsShown = 4;

    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(2);

    private TimeSpan _time;
    private long _rows;
    private long _bytes;
    private long _written;

    public TimeSpan Elapsed => _time;

    public long RowsRead => _rows;

    public long RowsWritten => _written;

    public double WrittenPerSecond { get; private set; }

    public bool ShowsBoth => both;

    public long Retries { get; private set; }

    /// <summary>Messages that are there and not yet read, by split, the largest first; empty where the source does not know.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Lags { get; private set; } = [];

    public double RowsPerSecond { get; private set; }

    public double MegabytesPerSecond { get; private set; }

    /// <summary>From 0 to 1, or null where nobody can tell.</summary>
    public double? Share { get; private set; }

    public void Update()
    {
        var time = runner.Elapsed;
        var rows = runner.Books.Read;
        var written = runner.Books.Written;
        var bytes = runner.Books.BytesOut;
        var seconds = (time - _time).TotalSeconds;
        if (seconds > 0)
        {
            var weight = _time == TimeSpan.Zero ? 1 : Math.Min(1, seconds / s_memory.TotalSeconds);
            RowsPerSecond += weight * (((rows - _rows) / seconds) - RowsPerSecond);
            WrittenPerSecond += weight * (((written - _written) / seconds) - WrittenPerSecond);
            MegabytesPerSecond += weight * (((bytes - _bytes) / seconds / 1e6) - MegabytesPerSecond);
        }

        (_time, _rows, _bytes, _written) = (time, rows, bytes, written);
        Retries = runner.Books.Retries;
        Lags = [.. runner.Metrics.Snapshot().Where(m => m.Key.StartsWith(Metrics.LagPrefix, StringComparison.Ordinal))
            .Select(m => KeyValuePair.Create(m.Key[Metrics.LagPrefix.Length..], m.Value)).OrderByDescending(m => m.Value)];
        Share = ShareDone();
    }

    /// <summary>The line for logs.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture,
        $"{_time.TotalSeconds:N0} s: {_rows:N0} rows read, {_written:N0} written, {RowsPerSecond:N0} rows/s, {MegabytesPerSecond:N1} MB/s")
        + (Share is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share:P0}") : "")
        + (both ? string.Create(CultureInfo.InvariantCulture, $", out {WrittenPerSecond:N0} rows/s") : "")
        + (Lags.Count == 0 ? "" : $", {LagText(LagsShown)}")
        + (Retries == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Retries:N0} retries"));

    /// <summary>The lag of all splits together, and of those that have the most.</summary>
    public string LagText(int most)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"lag {Lags.Sum(l => l.Value):N0}");
        var shown = Lags.Where(l => l.Value > 0).Take(most).Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Key} {l.Value:N0}")).ToList();
        return shown.Count == 0 ? text : $"{text} ({string.Join(", ", shown)}{(Lags.Count(l => l.Value > 0) > most ? ", ..." : "")})";
    }

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
