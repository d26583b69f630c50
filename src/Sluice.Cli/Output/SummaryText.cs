using System.Globalization;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Execution;

namespace Sluice.Cli.Output;

/// <summary>The summary for people.</summary>
internal static class SummaryText
{
    private const int LabelWidth = 21;
    private const int NumberWidth = 15;

    public static void Write(JobSummary summary, Shell shell)
    {
        var metrics = summary.Metrics.Where(m => !s_shownAbove.Contains(m.Key) && !m.Key.StartsWith(Metrics.LagPrefix, StringComparison.Ordinal) && !IsOfLookups(m.Key)).ToList();
        var to = new Lines(shell.Out, Math.Max(LabelWidth, metrics.Select(m => m.Key.Length).DefaultIfEmpty().Max()));
        var color = summary.Status == JobStatus.Succeeded ? "\e[32m" : "\e[31m";
        var status = SummaryJson.NameOf(summary.Status);
        shell.Out.WriteLine(shell.OutHasColor ? $"{color}{status}\e[0m" : status);
        to.Number("rows read", summary.RowsRead);
        to.Number("rows written", summary.RowsWritten);
        to.Number("rows skipped", summary.RowsSkipped);
        to.Number("rows dirty", summary.RowsDirty);
        to.Number("rows unknown", summary.RowsUnknown);
        to.Number("bytes sent", summary.BytesOut);
        to.Add("seconds", summary.Elapsed.TotalSeconds.ToString("N2", CultureInfo.InvariantCulture));
        to.Number("rows/s", (long)summary.RowsPerSecond);
        to.Number("retries", summary.Retries);
        if (summary.DirtyRecordsFile is { } file)
        {
            shell.Out.WriteLine($"  {"dirty records".PadRight(to.LabelWidth)} {Count(summary.RowsDirty)} in {file}");
        }

        foreach (var line in LookupLines(summary.Metrics))
        {
            shell.Out.WriteLine($"  {line}");
        }

        foreach (var (name, value) in metrics)
        {
            to.Add(name, value.ToString("#,0.###", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A line for each dimension table: how its cache does.</summary>
    public static IEnumerable<string> LookupLines(IReadOnlyDictionary<string, double> metrics)
    {
        foreach (var (name, value) in metrics.Where(m => IsOfLookups(m.Key) && m.Key.EndsWith(Hits, StringComparison.Ordinal)))
        {
            var figures = name[..^Hits.Length];
            var (hits, misses, loads) = ((long)value, (long)metrics.GetValueOrDefault(figures + Misses), (long)metrics.GetValueOrDefault(figures + Loads));
            var share = hits == 0 ? 0 : 100.0 * hits / (hits + misses);
            yield return $"lookup {figures[Metrics.LookupPrefix.Length..]}: {Count(hits)} hits, {Count(misses)} misses, {Count(loads)} loads, {share.ToString("0.#", CultureInfo.InvariantCulture)} % hit";
        }
    }

    private static bool IsOfLookups(string metric) =>
        metric.StartsWith(Metrics.LookupPrefix, StringComparison.Ordinal) && s_ofLookups.Any(f => metric.EndsWith(f, StringComparison.Ordinal));

    private const string Hits = ".hitCount";
    private const string Misses = ".missCount";
    private const string Loads = ".loadCount";

    private static readonly string[] s_ofLookups = [Hits, Misses, Loads];

    private static readonly string[] s_shownAbove =
        ["numRecordsOut", "numRecordsOutPerSecond", "dirtyRecords", "retries", "numRecordsIn", "numBytesOut"];

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Labels and figures below one another.</summary>
    private sealed class Lines(TextWriter to, int labelWidth)
    {
        public int LabelWidth { get; } = labelWidth;

        public void Number(string label, long value) => Add(label, Count(value));

        public void Add(string label, string value) => to.WriteLine($"  {label.PadRight(LabelWidth)} {value,NumberWidth}");
    }
}
