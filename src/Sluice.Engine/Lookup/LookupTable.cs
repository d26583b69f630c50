using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;

namespace Sluice.Engine.Lookup;

/// <summary>A dimension table with what is kept of it: one for each table of a script, shared by all joins with it and all their tasks.</summary>
/// <param name="name">The table's name, for metrics.</param>
public sealed class LookupTable(string name, ILookup lookup)
{
    private bool _isPrepared;

    public string Name { get; } = name;

    public ILookup Lookup { get; } = lookup;

    /// <summary>Connects, and loads what is kept whole. Every join asks for it, one after the other; the first one gets it done.</summary>
    public async Task PrepareAsync(TaskContext task, CancellationToken stop)
    {
        if (!_isPrepared)
        {
            await Lookup.PrepareAsync(task, stop);
            _isPrepared = true;
        }
    }
}
