using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;

namespace Sluice.Engine.Lookup;

/// <summary>A dimension table with what is kept of it: one for each table of a script, shared by all joins with it and all their tasks.</summary>
/// <param name="name">The table's name, for metrics.</param>
public sealed class LookupTable(string name, ILookup lookup)
{
    private readonly Lock _gate = new();
    private Task _opening = Task.CompletedTask;
    private TableLoader? _loader;
    private bool _isConnected;
    private int _uses;

    public string Name { get; } = name;

    public ILookup Lookup { get; } = lookup;

    internal LookupSettings Settings { get; } = lookup.Settings;

    internal LookupMetrics Metrics { get; } = new(name);

    /// <summary>Where rows used last are kept.</summary>
    internal LruCache? Lru { get; private set; }

    /// <summary>Where all rows are kept: those of the latest load.</summary>
    internal Snapshot? Snapshot => _loader?.Snapshot;

    /// <summary>Lines for <c>explain</c>: what is kept.</summary>
    internal IEnumerable<string> Explain()
    {
        switch (Settings.Cache)
        {
            case CacheMode.Lru:
                var age = Settings.ExpireAfterLoad is { } load ? $", for {load.TotalMilliseconds} ms" : "";
                var use = Settings.ExpireAfterUse is { } last ? $", for {last.TotalMilliseconds} ms after their last use" : "";
                yield return $"cache LRU: the rows used last, at most {Settings.MaxRows} and {Settings.MaxBytes} bytes{age}{use}{(Settings.Tracks ? ", until they change" : "")}";
                break;
            case CacheMode.All:
                yield return $"cache ALL: loaded before the first row{(Settings.Reload is { } reload ? ", again " + reload.Describe() : "")}";
                break;
        }

        if (Settings.MayReorder && Settings.Cache != CacheMode.All)
        {
            yield return "async: rows may overtake one another";
        }
    }

    internal long CachedRows => Lru?.Count ?? Snapshot?.Count ?? 0;

    /// <summary>Connects, and loads what is kept whole. Every join asks for it; the first one gets it done. For each call there is one of
    /// <see cref="CloseAsync"/>, where it succeeded.</summary>
    public Task PrepareAsync(TaskContext task, CancellationToken stop)
    {
        lock (_gate)
        {
            return _uses++ == 0 ? _opening = OpenAsync(task, stop) : _opening;
        }
    }

    /// <summary>When a join has ended. The last one ends what goes on in the background, and nothing is kept any more.</summary>
    public async ValueTask CloseAsync()
    {
        TableLoader? loader;
        lock (_gate)
        {
            if (--_uses > 0)
            {
                return;
            }

            loader = _loader;
            (_loader, Lru) = (null, null);
        }

        if (loader is not null)
        {
            await loader.DisposeAsync();
        }
    }

    private async Task OpenAsync(TaskContext task, CancellationToken stop)
    {
        if (!_isConnected)
        {
            await Lookup.PrepareAsync(task, stop);
            _isConnected = true;
        }

        Metrics.ShowIn(task.Metrics);
        switch (Settings.Cache)
        {
            case CacheMode.Lru:
                Lru = new LruCache(Settings, task.Clock)
                {
                    ByteBoundReached = () => task.Report.Warn(null,
                        $"the cache of table '{Name}' has reached its {Settings.MaxBytes} bytes before its {Settings.MaxRows} rows; 'cacheMaxBytes' allows more"),
                };
                break;
            case CacheMode.All:
                _loader = await TableLoader.StartAsync(Name, Lookup, task, Metrics, stop);
                break;
        }
    }
}
