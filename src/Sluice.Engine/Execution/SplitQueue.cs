using System.Collections.Concurrent;
using Sluice.Engine.Connectors;

namespace Sluice.Engine.Execution;

/// <summary>How splits reach the tasks of this process. Here: all of them, each to whoever is free. Sharing splits between
/// processes is another assignment; the runner only sees splits come.</summary>
public interface ISplitAssignment
{
    /// <summary>The next split to read, or null where no more will come.</summary>
    ValueTask<Split?> NextAsync(CancellationToken stop);
}

internal sealed class SplitQueue(IEnumerable<Split> splits) : ISplitAssignment
{
    private readonly ConcurrentQueue<Split> _splits = new(splits);

    public ValueTask<Split?> NextAsync(CancellationToken stop) => ValueTask.FromResult(_splits.TryDequeue(out var split) ? split : null);
}
