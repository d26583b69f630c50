using Sluice.Engine.Diagnostics;

namespace Sluice.Engine.Lookup;

/// <summary>The figures of a dimension table (S-36), each named <c>lookup.NAME.figure</c>, summed over all joins and tasks of it, and over the
/// tables of that name: other statements of a script have one of their own, and so has a use with other options.
/// <c>hitCount</c>: rows whose key the cache answered, also that it has no row. <c>missCount</c>: rows whose key it did not know; where all is
/// kept, those whose key the table does not have. A row whose key is null is neither. <c>loadCount</c>: keys asked of the server, once for
/// each time; where all is kept, loads of the table. <c>numLoadFailures</c>: those of them that failed. <c>latestLoadTime</c>: milliseconds
/// that the last read or load took. <c>numCachedRecords</c>: entries of the cache.</summary>
internal sealed class LookupMetrics(string table)
{
    private readonly Lock _gate = new();
    private readonly string _hitCount = Name(table, "hitCount");
    private readonly string _missCount = Name(table, "missCount");
    private readonly string _loadCount = Name(table, "loadCount");
    private readonly string _failures = Name(table, "numLoadFailures");
    private readonly string _loadTime = Name(table, "latestLoadTime");
    private readonly string _cached = Name(table, "numCachedRecords");
    private Metrics? _metrics;
    private long _cachedRows;

    /// <summary>All figures are there from the beginning.</summary>
    public void ShowIn(Metrics metrics)
    {
        lock (_gate)
        {
            _metrics = metrics;
            foreach (var figure in (string[])[_hitCount, _missCount, _loadCount, _failures, _loadTime, _cached])
            {
                metrics.Add(figure, 0);
            }
        }
    }

    /// <summary>The rows of a batch were looked for in the cache.</summary>
    public void Probed(long hits, long misses, long cached)
    {
        if (hits + misses == 0)
        {
            return;
        }

        lock (_gate)
        {
            _metrics?.Add(_hitCount, hits);
            _metrics?.Add(_missCount, misses);
            Cached(cached);
        }
    }

    /// <summary>The server was asked, with success or not.</summary>
    public void Loaded(long count, TimeSpan time, bool failed, long cached)
    {
        lock (_gate)
        {
            _metrics?.Add(_loadCount, count);
            _metrics?.Add(_failures, failed ? count : 0);
            _metrics?.Set(_loadTime, Math.Round(time.TotalMilliseconds, 3));
            Cached(cached);
        }
    }

    private void Cached(long rows)
    {
        _metrics?.Add(_cached, rows - _cachedRows);
        _cachedRows = rows;
    }

    private static string Name(string table, string figure) => $"{Metrics.LookupPrefix}{table}.{figure}";
}
