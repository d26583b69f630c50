using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;

namespace Sluice.Sql.Planning;

/// <summary>A dimension table that is asked once for a few keys: to keep anything of it, or to load it whole before, would be in vain.</summary>
internal sealed class UncachedLookup(ILookup lookup) : ILookup
{
    public string Name => lookup.Name;

    public RecordLayout Layout => lookup.Layout;

    public LookupSettings Settings { get; } = lookup.Settings with { Cache = CacheMode.None, Tracks = false, Reload = null };

    /// <summary>The commands per lookup come first; what else there is concerns what is kept.</summary>
    public IEnumerable<string> Explain() => lookup.Explain().Take(1);

    public Task PrepareAsync(TaskContext task, CancellationToken stop) => lookup.PrepareAsync(task, stop);

    public ILookupReader Open(TaskContext task, IInvalidations? invalidations) => lookup.Open(task, invalidations);

    public Task LoadAsync(TaskContext task, ITableLoad into, CancellationToken stop) => lookup.LoadAsync(task, into, stop);
}
