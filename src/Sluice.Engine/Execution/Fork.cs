using System.Runtime.ExceptionServices;
using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Execution;

/// <summary>Gives each batch to several branches; the last one to be done with it hands it back.</summary>
internal sealed class Fork(IReadOnlyList<ISinkWriter> branches) : ISinkWriter
{
    public async ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        rows.Share(branches.Count - 1);
        for (var i = 0; i < branches.Count; i++)
        {
            try
            {
                await branches[i].WriteAsync(rows, stop);
            }
            catch
            {
                // Those that did not get it do not keep it.
                for (var rest = i + 1; rest < branches.Count; rest++)
                {
                    rows.Dispose();
                }

                throw;
            }
        }
    }

    public async ValueTask FlushAsync(CancellationToken stop)
    {
        // Each of them is to account for what it has sent, whatever becomes of the others, and one that hangs must not use up their time.
        var failures = await Task.WhenAll(branches.Select(b => JobRunner.CatchAsync(() => b.FlushAsync(stop).AsTask())));
        if ((failures.FirstOrDefault(f => f is not null and not OperationCanceledException) ?? failures.FirstOrDefault(f => f is not null)) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var branch in branches)
        {
            await branch.DisposeAsync();
        }
    }
}
